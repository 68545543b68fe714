"""Joining tables of households by address to buildings, so that every household has a place or is listed.

A row goes to the building of the same house number and street, the nearest of them within 60 m where the row has
a position; else to the nearest footprint within 30 m of its position; else, inside a community, to a stand-in: a
square of at most 12 m put at the position. A row without a position whose address several buildings have is
ambiguous, and one whose address none has is unplaced; both are listed, never dropped or spread.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd
from sqlalchemy import Connection

from gridmap.db.queries import sql
from gridmap.db.rows import stage
from gridmap.db.tables import address_count
from gridmap.errors import Invalid, Text
from gridmap.services.importing.addresses import number_keys, street_key

ADDRESS_REACH_M = 60.0
"""A building of the same address farther than this from the row's position is another one."""
POSITION_REACH_M = 30.0
"""A footprint farther than this from the row's position is not meant."""
EXAMPLES = 10

Scope = Literal["addresses_of_dataset", "addresses_near_buildings", "addresses_in_areas"]
Outcome = Literal[
    "reference", "address", "position", "stand_in", "ambiguous", "no_position", "outside", "empty"
]
AFTERWARDS = ("keep_joins", "count_households", "move_households", "move_residents", "remove_idle_stand_ins")
PLACED = frozenset({"reference", "address", "position", "stand_in"})

OUTCOMES: dict[str, Text] = {
    "reference": Text(en="joined to the building they name", zh="按楼栋标识匹配"),
    "address": Text(en="joined by address", zh="按门牌匹配"),
    "position": Text(en="joined to the nearest footprint (≤ 30 m)", zh="按位置匹配最近楼栋（≤ 30 米）"),
    "stand_in": Text(
        en="put on a stand-in square (no footprint within 30 m)", zh="30 米内无楼栋，以占位方块代替"
    ),
    "ambiguous": Text(
        en="ambiguous: several buildings of that address, no position", zh="有多栋同门牌楼栋且无坐标，未落位"
    ),
    "no_position": Text(en="no building of that address and no position", zh="无同门牌楼栋且无坐标，未落位"),
    "outside": Text(
        en="outside every community, no footprint within 30 m", zh="在所有社区之外且 30 米内无楼栋，未落位"
    ),
    "empty": Text(en="without households and without a building", zh="户数为 0 且无对应楼栋"),
}


@dataclass(frozen=True, slots=True)
class Joining:
    """What a join did.

    Parameters
    ----------
    rows, households : by outcome, see `OUTCOMES`; together all rows that were looked at.
    examples : the first rows (address, households) of the outcomes a person should look at.
    moved : rows, and their households, that have another building than before.
    shared : buildings that hold several rows, and those rows.
    """

    rows: dict[str, int]
    households: dict[str, int]
    examples: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    moved: tuple[int, int] = (0, 0)
    shared: tuple[int, int] = (0, 0)

    @property
    def placed(self) -> int:
        """Return the households that have a building."""
        return sum(count for how, count in self.households.items() if how in PLACED)

    @property
    def total(self) -> int:
        """Return the households of all rows looked at."""
        return sum(self.households.values())

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "rows": self.rows,
            "households": self.households,
            "households_total": self.total,
            "households_placed": self.placed,
            "examples": {
                how: [{"address": address, "households": count} for address, count in rows]
                for how, rows in self.examples.items()
            },
            "moved": {"rows": self.moved[0], "households": self.moved[1]},
            "shared_footprints": {"buildings": self.shared[0], "rows": self.shared[1]},
        }


def join_addresses(connection: Connection, scope: Scope, dataset: str) -> Joining:
    """Join rows of household tables to buildings anew, and bring the counts of the buildings up to date.

    Parameters
    ----------
    scope : the named query that chooses the rows: those of `dataset`, or those that buildings or communities now
        taken in may concern.
    """
    parameters: dict[Scope, dict[str, Any]] = {
        "addresses_of_dataset": {"dataset": dataset},
        "addresses_near_buildings": {"reach_m": ADDRESS_REACH_M},
        "addresses_in_areas": {},
    }
    if scope == "addresses_near_buildings":
        connection.execute(sql("places_of_buildings"))
        connection.execute(sql("index_places_of_buildings"))
        connection.exec_driver_sql("ANALYZE changed_building")
    connection.execute(sql(scope), parameters[scope])
    find_buildings(connection)
    _put_stand_ins(connection)
    for step in AFTERWARDS:
        connection.execute(sql(step))
    outcome = _outcome(connection)
    connection.execute(sql("forget_joining"))
    return outcome


def _stage_spellings(connection: Connection) -> None:
    """Bring every spelling to the form for comparing; a house number may stand for several."""
    found = [
        (part, spelling, key)
        for part, spelling in connection.execute(sql("spellings_of_addresses"))
        for key in (number_keys(spelling) if part == "number" else (street_key(spelling),))
        if key
    ]
    frame = pd.DataFrame(found, columns=["part", "spelling", "key"], dtype="string")
    stage(connection, frame, address_count, name="spelling")


def find_buildings(connection: Connection, *, stand_ins: bool = False) -> None:
    """Find the building of each row of ``address_to_join``; the outcome is in ``address_joined``.

    Parameters
    ----------
    stand_ins : whether a stand-in may be found.
    """
    _stage_spellings(connection)
    connection.execute(sql("buildings_by_address"), {"stand_ins": stand_ins})
    connection.exec_driver_sql("ANALYZE address_to_join, building_by_address")
    connection.execute(sql("meant_buildings"), {"reach_m": ADDRESS_REACH_M, "stand_ins": stand_ins})
    connection.execute(sql("join_by_meaning"))
    connection.exec_driver_sql("ANALYZE address_joined")
    connection.execute(sql("join_by_position"), {"reach_m": POSITION_REACH_M, "stand_ins": stand_ins})


def _put_stand_ins(connection: Connection) -> None:
    steps = (
        "positions_without_building",
        "index_positions_without_building",
        "shrink_stand_ins",
        "put_stand_ins",
        "join_to_stand_ins",
    )
    for step in steps:
        connection.execute(sql(step))


def _outcome(connection: Connection) -> Joining:
    totals = connection.execute(sql("joined_totals")).all()
    examples: dict[str, list[tuple[str, int]]] = {}
    for how, address, households in connection.execute(sql("joined_examples"), {"most": EXAMPLES}):
        examples.setdefault(how, []).append((address, households))
    moved = connection.execute(sql("joins_changed")).one()
    shared = connection.execute(sql("shared_footprints")).one()
    return Joining(
        {row.how: row.rows for row in totals},
        {row.how: row.households for row in totals},
        examples,
        (moved.rows, int(moved.households)),
        (shared.buildings, int(shared.rows)),
    )


def refuse_second_count(connection: Connection, dataset: str) -> tuple[str, int] | None:
    """Refuse a table most of whose addresses another table has counted already; name the one with some in common.

    Raises
    ------
    Invalid : at least half of the rows would be counted twice.
    """
    other = connection.execute(sql("counted_twice"), {"dataset": dataset}).first()
    if other is None:
        return None
    if not other.most:
        return other.dataset, other.rows
    raise Invalid(
        Text(
            en=f"{other.rows} of these addresses are in the table “{other.dataset}” already; their households would "
            "be counted twice.",
            zh=f"其中 {other.rows} 个门牌在数据集“{other.dataset}”中已有户数，再次导入会重复计数。",
        ),
        hint=Text(
            en=f"To replace that table, import with --set dataset={other.dataset}; if the two count different households, "
            "put them into one table.",
            zh=f"若要更新原表，请加 --set dataset={other.dataset} 再导入；若两表户数确为不同住户，请先合并为一张表。",
        ),
        reason="households.counted_twice",
        dataset=other.dataset,
        rows=other.rows,
    )
