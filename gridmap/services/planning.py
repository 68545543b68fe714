"""Look at plans: list them, show one, compare two."""

from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, RowMapping

from gridmap.core.editing import difference
from gridmap.core.topology import Floats
from gridmap.db.queries import sql
from gridmap.errors import Invalid, Text
from gridmap.services.areas import find_area
from gridmap.services.drawings import load_drawing
from gridmap.services.plans import find_plan, no_such_plan


def list_plans(connection: Connection, wanted: str, *, with_drafts: bool = True) -> list[dict[str, Any]]:
    """Return the plans of every community under an area, newest first within a community.

    Parameters
    ----------
    with_drafts : also those that never were in force.

    Raises
    ------
    NotFound, Invalid : no such area, or an ambiguous name.
    """
    area = find_area(connection, wanted)
    communities = connection.execute(sql("communities_under"), {"area_id": area.id}).all()
    return _plans_of(connection, [row.id for row in communities], with_drafts=with_drafts)


def describe_plan(connection: Connection, plan_id: int, *, with_drafts: bool = True) -> dict[str, Any]:
    """Return a plan with its score, certificate and findings, and how its grids lie against the band.

    Parameters
    ----------
    with_drafts : also if it never was in force; else findings, which name buildings, are left out.

    Raises
    ------
    NotFound : no such plan.
    """
    plan = _visible_plan(connection, plan_id, with_drafts=with_drafts)
    [row] = [row for row in _plans_of(connection, [plan["community_id"]]) if row["id"] == plan_id]
    certificate = plan["certificate"] and {name: plan["certificate"][name] for name in ("kind", "text")}
    return {
        **row,
        "band": {"minimum": plan["band_minimum"], "maximum": plan["band_maximum"]},
        "score": plan["score"],
        "certificate": plan["certificate"] if with_drafts else certificate,
        "findings": plan["findings"] if with_drafts else [],
    }


def grids_of_plan(connection: Connection, plan_id: int, *, with_drafts: bool = True) -> str:
    """Return the grids of a plan as GeoJSON features, separated by commas.

    Raises
    ------
    NotFound : no such plan.
    """
    _visible_plan(connection, plan_id, with_drafts=with_drafts)
    features: str = connection.execute(sql("grids_as_geojson"), {"plan_id": plan_id}).scalar_one()
    return features


def cells_of_plan(connection: Connection, plan_id: int) -> str:
    """Return the cells of a plan, each with its grid and households, as GeoJSON features, separated by commas.

    Raises
    ------
    NotFound : no such plan.
    Conflict : its cells were not kept.
    """
    drawing = load_drawing(connection, plan_id)
    shapes = shapely.transform(drawing.shapes(np.arange(len(drawing.plan.grid_of_cell))), _nine_decimals)
    rows = zip(
        shapely.to_geojson(shapes).tolist(),
        drawing.plan.grid_of_cell.tolist(),
        drawing.plan.graph.households.tolist(),
        strict=True,
    )
    return ",".join(
        f'{{"type":"Feature","id":{cell},"geometry":{shape},'
        f'"properties":{{"cell":{cell},"grid":{grid},"households":{households}}}}}'
        for cell, (shape, grid, households) in enumerate(rows)
    )


def _nine_decimals(corners: Floats) -> Floats:
    return np.round(corners, 9)


def _plans_of(
    connection: Connection, communities: list[int], *, with_drafts: bool = True
) -> list[dict[str, Any]]:
    rows = connection.execute(sql("plans_under"), {"community_ids": communities}).mappings()
    return [dict(row) for row in rows if with_drafts or row["published_at"] is not None]


def _visible_plan(connection: Connection, plan_id: int, *, with_drafts: bool) -> RowMapping:
    plan = find_plan(connection, plan_id)
    if not with_drafts and plan["published_at"] is None:
        raise no_such_plan(plan_id)
    return plan


def show_plan(connection: Connection, plan_id: int) -> dict[str, Any]:
    """Return a plan with its score, certificate, findings, journal position, locks and grids.

    Raises
    ------
    NotFound : no such plan.
    """
    plan = dict(find_plan(connection, plan_id))
    described = describe_plan(connection, plan_id)
    grids = connection.execute(sql("grids_of_plan"), {"plan_id": plan_id}).mappings()
    by_now = {name: described[name] for name in ("parent_id", "position", "locked", "out_of_band")}
    return plan | by_now | {"grids": [dict(grid) for grid in grids]}


def diff_plans(connection: Connection, one: int, other: int) -> dict[str, Any]:
    """Return which buildings or cells change grid between two plans of one community, and how many households.

    Grids of the two plans are paired by the households they share, most first; what lies outside the pairs moves.

    Raises
    ------
    NotFound : no such plan.
    Invalid : the plans divide different communities.
    """
    if find_plan(connection, one)["community_id"] != find_plan(connection, other)["community_id"]:
        raise Invalid(
            Text(
                en=f"Plans {one} and {other} divide different communities.",
                zh=f"方案 {one} 与 {other} 划分的不是同一个社区。",
            ),
            hint=Text(en="Compare two plans of one community.", zh="请比较同一社区的两个方案。"),
        )
    rows = connection.execute(sql("carriers_in_two_plans"), {"one": one, "other": other}).mappings().all()
    columns = {
        name: np.array([row[name] for row in rows], dtype=np.int64) for name in ("one", "other", "households")
    }
    found = difference(columns["one"], columns["other"], columns["households"])
    moved = [dict(rows[place]) for place in np.flatnonzero(found.moved).tolist()]
    return {
        "one": one,
        "other": other,
        "households_moved": found.households_moved,
        "carriers_moved": len(moved),
        "moved": moved,
    }
