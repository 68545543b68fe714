"""From households in the database to grids in force."""

import json

import pytest
from sqlalchemy import Engine, text

from gridmap.core.model import Band, Verdict
from gridmap.db.engine import transaction
from gridmap.errors import Conflict, Invalid, NotFound
from gridmap.services.checking import check_area
from gridmap.services.dividing import divide_areas
from gridmap.services.planning import diff_plans, list_plans, show_plan
from gridmap.services.publishing import archive, publish

FEASIBLE, IMPOSSIBLE, STREET = "330102001001", "330102001002", "330102001000"


def test_a_community_is_divided_and_published_in_the_band(town: Engine) -> None:
    report = divide_areas(town, [FEASIBLE], actor="test", publish_plans=True)
    community = report.communities[0]
    assert (community.verdict, community.households, community.grids) == (
        Verdict.DIVIDED,
        1200,
        community.in_band,
    )
    with town.connect() as connection:
        grids = connection.execute(
            text("SELECT code, households, in_band FROM published.grids ORDER BY code")
        ).all()
    assert [grid.code for grid in grids] == [f"{FEASIBLE}{number:03d}" for number in range(1, len(grids) + 1)]
    assert all(grid.in_band for grid in grids)
    assert sum(grid.households for grid in grids) == 1200


def test_a_name_serves_as_well_as_a_code(town: Engine) -> None:
    assert divide_areas(town, ["甲社区"], actor="test").communities[0].code == FEASIBLE


def test_five_hundred_and_fifty_six_households_are_proved_impossible_and_still_drawn(town: Engine) -> None:
    report = divide_areas(town, [STREET], actor="test", publish_plans=True)
    impossible = next(community for community in report.communities if community.code == IMPOSSIBLE)
    assert impossible.verdict is Verdict.INFEASIBLE
    assert impossible.certificate is not None
    assert impossible.certificate["kind"] == "arithmetic"
    assert "556" in impossible.certificate["text"]["zh"]
    with transaction(town, actor="test", role="gridmap_app") as connection:
        assert (
            connection.execute(
                text("SELECT sum(households) FROM published.grids WHERE community = :code"),
                {"code": IMPOSSIBLE},
            ).scalar_one()
            == 556
        )


def test_the_report_is_plain_json(town: Engine) -> None:
    report = json.loads(json.dumps(divide_areas(town, [STREET], actor="test").as_dict(), ensure_ascii=False))
    assert {community["status"] for community in report["communities"]} == {"divided", "infeasible"}
    assert report["totals"]["households"] == 1756
    assert len(report["plan_ids"]) == 2


def test_dividing_unchanged_input_again_keeps_the_plans_in_force(town: Engine) -> None:
    first = divide_areas(town, [STREET], actor="test", publish_plans=True)
    again = divide_areas(town, [STREET], actor="test", publish_plans=True)
    assert again.unchanged
    assert again.as_dict()["plan_ids"] == first.as_dict()["plan_ids"]
    assert divide_areas(town, [STREET], actor="test", seed=1, publish_plans=True).unchanged is False


def test_the_same_seed_gives_the_same_grids(town: Engine) -> None:
    shapes = []
    for seed in (3, 4, 3):
        plan = (
            divide_areas(town, [FEASIBLE], actor="test", seed=seed, band=Band(290, 500))
            .communities[0]
            .plan_id
        )
        with town.connect() as connection:
            rows = connection.execute(
                text("SELECT ST_AsText(geom) FROM gridmap.grid WHERE plan_id = :plan ORDER BY sequence"),
                {"plan": plan},
            )
            shapes.append(rows.scalars().all())
    assert shapes[0] == shapes[2]


def test_a_draft_whose_households_changed_is_not_published(town: Engine) -> None:
    plan = divide_areas(town, [FEASIBLE], actor="test").communities[0].plan_id
    with transaction(town, actor="test", role="gridmap_app") as connection:
        connection.execute(text("UPDATE gridmap.building SET households = 120 WHERE source_id = 'a00'"))
    with (
        pytest.raises(Conflict) as refused,
        transaction(town, actor="test", role="gridmap_app") as connection,
    ):
        publish(connection, plan)
    assert "120" not in str(refused.value.facts)
    with town.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM published.grids")).scalar_one() == 0


def test_publishing_archives_the_former_plan_and_only_drafts_can_be_published(town: Engine) -> None:
    first = divide_areas(town, [FEASIBLE], actor="test", publish_plans=True).communities[0].plan_id
    second = divide_areas(town, [FEASIBLE], actor="test", seed=7).communities[0].plan_id
    with transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, second)
        status = {row["id"]: row["status"] for row in list_plans(connection, FEASIBLE)}
    assert status == {first: "archived", second: "published"}
    with pytest.raises(Conflict), transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, first)
    with pytest.raises(Conflict), transaction(town, actor="test", role="gridmap_app") as connection:
        archive(connection, second)
    with pytest.raises(NotFound), transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, 999_999)


def test_a_plan_can_be_shown_and_compared(town: Engine) -> None:
    one = divide_areas(town, [FEASIBLE], actor="test").communities[0].plan_id
    other = divide_areas(town, [FEASIBLE], actor="test", band=Band(550, 650)).communities[0].plan_id
    foreign = divide_areas(town, [IMPOSSIBLE], actor="test").communities[0].plan_id
    with transaction(town, actor="test", role="gridmap_app") as connection:
        shown = show_plan(connection, one)
        assert sum(grid["planned_households"] for grid in shown["grids"]) == 1200
        assert diff_plans(connection, one, one)["households_moved"] == 0
        difference = diff_plans(connection, one, other)
        assert 0 < difference["households_moved"] < 1200
        assert difference["households_moved"] == sum(row["households"] for row in difference["moved"])
        with pytest.raises(Invalid):
            diff_plans(connection, one, foreign)


def test_checking_finds_nothing_where_all_is_well_and_names_what_is_not(town: Engine) -> None:
    divide_areas(town, [FEASIBLE], actor="test", publish_plans=True)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        report = check_area(connection, STREET)
        assert [[problem.en for problem in community.problems()] for community in report.communities] == [
            [],
            ["no plan is published"],
        ]
        connection.execute(text("UPDATE gridmap.building SET households = 600 WHERE source_id = 'a00'"))
        problems = [problem.en for problem in check_area(connection, FEASIBLE).communities[0].problems()]
        assert problems == ["1 of its grids out of the band by now"]


def test_an_unknown_area_is_answered_with_the_nearest_and_an_ambiguous_name_with_the_codes(
    town: Engine,
) -> None:
    with pytest.raises(NotFound) as unknown:
        divide_areas(town, ["甲社"], actor="test")
    assert FEASIBLE in unknown.value.in_language("zh")
    with transaction(town, actor="test", role="gridmap_app") as connection:
        connection.execute(text("UPDATE gridmap.area SET name = '甲社区'"))
    with pytest.raises(Invalid) as ambiguous:
        divide_areas(town, ["甲社区"], actor="test")
    assert IMPOSSIBLE in ambiguous.value.in_language("en")


def test_publishing_leaves_audit_lines_with_actor_and_reason(town: Engine) -> None:
    divide_areas(town, [FEASIBLE], actor="王", reason="年度调整", publish_plans=True)
    with town.connect() as connection:
        lines = connection.execute(text("SELECT actor, action, reason FROM gridmap.audit ORDER BY id")).all()
    assert [tuple(line) for line in lines] == [("王", "divide", "年度调整"), ("王", "publish", "年度调整")]
