"""Divide again from the plans in force, so that as few households as possible change grid."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
from sqlalchemy import Connection

from gridmap.core.division import Division
from gridmap.core.division.dedicated import divide_around_sites
from gridmap.core.division.layout import Layout
from gridmap.core.division.redivision.former import former_grids
from gridmap.core.division.redivision.redivide import Redivision, redivide
from gridmap.core.division.redivision.sites import as_sites_are_now, without_new
from gridmap.core.division.solve import Solution, random_state
from gridmap.core.topology import Booleans, Geometries, Integers
from gridmap.db.frames import read_frame
from gridmap.db.queries import sql
from gridmap.services.division_inputs import Inputs
from gridmap.services.division_storing import Order


@dataclass(frozen=True, slots=True)
class FormerPlan:
    """The plan in force of a community.

    Attributes
    ----------
    codes, is_dedicated, polygons : shape (g,), of its grids in their order; metres, in the CRS of the division.
    grid_of_carrier : place of the grid of a building or small area, by its key; what is in no grid is left out.
    """

    plan_id: int
    codes: list[str]
    is_dedicated: Booleans
    polygons: Geometries
    grid_of_carrier: dict[int, int]

    def of_carriers(self, keys: Integers) -> Integers:
        """Return the grid of each building or small area, -1 if it is in none."""
        return np.array([self.grid_of_carrier.get(int(key), -1) for key in keys], dtype=np.int64)


def read_former(connection: Connection, inputs: Inputs) -> dict[str, FormerPlan]:
    """Return the plan in force of each community that has one, by code."""
    told = {"community_ids": inputs.communities["id"].tolist()}
    grids = read_frame(connection, "grids_in_force_of", **told).to_crs(inputs.communities.crs)
    made_of_areas = set(inputs.cells["community_id"])
    place, kind = _places(grids), {True: "cell", False: "building"}
    carriers: dict[int, dict[str, dict[int, int]]] = {}
    for row in connection.execute(sql("grids_of_carriers"), told):
        community, number = place[row.grid_id]
        carriers.setdefault(community, {}).setdefault(row.kind, {})[row.id] = number
    codes = dict(zip(inputs.communities["id"], inputs.communities["code"], strict=True))
    return {
        codes[community]: FormerPlan(
            plan_id=int(own["plan_id"].iloc[0]),
            codes=own["code"].tolist(),
            is_dedicated=own["is_dedicated"].to_numpy(dtype=bool),
            polygons=np.asarray(own.geometry.to_numpy(), dtype=object),
            grid_of_carrier=carriers.get(community, {}).get(kind[community in made_of_areas], {}),
        )
        for community, own in grids.groupby("community_id")
    }


def _places(grids: gpd.GeoDataFrame) -> dict[int, tuple[int, int]]:
    """Return the community of each grid, and its place among the grids of that."""
    nth = grids.groupby("community_id").cumcount()
    return {
        int(grid): (int(community), int(number))
        for grid, community, number in zip(grids["id"], grids["community_id"], nth, strict=True)
    }


@dataclass(slots=True)
class Redividing:
    """Divides communities from their former plans; those without one afresh.

    Attributes
    ----------
    results : by code, what came of the communities that had a plan.
    """

    inputs: Inputs
    order: Order
    former: dict[str, FormerPlan]
    results: dict[str, Redivision] = field(default_factory=dict)

    def solve(self, code: str, layout: Layout) -> Solution:
        """Divide the cells of one community."""
        state, before = random_state(code, self.order.seed), self.former.get(code)
        if before is None:
            return divide_around_sites(layout, self.order.band, self.order.mode, state)
        former, is_dedicated = as_sites_are_now(
            layout, former_of_cells(self.inputs, code, layout, before), before.is_dedicated
        )
        graph = replace(layout.graph, former=former)
        found = redivide(
            graph, is_dedicated, layout.name_of, self.order.band, mode=self.order.mode, state=state
        )
        found = without_new(found, len(before.is_dedicated), graph.households)
        self.results[code] = found
        parts = int(graph.parts().max(initial=-1)) + 1
        return Solution(found.label, found.is_dedicated, parts, found.verdict, found.certificate)

    def is_as_before(self, division: Division) -> bool:
        """Tell whether a community keeps the plan in force: no cell of it changes grid."""
        result = self.results.get(division.code)
        return result is not None and result.is_as_before

    def moves(self, division: Division) -> dict[str, Any] | None:
        """Return what changes grid against the plan in force; None if there is none.

        Returns
        -------
        ``households_moved``; ``households_moved_at_least``, proved; ``is_minimum``; ``from_plan``; and ``carriers``: each
        building or small area that changes grid, with ``source_id``, ``name``, ``households``, the code of its old grid
        ``from``, the sequence ``to`` of its new grid, and the code of the grid that this one continues, or null.
        """
        result, before = self.results.get(division.code), self.former.get(division.code)
        if result is None or before is None:
            return None
        return {
            "from_plan": before.plan_id,
            "households_moved": result.households_moved,
            "households_moved_at_least": result.at_least,
            "is_minimum": result.is_minimum,
            "carriers": list(self._moved(division, result, before)),
        }

    def _moved(self, division: Division, result: Redivision, before: FormerPlan) -> Iterator[dict[str, Any]]:
        layout = division.layout
        rows = _table(self.inputs, division.code).loc[layout.carriers.astype(np.int64)]
        old = before.of_carriers(rows["id"].to_numpy(dtype=np.int64))
        cell = layout.cell_of_carrier
        goes_on = result.predecessor[result.label[cell]]
        codes = [*before.codes, None]
        for place in np.flatnonzero((old >= 0) & (goes_on != old)).tolist():
            yield {
                "source_id": rows["source_id"].iloc[place],
                "name": str(layout.names[place]),
                "households": int(layout.carried[place]),
                "from": codes[old[place]],
                "to": int(division.grid_of_cell[cell[place]]),
                "to_continues": codes[goes_on[place]],
            }


def former_of_cells(inputs: Inputs, code: str, layout: Layout, before: FormerPlan) -> Integers:
    """Return the grid in force that each cell of a layout is in, by its place in the plan; -1 if it is in none."""
    keys = _table(inputs, code)["id"].loc[layout.carriers.astype(np.int64)]
    return former_grids(layout, before.of_carriers(np.asarray(keys, dtype=np.int64)), before.polygons)


def _table(inputs: Inputs, code: str) -> gpd.GeoDataFrame:
    communities = inputs.communities.set_index("code")["id"]
    is_made_of_areas = int(communities[code]) in set(inputs.cells["community_id"])
    return inputs.cells if is_made_of_areas else inputs.buildings
