"""Several really different plans of a community, kept as drafts, with a contact sheet to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine

from gridmap.core.division import Division, divide
from gridmap.core.division.alternatives.alternatives import Alternative, Ensemble, alternatives, draw_ensemble
from gridmap.core.division.alternatives.merits import merits
from gridmap.core.division.drawn import redrawn
from gridmap.core.division.solve import Solution
from gridmap.core.model import Band, GridKind, Progress, Verdict, silent
from gridmap.db.engine import transaction
from gridmap.db.queries import sql
from gridmap.errors import Invalid, Text
from gridmap.maps.sheet import SheetPlan, contact_sheet, save_sheet
from gridmap.services.audit import record
from gridmap.services.division_inputs import Inputs, read_communities, read_inputs
from gridmap.services.division_storing import Order, keep
from gridmap.services.drawings import load_drawing
from gridmap.services.layouts import encoded_layouts, keep_layouts
from gridmap.services.redividing import former_of_cells, read_former

MOST = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """The alternatives of one community: drafts, the best first.

    Attributes
    ----------
    random_plans : how many each was compared with.
    sheet : the file they are drawn in.
    """

    code: str
    name: str
    plan_ids: tuple[int, ...]
    found: tuple[Alternative, ...]
    random_plans: int
    sheet: Path

    def as_dict(self) -> dict[str, Any]:
        """Return the alternatives as `gridmap divide --alternatives --json` prints them."""
        return {
            "code": self.code,
            "name": self.name,
            "random_plans": self.random_plans,
            "sheet": str(self.sheet),
            "alternatives": [
                {
                    "plan_id": plan,
                    "merits": _told(one.merits.as_dict()),
                    "percentiles": _told(one.percentiles),
                    "distance": one.distance,
                }
                for plan, one in zip(self.plan_ids, self.found, strict=True)
            ],
        }


def divide_alternatives(
    engine: Engine,
    wanted: Sequence[str],
    count: int,
    *,
    actor: str,
    reason: str = "",
    band: Band | None = None,
    seed: int = 0,
    folder: Path,
    language: str,
    progress: Progress = silent,
) -> list[Choice]:
    """Make different plans of each community under some areas, keep them as drafts, and draw a sheet for each.

    Parameters
    ----------
    count : plans of a community, 2 to `MOST`; fewer if there are no more that are good and different.
    folder : where the sheets go, as ``alternatives-CODE.html``.

    Raises
    ------
    NotFound, Invalid : no such area, an ambiguous name, an area without communities, or a count out of range.
    """
    if not 2 <= count <= MOST:
        raise Invalid(
            Text(en=f"{count} alternatives cannot be made.", zh=f"不能生成 {count} 个备选方案。"),
            hint=Text(en=f"2 to {MOST}.", zh=f"可为 2 至 {MOST} 个。"),
        )
    order = Order(wanted, actor, reason, band or Band(), "fast", seed, publish=False)
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        communities = read_communities(connection, wanted)
    work = _Work(engine, order, count, folder, language)
    return [work.choose(communities.iloc[[place]], progress) for place in range(len(communities))]


@dataclass(frozen=True, slots=True)
class _Work:
    engine: Engine
    order: Order
    count: int
    folder: Path
    language: str

    def choose(self, community: Any, progress: Progress) -> Choice:
        """Work on one community."""
        order, band = self.order, self.order.band
        settings = order.settings() | {"alternatives": self.count}
        with transaction(self.engine, actor=order.actor, role="gridmap_app") as connection:
            inputs = read_inputs(connection, community, settings)
            former = read_former(connection, inputs)
            synthetic = (
                connection.execute(sql("map_facts"), {"codes": list(community["code"])}).one().synthetic
            )
        (base,) = _divided(inputs, order)
        layout, before = base.layout, former.get(base.code)
        if before is not None:
            graph = replace(layout.graph, former=former_of_cells(inputs, base.code, layout, before))
            layout = replace(layout, graph=graph)
        found, ensemble = alternatives(
            layout, band, self.count, code=base.code, seed=order.seed, progress=progress
        )
        drawn = [redrawn(base, one.solution, band) for one in found]
        plans = self._kept(inputs, drawn)
        name = str(community["name"].iloc[0])
        file = self.folder / f"alternatives-{base.code}.html"
        cards = [
            SheetPlan(
                f"{'方案' if self.language == 'zh' else 'Plan'} {plan}",
                one.grids,
                told.merits.as_dict(),
                told.percentiles,
            )
            for plan, one, told in zip(plans, drawn, found, strict=True)
        ]
        page = contact_sheet(
            cards,
            inputs.lines,
            title=name,
            band=band,
            random_plans=len(ensemble.merits),
            language=self.language,
            synthetic=bool(synthetic),
        )
        save_sheet(page, file)
        return Choice(base.code, name, tuple(plans), tuple(found), len(ensemble.merits), file)

    def _kept(self, inputs: Inputs, drawn: Sequence[Division]) -> list[int]:
        order = self.order
        with transaction(
            self.engine, actor=order.actor, reason=order.reason, role="gridmap_app"
        ) as connection:
            plans = []
            for nth, division in enumerate(drawn, start=1):
                told = order.reason or f"备选 {nth}/{len(drawn)} alternative"
                plans += keep(connection, inputs, [division], replace(order, reason=told))
                contents = encoded_layouts(inputs, [division])
                keep_layouts(connection, inputs, [division], contents, plans[-1:])
            details = {"plans": plans, **order.settings()}
            record(connection, action="alternatives", subject=drawn[0].code, details=details)
        return plans


def _divided(inputs: Inputs, order: Order) -> list[Division]:
    return divide(
        inputs.communities,
        buildings=inputs.buildings,
        cells=inputs.cells,
        lines=inputs.lines,
        compounds=inputs.compounds,
        band=order.band,
        mode=order.mode,
        seed=order.seed,
    )


def typical(connection: Connection, plan_id: int, *, seed: int = 0) -> dict[str, Any]:
    """Tell how a plan compares with random valid plans on the same cells.

    Returns
    -------
    ``plan``, ``random_plans`` (how many could be drawn), and by merit its ``value`` and ``percentile``: the share of
    random plans that this one is better than, in percent; null where there is nothing to measure.

    Raises
    ------
    NotFound : no such plan.
    Conflict : its cells were not kept.
    """
    drawing = load_drawing(connection, plan_id)
    numbers, label = np.unique(drawing.plan.grid_of_cell, return_inverse=True)
    kinds = [drawing.plan.kinds[int(number)] for number in numbers]
    is_dedicated = np.array([kind is GridKind.DEDICATED for kind in kinds], dtype=bool)
    base = Solution(label.astype(np.int64), is_dedicated, 1, Verdict.DIVIDED, None)
    band = drawing.plan.band
    ensemble: Ensemble = draw_ensemble(drawing.layout, base, band, code=drawing.code, seed=seed)
    own = merits(drawing.layout, base.label, is_dedicated, band)
    percentiles, values = _told(ensemble.percentiles(own)), _told(own.as_dict())
    return {
        "plan": plan_id,
        "random_plans": len(ensemble.merits),
        "merits": {name: {"value": values[name], "percentile": percentiles[name]} for name in values},
    }


def _told(values: dict[str, float]) -> dict[str, float | None]:
    return {name: None if np.isnan(value) else value for name, value in values.items()}
