"""Divide the communities of an area into grids, keep the result as drafts, and publish them if asked."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Connection, Engine

from gridmap import __version__
from gridmap.core.division import Certificate, Division, Finding, Mode, divide
from gridmap.core.model import Band, Progress, Verdict, silent
from gridmap.db.engine import transaction
from gridmap.db.queries import sql
from gridmap.services.audit import record
from gridmap.services.division_inputs import Inputs, read_inputs
from gridmap.services.division_report import CommunityResult, DivisionReport
from gridmap.services.layouts import keep_layouts, stored_shapes
from gridmap.services.publishing import publish


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
    progress: Progress = silent,
) -> DivisionReport:
    """Divide every community under some areas together; the same input and seed give the same plans.

    Communities divided together have grids that match along their common lines, vertex by vertex.

    Nothing is held in the database while the division is computed. All plans are kept, and published if asked,
    in one transaction at the end.

    Parameters
    ----------
    wanted : codes or unambiguous names of the areas.
    band : households a general grid may hold; None is 300–500.

    Raises
    ------
    NotFound, Invalid : no such area, an ambiguous name, or an area without communities.
    Conflict : the data changed while the division was computed.
    """
    band = band or Band()
    settings = {"band": [band.minimum, band.maximum], "mode": mode, "seed": seed, "version": __version__}
    with transaction(engine, actor=actor, reason=reason, role="gridmap_app") as connection:
        inputs = read_inputs(connection, wanted, settings)
        kept = _unchanged_plans(connection, inputs, published=publish_plans)
        if kept is not None:
            return _report_of_plans(connection, inputs, kept, published=publish_plans)
    divisions = divide(
        inputs.communities,
        buildings=inputs.buildings,
        cells=inputs.cells,
        lines=inputs.lines,
        band=band,
        mode=mode,
        seed=seed,
        progress=progress,
    )
    with transaction(engine, actor=actor, reason=reason, role="gridmap_app") as connection:
        results = tuple(
            _keep(connection, inputs, divisions, actor=actor, reason=reason, band=band, settings=settings)
        )
        keep_layouts(connection, inputs, divisions, [result.plan_id for result in results])
        details = {"plans": [result.plan_id for result in results], **settings}
        record(connection, action="divide", subject=", ".join(wanted), details=details)
        if publish_plans:
            for result in results:
                publish(connection, result.plan_id)
    return DivisionReport(results, published=publish_plans)


def _unchanged_plans(connection: Connection, inputs: Inputs, *, published: bool) -> list[int] | None:
    """Return the plans already made from this input, if every community has one in the state asked for."""
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
                estimated=estimated.get(plan["code"], 0),
                verdict=Verdict(plan["verdict"]),
                grids=len(grids),
                in_band=sum(band.position(grid.planned_households) == "in" for grid in grids),
                certificate=plan["certificate"],
                findings=plan["findings"],
                plan_id=plan_id,
            )
        )
    return DivisionReport(tuple(results), published=published, unchanged=True)


def _keep(
    connection: Connection,
    inputs: Inputs,
    divisions: list[Division],
    *,
    actor: str,
    reason: str,
    band: Band,
    settings: dict[str, Any],
) -> Iterator[CommunityResult]:
    ids = dict(zip(inputs.communities["code"], inputs.communities["id"], strict=True))
    names = dict(zip(inputs.communities["code"], inputs.communities["name"], strict=True))
    parents = {
        row.community_id: row.id
        for row in connection.execute(sql("published_plans_of"), {"community_ids": list(ids.values())})
    }
    estimated = inputs.estimated()
    for division in divisions:
        community_id = ids[division.code]
        certificate = _certificate(division.certificate) if division.certificate else None
        findings = [_finding(finding) for finding in division.findings]
        plan_id = connection.execute(
            sql("insert_plan"),
            {
                "community_id": community_id,
                "parent_id": parents.get(community_id),
                "verdict": division.verdict,
                "author": actor,
                "reason": reason,
                "band_minimum": band.minimum,
                "band_maximum": band.maximum,
                "parameters": json.dumps(settings),
                "inputs_hash": inputs.fingerprint,
                "score": json.dumps(_measured(division.score)),
                "certificate": json.dumps(certificate) if certificate else None,
                "findings": json.dumps(findings),
            },
        ).scalar_one()
        _keep_grids(connection, plan_id, community_id, division.grids)
        yield CommunityResult(
            code=division.code,
            name=names[division.code],
            households=division.households,
            estimated=estimated.get(division.code, 0),
            verdict=division.verdict,
            grids=len(division.grids),
            in_band=int(np.sum(division.grids["in_band"].astype(bool))),
            certificate=certificate,
            findings=findings,
            plan_id=plan_id,
        )


def _keep_grids(connection: Connection, plan_id: int, community_id: int, grids: gpd.GeoDataFrame) -> None:
    shapes = shapely.to_wkb(stored_shapes(grids.geometry.to_numpy(), grids.crs))
    rows = [
        {
            "plan_id": plan_id,
            "community_id": community_id,
            "sequence": int(grid.sequence),
            "kind": str(grid.kind),
            "households": int(grid.households),
            "geometry": shape,
        }
        for grid, shape in zip(grids.itertuples(), shapes, strict=True)
    ]
    if rows:
        connection.execute(sql("insert_grid"), rows)


def _certificate(certificate: Certificate) -> dict[str, Any]:
    return {"kind": str(certificate.kind), "text": certificate.text.as_dict(), "facts": certificate.facts}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": str(finding.kind),
        "count": finding.count,
        "text": finding.text.as_dict(),
        "where": list(finding.where),
    }


def _measured(score: Mapping[str, float]) -> dict[str, float | None]:
    """Return a score as JSON can carry it: what could not be measured is null."""
    return {name: value if math.isfinite(value) else None for name, value in score.items()}
