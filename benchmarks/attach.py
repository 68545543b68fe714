"""Attach to grids.

Ours: what the triggers add to a bulk insert into published grids, that is the time of the insert less that of the same
insert with the triggers off, in the same round; and the publication of some drawn plans over what is there already
(codes, attachment, counts and the checks at the end of the transaction). Peer: one plain PostGIS join of the same rows
with the grids, each resident as a point at home, kept in a table. The statistics of the database are renewed between
the insert of buildings and that of residents, and before publication.
"""

from sqlalchemy import text

from benchmarks.city import (
    ACTOR,
    BUILDINGS_OF_A_COMMUNITY,
    PLANS_AT_ONCE,
    Cities,
    committed,
    insert_buildings,
    insert_residents,
    publish_first,
)
from benchmarks.measuring import Line, against, in_turns, seconds_in, seconds_of
from gridmap.db.engine import transaction

TITLE = "Attachment to grids"
MOST = 2.0
JOIN = """
CREATE TEMPORARY TABLE joined ON COMMIT DROP AS
SELECT thing.{key} AS id, grid.id AS grid_id
FROM seed.{table} AS thing JOIN gridmap.grid ON ST_Covers(grid.geom, thing.geom)
WHERE {condition}
"""
IN_FIRST_COMMUNITIES = f"thing.building < {PLANS_AT_ONCE * BUILDINGS_OF_A_COMMUNITY}"


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    sizes = cities.sizes
    inserts = in_turns(
        {
            "with": lambda: _inserts(cities, triggers=True),
            "without": lambda: _inserts(cities, triggers=False),
        },
        rounds=sizes.rounds,
    )
    joins = in_turns(
        {
            "buildings": lambda: _join(cities, "building", "number"),
            "residents": lambda: _join(cities, "resident", "person"),
        },
        rounds=sizes.rounds,
    )
    added = [
        [ours - plain for ours, plain in zip(*pair, strict=True)]
        for pair in zip(
            zip(*inserts["with"], strict=True), zip(*inserts["without"], strict=True), strict=True
        )
    ]
    people, houses = f"{sizes.residents:,} residents", f"{sizes.buildings:,} buildings"
    return [
        against(f"{people} put into attached homes", added[1], joins["residents"], figure=MOST, goal="most"),
        against(f"{houses} put into grids in force", added[0], joins["buildings"], figure=MOST, goal="most"),
        against(
            f"{houses} with {people}, both together",
            [sum(pair) for pair in zip(*added, strict=True)],
            joins["residents"],
            figure=MOST,
            goal="most",
        ),
        _publication(cities),
    ]


def _publication(cities: Cities) -> Line:
    """Compare the publication of some plans with the join of the residents of their communities."""
    plans = min(PLANS_AT_ONCE, cities.sizes.side**2)
    seconds = in_turns(
        {
            "ours": lambda: seconds_in(cities.copy("drawn"), lambda engine: publish_first(engine, plans)),
            "peer": lambda: _join(cities, "resident", "person", IN_FIRST_COMMUNITIES),
        },
        rounds=cities.sizes.rounds,
    )
    buildings = plans * BUILDINGS_OF_A_COMMUNITY
    residents = cities.sizes.residents * plans // cities.sizes.side**2
    what = f"{plans} plans published over {buildings:,} of the buildings with {residents:,} residents"
    return against(what, seconds["ours"], seconds["peer"], figure=MOST, goal="most")


def _inserts(cities: Cities, *, triggers: bool) -> tuple[float, float]:
    """Return the seconds to insert all buildings, then all residents."""
    with cities.copy("vacant") as engine:
        if not triggers:
            with transaction(engine, actor=ACTOR) as connection:
                for table in ("building", "resident"):
                    connection.execute(text(f"ALTER TABLE gridmap.{table} DISABLE TRIGGER USER"))
        return committed(engine, insert_buildings), committed(engine, insert_residents)


def _join(cities: Cities, table: str, key: str, condition: str = "true") -> float:
    """Return the seconds of a join with the grids."""
    query = text(JOIN.format(table=table, key=key, condition=condition))
    with cities.open("settled") as engine, transaction(engine, actor=ACTOR) as connection:
        return seconds_of(lambda: connection.execute(query))
