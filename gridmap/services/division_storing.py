"""Keep divisions as drafts: all plans in one statement, all grids in one COPY."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
from pyproj import CRS
from shapely.geometry import mapping
from sqlalchemy import Connection

from gridmap.core.crs import WGS84
from gridmap.core.division import ENGINE, Certificate, Division, Finding, FindingKind, Mode
from gridmap.core.division.proposals import Proposal
from gridmap.core.model import Band, GridKind
from gridmap.db.queries import sql
from gridmap.db.rows import append
from gridmap.db.tables.plans import grid
from gridmap.services.division_inputs import Inputs
from gridmap.services.layouts import stored_shapes


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for; see `dividing.divide_areas`."""

    wanted: Sequence[str]
    actor: str
    reason: str
    band: Band
    mode: Mode
    seed: int
    publish: bool
    stable: bool = False

    def settings(self) -> dict[str, Any]:
        """Return what decides the result beside the data."""
        band = [self.band.minimum, self.band.maximum]
        settings = {"band": band, "mode": self.mode, "seed": self.seed, "version": ENGINE}
        return settings | ({"stable": True} if self.stable else {})


def keep(connection: Connection, inputs: Inputs, divisions: Sequence[Division], order: Order) -> list[int]:
    """Keep divisions with their grids, and return the plan of each.

    The parent of a plan is the one in force.
    """
    ids = inputs.communities.set_index("code")["id"]
    communities = [int(ids[division.code]) for division in divisions]
    published = connection.execute(sql("published_plans_of"), {"community_ids": communities}).all()
    parents = {row.community_id: row.id for row in published}
    drawn = [
        {
            "community_id": community,
            "parent_id": parents.get(community),
            "verdict": division.verdict,
            "score": _measured(division.score),
            "certificate": certificate_as_dict(division.certificate) if division.certificate else None,
            "findings": _findings(division, inputs.communities.crs),
        }
        for community, division in zip(communities, divisions, strict=True)
    ]
    values = {
        "author": order.actor,
        "reason": order.reason,
        "band_minimum": order.band.minimum,
        "band_maximum": order.band.maximum,
        "parameters": json.dumps(order.settings()),
        "inputs_hash": inputs.fingerprint,
        "plans": json.dumps(drawn),
    }
    kept = {row.community_id: row.id for row in connection.execute(sql("insert_plans"), values)}
    plans = [kept[community] for community in communities]
    if divisions:
        append(connection, _grids(divisions, plans, communities, inputs.communities.crs), grid)
    return plans


def _grids(
    divisions: Sequence[Division], plans: list[int], communities: list[int], crs: CRS
) -> gpd.GeoDataFrame:
    counts = [len(division.polygons) for division in divisions]
    is_dedicated = np.concatenate([division.is_dedicated for division in divisions])
    polygons = np.concatenate([division.polygons for division in divisions])
    return gpd.GeoDataFrame(
        {
            "plan_id": np.repeat(plans, counts),
            "community_id": np.repeat(communities, counts),
            "sequence": np.concatenate([np.arange(1, count + 1) for count in counts]),
            "name": np.concatenate([division.names for division in divisions]),
            "kind": np.where(is_dedicated, str(GridKind.DEDICATED), str(GridKind.GENERAL)),
            "planned_households": np.concatenate([division.held for division in divisions]),
        },
        geometry=stored_shapes(polygons, crs),
        crs=WGS84,
    )


def _findings(division: Division, crs: CRS) -> list[dict[str, Any]]:
    """Return the findings, with the outlines of proposed sites, from which a planner may accept them."""
    findings = [finding_as_dict(finding) for finding in division.findings]
    for finding in findings:
        if finding["kind"] == FindingKind.LARGE_EMPTY_LAND:
            finding["land"] = _land(division.proposals, crs)
    return findings


def _land(proposals: Sequence[Proposal], crs: CRS) -> list[dict[str, Any]]:
    shapes = stored_shapes(np.array([one.polygon for one in proposals], dtype=object), crs)
    return [
        {"name": one.name, "hectares": round(one.hectares, 1), "geometry": mapping(shape)}
        for one, shape in zip(proposals, shapes, strict=True)
    ]


def certificate_as_dict(certificate: Certificate) -> dict[str, Any]:
    """Return a certificate as the database, the report and the API carry it."""
    return {"kind": str(certificate.kind), "text": certificate.text.as_dict(), "facts": certificate.facts}


def finding_as_dict(finding: Finding) -> dict[str, Any]:
    """Return a finding as the database, the report and the API carry it."""
    return {
        "kind": str(finding.kind),
        "count": finding.count,
        "text": finding.text.as_dict(),
        "where": list(finding.where),
    }


def _measured(score: Mapping[str, float]) -> dict[str, float | None]:
    """Return a score as JSON can carry it: what could not be measured is null."""
    return {name: value if math.isfinite(value) else None for name, value in score.items()}
