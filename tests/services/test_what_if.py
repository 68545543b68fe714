"""What is tried on a study is what a new study finds once it is done, and tells nothing of small homes."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from gridmap.core.coverage.tallies import OUTCOMES
from gridmap.db.engine import transaction
from gridmap.errors import Conflict, GridmapError, Invalid, NotFound
from gridmap.services.covering import Coverage, cover
from gridmap.services.questions import Walking
from gridmap.services.ready import ReadyStudies
from gridmap.services.standing import standing_facilities, standing_gates
from gridmap.services.what_if import Action, Change, try_on, what_if
from tests.services.sample import AREA, STANDARDS

DAY_CARE = Walking("sample-district", ("day_care",))
SIDE_GATE = Change(Action.OPEN_GATE, "望湖苑侧门")
BEYOND_THE_RAILWAY = {"lon": 165.0108, "lat": 30.0028}


@pytest.fixture(scope="module")
def study(sample: Engine) -> Coverage:
    """Coverage by day care for older people, within 500 m on foot."""
    return judge(sample)


@pytest.fixture(scope="module")
def ready() -> ReadyStudies:
    """Studies that are ready, as a server keeps them."""
    return ReadyStudies()


def judge(engine: Engine, asked: Walking = DAY_CARE) -> Coverage:
    return cover(engine, AREA, asked, standards=STANDARDS, actor="test")


def ask(
    engine: Engine, ready: ReadyStudies, study: Coverage, *changes: Change, norm: str = "day_care"
) -> dict[str, Any]:
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        return what_if(connection, ready, study.study.id, norm, changes)


def run(engine: Engine, statement: str, **values: object) -> Sequence[Any]:
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        result = connection.execute(text(statement), values)
        return result.all() if result.returns_rows else []


@contextmanager
def done(engine: Engine, do: str, undo: str, **values: object) -> Iterator[None]:
    """Do in the database what was tried, for a while."""
    run(engine, do, **values)
    yield
    run(engine, undo, **values)


def facility(engine: Engine, name: str = "青禾幸福院") -> Any:
    return run(
        engine,
        "SELECT id, ST_AsEWKT(geom) AS geom FROM gridmap.facility WHERE name = :name",
        name=name,
    )[0]


def assert_as_a_new_study_finds(engine: Engine, found: dict[str, Any]) -> None:
    """Compare area, communities, grids and homes with those of a study of the database as it is now."""
    anew = judge(engine)
    (norm,) = anew.study.result["norms"]
    assert found["after"] == pytest.approx(norm["area"]["distance"])
    for level in ("communities", "grids"):
        known = {unit["code"]: unit["distance"] for unit in norm[level]}
        for unit in found[level]:
            assert unit["after"] == pytest.approx(known[unit["code"]])
    rows = run(
        engine,
        "SELECT 'building/' || building_id AS home, metres, verdict FROM gridmap.study_home WHERE study_id = :id",
        id=anew.study.id,
    )
    homes = {row.home: row for row in rows}
    assert found["homes"]["features"]
    for feature in found["homes"]["features"]:
        now = homes[feature["id"]]
        properties = feature["properties"]
        assert properties["outcome_after"] == now.verdict
        metres = None if now.metres is None else pytest.approx(now.metres, abs=0.051)
        assert properties["metres_after"] == metres


def test_opening_a_gate_does_what_a_study_finds_once_it_is_open(sample: Engine, study: Coverage) -> None:
    found = try_on(study, [SIDE_GATE])
    assert found["changes"] == [{"action": "open_gate", "name": "望湖苑侧门", "problem": None}]
    assert (found["gained"]["homes"], found["lost"]["homes"], found["farther"]["homes"]) == (3, 0, 0)
    hours = "UPDATE gridmap.place SET hours = '{}' WHERE name = '望湖苑侧门'"
    with done(sample, hours.format("24小时"), hours.format("关闭")):
        assert_as_a_new_study_finds(sample, found)


def test_the_homes_that_gain_are_those_that_are_counted_as_gaining(study: Coverage) -> None:
    found = try_on(study, [SIDE_GATE])
    told = [feature["properties"]["effect"] for feature in found["homes"]["features"]]
    for effect in ("gained", "lost", "nearer", "farther"):
        assert told.count(effect) == found[effect]["homes"]


def test_closing_a_facility_does_what_a_study_finds_without_it(sample: Engine, study: Coverage) -> None:
    found = try_on(study, [Change(Action.CLOSE_FACILITY, "青禾幸福院")])
    assert found["lost"]["households"] == found["before"]["within"] - found["after"]["within"] > 0
    kind = "UPDATE gridmap.facility SET kind = '{}' WHERE name = '青禾幸福院'"
    with done(sample, kind.format("closed"), kind.format("day_care")):
        assert_as_a_new_study_finds(sample, found)


def test_moving_a_facility_does_what_a_study_finds_once_it_is_there(sample: Engine, study: Coverage) -> None:
    moved = facility(sample)
    found = try_on(study, [Change(Action.MOVE_FACILITY, moved.id, 165.0, 30.0)])
    assert found["changes"][0]["name"] == "青禾幸福院"
    there = "UPDATE gridmap.facility SET geom = ST_SetSRID(ST_Point(165.0, 30.0), 4326) WHERE id = :id"
    back = "UPDATE gridmap.facility SET geom = ST_GeomFromEWKT(:geom) WHERE id = :id"
    with done(sample, there, back, id=moved.id, geom=moved.geom):
        assert_as_a_new_study_finds(sample, found)


def test_a_facility_beyond_the_railway_gains_those_whom_nothing_reached(study: Coverage) -> None:
    found = try_on(study, [Change(Action.OPEN_FACILITY, **BEYOND_THE_RAILWAY)])
    assert found["changes"][0]["problem"] is None
    assert found["gained"]["households"] > 100
    assert found["lost"] == {"households": 0, "homes": 0}
    assert {one["properties"]["outcome_before"] for one in found["homes"]["features"]} == {"unmet"}


def test_changes_are_made_together(study: Coverage) -> None:
    both = try_on(study, [SIDE_GATE, Change(Action.OPEN_FACILITY, **BEYOND_THE_RAILWAY)])
    alone = [try_on(study, [one]) for one in (SIDE_GATE, Change(Action.OPEN_FACILITY, **BEYOND_THE_RAILWAY))]
    assert both["gained"]["households"] == sum(one["gained"]["households"] for one in alone)


def test_before_is_what_the_study_says(sample: Engine, ready: ReadyStudies, study: Coverage) -> None:
    found = ask(sample, ready, study, Change(Action.CLOSE_FACILITY, "青禾幸福院"))
    assert found["before"] == study.study.public["norms"][0]["area"]["distance"]
    known = {unit["code"]: unit["distance"] for unit in study.study.public["norms"][0]["communities"]}
    for unit in found["communities"]:
        assert unit["before"] == known[unit["code"]]
    assert found["households"] == 24_050
    assert not found["stale"]


def numbers(found: dict[str, Any]) -> Iterator[float]:
    """Return every count of households that an answer tells, and every difference of what it tells."""
    for name in ("gained", "lost", "nearer", "farther"):
        yield found[name]["households"]
    for unit in (found, *found["communities"], *found["grids"]):
        for name in (*OUTCOMES, "within", "judged"):
            before, after = unit["before"][name], unit["after"][name]
            yield from (before, after, None if None in (before, after) else after - before)
    yield from (one["properties"]["households"] for one in found["homes"]["features"])


def test_no_count_and_no_difference_stands_for_few_households(
    sample: Engine, ready: ReadyStudies, study: Coverage
) -> None:
    rows = run(sample, "SELECT id FROM gridmap.facility WHERE kind = 'day_care'")
    told = [
        number
        for row in rows
        for number in numbers(ask(sample, ready, study, Change(Action.CLOSE_FACILITY, row.id)))
    ]
    assert None in told
    assert all(number is None or number == 0 or abs(number) >= 10 for number in told)


def test_two_answers_that_differ_by_a_small_home_do_not_tell_its_households(
    sample: Engine, ready: ReadyStudies, study: Coverage
) -> None:
    """Whoever swaps the households of two small homes of the same grid, outcome and kind changes no answer."""
    rows = run(
        sample,
        "SELECT building.id, building.households, home.verdict, building.community_id FROM gridmap.study_home AS home "
        "JOIN gridmap.building ON building.id = home.building_id WHERE study_id = :id AND households BETWEEN 1 AND 9 "
        "AND verdict = 'met' ORDER BY building.id",
        id=study.study.id,
    )
    first = rows[0]
    second = next(
        row for row in rows if row.community_id == first.community_id and row.households != first.households
    )
    change = Change(Action.CLOSE_FACILITY, "青禾幸福院")
    before = ask(sample, ready, study, change)
    swap = (
        "UPDATE gridmap.building SET households = CASE id WHEN :one THEN CAST(:{} AS integer) ELSE CAST(:{} AS integer) END "
        "WHERE id IN (:one, :other)"
    )
    values = {"one": first.id, "other": second.id, "a": first.households, "b": second.households}
    with done(sample, swap.format("b", "a"), swap.format("a", "b"), **values):
        assert ask(sample, ready, study, change) == {**before, "stale": True}


def test_a_second_question_reads_nothing_again(sample: Engine, ready: ReadyStudies, study: Coverage) -> None:
    ask(sample, ready, study, SIDE_GATE)
    asked: list[str] = []

    def note(*told: Any) -> None:
        asked.append(told[2])

    event.listen(sample, "before_cursor_execute", note)
    ask(sample, ready, study, Change(Action.CLOSE_FACILITY, "青禾幸福院"))
    event.remove(sample, "before_cursor_execute", note)
    assert len([statement for statement in asked if "set_config" not in statement]) == 1


def test_changed_data_are_read_afresh_and_the_answer_says_so(
    sample: Engine, ready: ReadyStudies, study: Coverage
) -> None:
    hours = "UPDATE gridmap.place SET hours = '{}' WHERE name = '望湖苑侧门'"
    gained = ask(sample, ready, study, SIDE_GATE)["gained"]
    with done(sample, hours.format("24小时"), hours.format("关闭")):
        closed = ask(sample, ready, study, Change(Action.CLOSE_GATE, "望湖苑侧门"))
        assert closed["stale"]
        assert closed["lost"] == gained
    assert ask(sample, ready, study, SIDE_GATE)["gained"] == gained


def test_many_threads_ask_and_the_ground_is_read_once(sample: Engine, study: Coverage) -> None:
    ready, read = ReadyStudies(), []

    def note(*told: Any) -> None:
        if "gridmap.road" in told[2] and "sum(" not in told[2]:
            read.append(told[2])

    event.listen(sample, "before_cursor_execute", note)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: ask(sample, ready, study, SIDE_GATE), range(16)))
    event.remove(sample, "before_cursor_execute", note)
    assert all(one == found[0] for one in found)
    assert len(read) == 1


def test_only_so_many_studies_are_kept_ready(sample: Engine, study: Coverage) -> None:
    ready = ReadyStudies(most=1)
    other = judge(sample, Walking("sample-district", ("day_care",), minutes=7))
    with transaction(sample, actor="test", role="gridmap_app") as connection:
        first = ready.get(connection, study.study.id)
        assert ready.get(connection, study.study.id) is first
        ready.get(connection, other.study.id)
        assert ready.get(connection, study.study.id) is not first


def test_hours_and_minutes_of_the_study_hold_for_what_is_tried(sample: Engine, ready: ReadyStudies) -> None:
    evening = judge(sample, Walking("sample-district", ("day_care",), at="周六 19:00"))
    with pytest.raises(Conflict, match="closed at that time"):
        ask(sample, ready, evening, Change(Action.CLOSE_FACILITY, "青禾幸福院"))
    opened = ask(sample, ready, evening, Change(Action.OPEN_FACILITY, None, 165.0, 30.0))
    assert opened["before"]["within"] == 0 < opened["after"]["within"]


def test_a_point_that_nobody_reaches_is_told_and_alters_nothing(
    sample: Engine, ready: ReadyStudies, study: Coverage
) -> None:
    found = ask(sample, ready, study, Change(Action.OPEN_FACILITY, None, 165.016, 30.0))
    assert "100 m" in found["changes"][0]["problem"]["en"]
    assert "100 米" in found["changes"][0]["problem"]["zh"]
    assert found["before"] == found["after"]
    assert found["homes"]["features"] == []


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (Change(Action.OPEN_GATE, 999_999), (NotFound, "出入口")),
        (Change(Action.CLOSE_FACILITY, "无此地"), (NotFound, "无此地")),
        (Change(Action.OPEN_FACILITY, None, 116.4, 39.9), (Invalid, "示意街道")),
        (Change(Action.CLOSE_GATE, "望湖苑侧门"), (Conflict, "本已关闭")),
        (Change(Action.OPEN_GATE, "西堤苑出入口"), (Invalid, "P00028")),
    ],
)
def test_what_cannot_be_tried_is_named_in_both_languages(
    sample: Engine,
    ready: ReadyStudies,
    study: Coverage,
    change: Change,
    refusal: tuple[type[GridmapError], str],
) -> None:
    kind, said = refusal
    with pytest.raises(kind) as refused:
        ask(sample, ready, study, change)
    assert said in refused.value.in_language("zh")
    assert "“" not in refused.value.in_language("en")


def test_no_change_no_study_and_no_norm_are_refused(
    sample: Engine, ready: ReadyStudies, study: Coverage
) -> None:
    with pytest.raises(Invalid):
        ask(sample, ready, study)
    with pytest.raises(NotFound):
        ask(sample, ready, study, SIDE_GATE, norm="clinic")
    with transaction(sample, actor="test", role="gridmap_app") as connection, pytest.raises(NotFound):
        what_if(connection, ready, 999_999, "day_care", [SIDE_GATE])


def test_what_stands_is_told_with_whether_it_is_open_then(sample: Engine, study: Coverage) -> None:
    evening = judge(sample, Walking("sample-district", ("day_care",), at="周六 19:00"))
    for asked, is_open in ((study, True), (evening, False)):
        found = standing_facilities(sample, asked.study.id, "day_care", actor="test")
        known = {one["properties"]["name"]: one["properties"] for one in found["features"]}
        assert len(known) == 23
        assert known["青禾幸福院"]["is_open"] == is_open
    gates = standing_gates(sample, study.study.id, actor="test")["features"]
    shut = [one["properties"]["name"] for one in gates if not one["properties"]["is_open"]]
    assert shut == ["望湖苑侧门"]


@contextmanager
def residents_only(engine: Engine, name: str) -> Iterator[None]:
    gate = "UPDATE gridmap.place SET residents_only = {} WHERE kind = 'gate' AND name = :name"
    with done(engine, gate.format("true"), gate.format("NULL"), name=name):
        yield


def test_a_gate_for_residents_lets_those_of_its_compound_through_until_it_is_opened_to_everybody(
    sample: Engine,
) -> None:
    """A day care in the middle of an estate whose gate is for residents only serves the estate and nobody else."""
    middle = run(
        sample,
        "SELECT ST_X(ST_Centroid(geom)) AS lon, ST_Y(ST_Centroid(geom)) AS lat FROM gridmap.place "
        "WHERE kind = 'compound' AND name = '望湖苑'",
    )[0]
    within = {
        row.home
        for row in run(
            sample,
            "SELECT 'building/' || building.id AS home FROM gridmap.building JOIN gridmap.place ON place.kind = 'compound' "
            "AND place.name = '望湖苑' AND ST_Covers(place.geom, ST_PointOnSurface(building.geom))",
        )
    }
    inside = Change(Action.OPEN_FACILITY, None, middle.lon, middle.lat)
    add = (
        "INSERT INTO gridmap.facility (name, kind, dataset, source_id, geom) VALUES ('苑内日间照料', 'day_care', 'extra', "
        "'inside', ST_SetSRID(ST_Point(:lon, :lat), 4326))"
    )
    remove = "DELETE FROM gridmap.facility WHERE dataset = 'extra'"
    where = {"lon": middle.lon, "lat": middle.lat}
    with residents_only(sample, "望湖苑出入口"):
        private = judge(sample)
        served = try_on(private, [inside])
        homes = {one["id"] for one in served["homes"]["features"]}
        assert homes
        assert homes <= within
        with done(sample, add, remove, **where):
            assert_as_a_new_study_finds(sample, served)
        opened = try_on(private, [inside, Change(Action.OPEN_GATE, "望湖苑出入口")])
        assert {one["id"] for one in opened["homes"]["features"]} >= homes
        assert not next(one for one in gates(sample, private) if one["name"] == "望湖苑出入口")["is_open"]
        shut = try_on(private, [Change(Action.CLOSE_GATE, "望湖苑出入口")])
        assert shut["lost"]["homes"] > 0
    with done(sample, add, remove, **where):
        assert_as_a_new_study_finds(sample, opened)


def gates(engine: Engine, study: Coverage) -> list[dict[str, Any]]:
    features = standing_gates(engine, study.study.id, actor="test")["features"]
    return [one["properties"] for one in features]
