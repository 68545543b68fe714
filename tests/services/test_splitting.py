"""Towers split by stairwell, and made whole again."""

import pytest
from sqlalchemy import Connection, Engine, text

from gridmap.core.model import Verdict
from gridmap.db.engine import transaction
from gridmap.errors import Conflict, Invalid, NotFound
from gridmap.services.dividing import divide_areas
from gridmap.services.importing import import_file
from gridmap.services.splitting import merge_building, split_building

TOWER = "b0"
IMPOSSIBLE = "330102001002"


def act(engine: Engine) -> transaction:
    return transaction(engine, actor="test", reason="为分网格", role="gridmap_app")


def state(connection: Connection, building: str = TOWER) -> list[tuple]:
    rows = connection.execute(
        text(
            "SELECT source_id, name, households, household_source, floors, round(ST_Area(geom::geography)::numeric, 2), "
            "ST_AsText(ST_Envelope(geom)), community_id, grid_id FROM gridmap.building "
            "WHERE source_id LIKE :building || '%' ORDER BY id"
        ),
        {"building": building},
    )
    return [tuple(row) for row in rows]


def populate(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE gridmap.building SET name = '高楼', stairwells = 3 WHERE source_id = 'b0'")
        )
        connection.execute(
            text(
                "INSERT INTO gridmap.household (building_id, dataset, source_id) "
                "SELECT id, 'x', source_id || number FROM gridmap.building, generate_series(1, 4) AS number "
                "WHERE source_id = 'b0'"
            )
        )
        connection.execute(
            text("INSERT INTO gridmap.resident (building_id) SELECT building_id FROM gridmap.household")
        )


def test_a_tower_becomes_its_stairwells_and_whole_again(town: Engine) -> None:
    populate(town)
    with act(town) as connection:
        before = state(connection)
        parts = split_building(connection, "高楼")
        assert [(part.source_id, part.name, part.households) for part in parts] == [
            ("b0", "高楼1单元", 67),
            ("b0#2", "高楼2单元", 67),
            ("b0#3", "高楼3单元", 66),
        ]
        areas = [row[5] for row in state(connection)]
        assert max(areas) - min(areas) < 0.1
        assert float(sum(areas)) == pytest.approx(float(before[0][5]), rel=1e-4)
        assert len({row[7] for row in state(connection)}) == 1
        assert merge_building(connection, "b0#2")[0].households == 200
        assert state(connection) == before
        assert connection.execute(text("SELECT count(*) FROM gridmap.whole_building")).scalar_one() == 0
    with town.connect() as connection:
        lines = connection.execute(
            text("SELECT action, subject, reason FROM gridmap.audit ORDER BY id")
        ).all()
    assert [tuple(line) for line in lines] == [
        ("split building", "b0", "为分网格"),
        ("merge building", "b0", "为分网格"),
    ]


def test_nobody_who_lives_there_is_lost(town: Engine) -> None:
    populate(town)
    divide_areas(town, [IMPOSSIBLE], actor="test", publish_plans=True)
    held = text(
        "SELECT households, residents FROM gridmap.grid_count JOIN gridmap.grid ON grid.id = grid_id "
        "JOIN gridmap.area ON area.id = community_id WHERE area.code = :code AND valid_to IS NULL"
    )
    homes = text(
        "SELECT DISTINCT building.source_id FROM gridmap.resident JOIN gridmap.building ON building.id = building_id"
    )
    with act(town) as connection:
        before = connection.execute(held, {"code": IMPOSSIBLE}).all()
        split_building(connection, "b0", households=[150, 50])
        assert connection.execute(held, {"code": IMPOSSIBLE}).all() == before
        assert connection.execute(homes).scalars().all() == ["b0"]
        connection.execute(
            text(
                "UPDATE gridmap.resident SET building_id = (SELECT id FROM gridmap.building WHERE source_id = 'b0#2') "
                "WHERE id IN (SELECT max(id) FROM gridmap.resident)"
            )
        )
        merge_building(connection, "b0")
        assert connection.execute(text("SELECT count(*) FROM gridmap.resident")).scalar_one() == 4
        assert connection.execute(held, {"code": IMPOSSIBLE}).all() == before


def test_splitting_a_tower_makes_an_impossible_community_divisible(town: Engine) -> None:
    with town.begin() as connection:
        connection.execute(text("UPDATE gridmap.building SET households = 640 WHERE source_id = 'b0'"))
        connection.execute(
            text("UPDATE gridmap.building SET households = 10 WHERE source_id IN ('b1', 'b2')")
        )
    assert divide_areas(town, [IMPOSSIBLE], actor="test").communities[0].verdict is Verdict.INFEASIBLE
    with act(town) as connection:
        split_building(connection, "b0", stairwells=2)
    report = divide_areas(town, [IMPOSSIBLE], actor="test").communities[0]
    assert (report.verdict, report.households, report.grids) == (Verdict.DIVIDED, 660, 2)


@pytest.mark.parametrize(
    ("building", "given", "error"),
    [
        ("nowhere", {"stairwells": 2}, NotFound),
        ("b0", {}, Invalid),
        ("b0", {"stairwells": 1}, Invalid),
        ("b0", {"households": [100, 99]}, Invalid),
        ("b0", {"households": [201, -1]}, Invalid),
        ("b0", {"stairwells": 3, "households": [100, 100]}, Invalid),
        ("twin", {"stairwells": 2}, Invalid),
        ("dot", {"stairwells": 2}, Invalid),
    ],
)
def test_what_cannot_be_split_is_refused(
    town: Engine, building: str, given: dict, error: type[Exception]
) -> None:
    with town.begin() as connection:
        connection.execute(text("UPDATE gridmap.building SET name = 'twin' WHERE source_id IN ('b1', 'b2')"))
        connection.execute(
            text("UPDATE gridmap.building SET name = 'dot', geom = ST_Centroid(geom) WHERE source_id = 'a00'")
        )
    with pytest.raises(error), act(town) as connection:
        split_building(connection, building, **given)


def test_splitting_twice_and_merging_what_is_whole_are_conflicts(town: Engine) -> None:
    with pytest.raises(Conflict), act(town) as connection:
        merge_building(connection, "b0")
    with act(town) as connection:
        split_building(connection, "b0", stairwells=2)
    with pytest.raises(Conflict), act(town) as connection:
        split_building(connection, "b0", stairwells=2)
    with pytest.raises(Conflict), act(town) as connection:
        split_building(connection, "b0#2", stairwells=2)


def test_an_import_leaves_a_split_building_as_it_is_and_misses_no_part(town: Engine, tmp_path) -> None:
    with act(town) as connection:
        connection.execute(text("UPDATE gridmap.building SET dataset = 'towers' WHERE source_id = 'b0'"))
        split_building(connection, "b0", stairwells=2)
        before = state(connection)
    file = tmp_path / "towers.csv"
    file.write_text(
        "source_id,name,households,floors,wkt\n"
        'b0,新名,500,20,"POLYGON((120.0041 30.0001,120.0043 30.0001,120.0043 30.0003,120.0041 30.0003,120.0041 30.0001))"\n'
    )
    report = import_file(town, "buildings", file, actor="test")
    with town.connect() as connection:
        after = state(connection)
    assert [row[:4] + row[5:7] for row in after] == [row[:4] + row[5:7] for row in before]
    assert after[0][4] == 20
    assert report.layers[0].absent == 0
