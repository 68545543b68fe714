"""Divide the communities of an area into grids, keep the result as drafts, and publish them if asked."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import geopandas as gpd
from sqlalchemy import Connection, Engine

from gridmap.core.division import Division, Mode, divide
from gridmap.core.model import Band, Progress, Verdict, silent
from gridmap.core.threads import at_once, in_threads
from gridmap.db.engine import transaction
from gridmap.db.queries import sql
from gridmap.errors import Conflict, Text
from gridmap.services.audit import record
from gridmap.services.division_batches import Together, batches
from gridmap.services.division_inputs import Inputs, read_communities, read_inputs
from gridmap.services.division_report import CommunityResult, DivisionReport, joined
from gridmap.services.division_storing import Order, certificate_as_dict, finding_as_dict, keep
from gridmap.services.layouts import encoded_layouts, keep_layouts
from gridmap.services.publishing import publish
from gridmap.services.redividing import Redividing, read_former

AT_ONCE = 2
"""Batches worked on at once."""


def divide_areas(
    engine: Engine,
    wanted: Sequence[str],
    *,
    actor: str,
    reason: str = "",
    band: Band | None = None,
    mode: Mode = "fast",
    seed: int = 0,
    publish_plans: bool = False,
    stable: bool = False,
    progress: Progress = silent,
) -> DivisionReport:
    """Divide every community under some areas together; the same input and seed give the same plans.

    Communities divided together have grids that match along their common lines, vertex by vertex.

    More than some hundred communities are divided batch by batch (see `division_batches`), two batches at once; from one
    batch to the next grids match to a millimetre, not vertex by vertex. Nothing is held in the database while a
    division is computed. The plans of a batch are kept, and published if asked, in one transaction at its end; batches
    done before an error or a cancellation stay, and are not divided again next time.

    Parameters
    ----------
    wanted : codes or unambiguous names of the areas.
    band : households a general grid may hold; None is 300–500.
    stable : begin with the plans in force, and let as few households as possible change grid. Communities in which
        nothing needs to change keep their plan.

    Raises
    ------
    NotFound, Invalid : no such area, an ambiguous name, or an area without communities.
    Conflict : the data changed while the division was computed; or a plan in force that was edited by hand would be
        replaced by one that knows nothing of these edits.
    """
    order = Order(wanted, actor, reason, band or Band(), mode, seed, publish_plans, stable)
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        communities = read_communities(connection, wanted)
    parts = list(batches(communities))
    together = Together(progress, cells=len(parts), search=len(communities))

    def work(part: gpd.GeoDataFrame) -> DivisionReport:
        return _divide_batch(engine, part, order, together.of_one())

    with _only_new_garbage():
        if len(parts) == 1:
            return work(parts[0])
        with closing(in_threads(work, parts, threads=AT_ONCE)) as reports, together:
            return joined(list(reports))


@contextmanager
def _only_new_garbage() -> Iterator[None]:
    """Spare the garbage collector what is there before: thousands of new shapes would make it go through all of it."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _divide_batch(
    engine: Engine, communities: gpd.GeoDataFrame, order: Order, progress: Progress
) -> DivisionReport:
    act = partial(transaction, engine, actor=order.actor, reason=order.reason, role="gridmap_app")
    with act() as connection:
        inputs = read_inputs(connection, communities, order.settings())
        kept = None if order.stable else _unchanged_plans(connection, inputs, published=order.publish)
        if kept is not None:
            return _report_of_plans(connection, inputs, kept, published=order.publish)
        if order.publish and not order.stable:
            _expect_no_work_by_hand(connection, inputs.communities)
        former = read_former(connection, inputs) if order.stable else {}
    again = Redividing(inputs, order, former)
    divisions = divide(
        inputs.communities,
        buildings=inputs.buildings,
        cells=inputs.cells,
        lines=inputs.lines,
        compounds=inputs.compounds,
        sites=inputs.sites,
        band=order.band,
        mode=order.mode,
        seed=order.seed,
        solver=again.solve if order.stable else None,
        progress=progress,
    )
    changed = [division for division in divisions if not again.is_as_before(division)]
    with act() as connection:
        plans, contents = at_once(
            lambda: keep(connection, inputs, changed, order), lambda: encoded_layouts(inputs, changed)
        )
        keep_layouts(connection, inputs, changed, contents, plans)
        record(
            connection,
            action="divide",
            subject=", ".join(order.wanted),
            details={"plans": plans, **order.settings()},
        )
        if order.publish:
            for plan in plans:
                publish(connection, plan)
    made = dict(zip((division.code for division in changed), plans, strict=True))
    return DivisionReport(tuple(_results(inputs, divisions, again, made)), published=order.publish)


def _expect_no_work_by_hand(connection: Connection, communities: gpd.GeoDataFrame) -> None:
    in_force = connection.execute(
        sql("published_plans_of"), {"community_ids": communities["id"].tolist()}
    ).all()
    edited = {row.community_id: row.id for row in in_force if row.by_hand}
    if edited:
        codes = communities["code"][communities["id"].isin(edited)].tolist()
        named = ", ".join(codes[:5]) + (" …" if len(codes) > 5 else "")
        raise Conflict(
            Text(
                en=f"The plan in force was edited by hand and would be replaced: {named}.",
                zh=f"以下社区的现行方案经人工调整，重新划分将取代该方案：{named}。",
            ),
            hint=Text(
                en="Keep the edits with --stable, or divide without --publish and publish the draft if it is better.",
                zh="请用 --stable 保留人工调整；或不加 --publish 先存为草稿，比较后再发布。",
            ),
            communities=codes,
            plans=list(edited.values()),
        )


def _unchanged_plans(connection: Connection, inputs: Inputs, *, published: bool) -> list[int] | None:
    """Return the plans already made from this input, if every community has one in the state asked for.

    A plan in force that was edited by hand since counts as made from it; a draft does not.
    """
    parameters: dict[str, Any] = {"community_ids": inputs.communities["id"].tolist()}
    if published:
        rows = connection.execute(sql("published_plans_of"), parameters).all()
        plans = {row.community_id: row.id for row in rows if row.inputs_hash == inputs.fingerprint}
    else:
        rows = connection.execute(sql("drafts_of"), parameters | {"inputs_hash": inputs.fingerprint}).all()
        plans = {row.community_id: row.id for row in rows}
    ordered = [plans.get(community) for community in inputs.communities["id"]]
    return [plan for plan in ordered if plan is not None] if None not in ordered else None


def _report_of_plans(
    connection: Connection, inputs: Inputs, plan_ids: list[int], *, published: bool
) -> DivisionReport:
    results = []
    estimated = inputs.estimated()
    for plan_id in plan_ids:
        plan = connection.execute(sql("plan_by_id"), {"plan_id": plan_id}).mappings().one()
        grids = connection.execute(sql("grids_of_plan"), {"plan_id": plan_id}).all()
        band = Band(plan["band_minimum"], plan["band_maximum"])
        results.append(
            CommunityResult(
                code=plan["code"],
                name=plan["name"],
                households=sum(grid.planned_households for grid in grids),
                estimated=estimated.get(plan["community_id"], 0),
                verdict=Verdict(plan["verdict"]),
                grids=len(grids),
                in_band=sum(band.position(grid.planned_households) == "in" for grid in grids),
                certificate=plan["certificate"],
                findings=plan["findings"],
                plan_id=plan_id,
            )
        )
    return DivisionReport(tuple(results), published=published, unchanged=True)


def _results(
    inputs: Inputs, divisions: Sequence[Division], again: Redividing, made: Mapping[str, int]
) -> Iterator[CommunityResult]:
    """Tell what became of each community; one without a new plan keeps the plan in force."""
    estimated = inputs.estimated()
    columns = inputs.communities[["code", "name", "id"]]
    known = {row.code: row for row in columns.itertuples(index=False)}
    for division in divisions:
        yield CommunityResult(
            code=division.code,
            name=known[division.code].name,
            households=division.households,
            estimated=estimated.get(known[division.code].id, 0),
            verdict=division.verdict,
            grids=len(division.polygons),
            in_band=int(division.is_in_band.sum()),
            certificate=certificate_as_dict(division.certificate) if division.certificate else None,
            findings=[finding_as_dict(finding) for finding in division.findings],
            plan_id=made[division.code] if division.code in made else again.former[division.code].plan_id,
            moves=again.moves(division),
        )
