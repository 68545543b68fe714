"""The whole way: communities, what carries their households and lines in; grids with polygons out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from gridmap.core.division.cells import Fabric, build_fabric
from gridmap.core.division.certificate import Certificate
from gridmap.core.division.findings import Finding, FindingKind, Ledger
from gridmap.core.division.graph import Graph, build_graph
from gridmap.core.division.inputs import City, read_city
from gridmap.core.division.polygons import grid_polygons, label_points, reading_order
from gridmap.core.division.score import score
from gridmap.core.division.solve import Mode, Solution, random_state, solve
from gridmap.core.model import Band, GridKind, Progress, Verdict, silent
from gridmap.core.topology import Geometries, Integers


@dataclass(frozen=True, slots=True)
class Division:
    """One community divided.

    Attributes
    ----------
    households : of the whole community; the sum over its grids.
    verdict : divided; infeasible, with a certificate; or unknown: no division was found and none is ruled out.
        An infeasible or unknown community still has the best grids found, the fewest of them out of the band.
    grids : ``sequence`` (from 1, rows from north to south, each from west to east), ``kind``, ``households``,
        ``in_band``, geometry (one Polygon each); in the CRS of the input.
    assignment : the sequence of the grid of each building or small area, by its index label.
    findings : what was repaired or tolerated.
    score : see `score.score`.
    """

    code: str
    households: int
    verdict: Verdict
    certificate: Certificate | None
    grids: gpd.GeoDataFrame
    assignment: "pd.Series[int]"
    findings: tuple[Finding, ...]
    score: Mapping[str, float]


def divide(
    communities: gpd.GeoDataFrame,
    *,
    buildings: gpd.GeoDataFrame | None,
    cells: gpd.GeoDataFrame | None,
    lines: gpd.GeoDataFrame,
    band: Band | None = None,
    mode: Mode = "fast",
    seed: int = 0,
    progress: Progress = silent,
) -> list[Division]:
    """Divide communities into connected grids of `band` households.

    All communities are cut together, so that grids match across community lines. Each is then divided by itself;
    its result depends on its own code, data and the seed. A community with small areas is made of them, and its line
    redrawn; any other is made of its buildings. A carrier belongs to the community that holds the larger part of it.
    Households are never lost: they are in the grid that holds the point on the surface of their carrier.

    Parameters
    ----------
    communities : ``code``, ``name``, Polygon or MultiPolygon; metric CRS. Where two overlap, the smaller code has it.
    buildings : ``households`` (null is unknown and counts as 0), optional ``name`` and ``source_id``; Polygon,
        MultiPolygon or Point. None if there are none.
    cells : small areas with ``households`` (nullable) and ``source_id``. None if there are none.
    lines : ``class`` (a `LineClass`) and geometry; may be empty.
    band : households a grid may hold; 300–500 if None.
    mode : ``fast``, or ``quality`` for shorter borders at several times the effort.
    seed : with the code of a community it decides every random choice.

    Returns
    -------
    one division per community, in the order given.

    Raises
    ------
    Invalid : a CRS is not metric or not the same, a code repeats, a community has no area, a count is negative, or a
        column is missing.
    """
    chosen = band if band is not None else Band()
    order = np.argsort(communities["code"].astype(str).to_numpy(dtype=str), kind="stable")
    ledger = Ledger()
    city = read_city(
        communities.iloc[order], buildings=buildings, cells=cells, lines=lines, band=chosen, ledger=ledger
    )
    progress("cells", 0, 1)
    fabric = build_fabric(city, ledger)
    progress("cells", 1, 1)
    graphs, solutions = _graphs(fabric, len(order)), []
    for number, graph in enumerate(graphs):
        name = partial(_name_of_cell, city, fabric, number)
        solutions.append(solve(graph, name, chosen, mode, random_state(city.codes[number], seed)))
        progress("search", number + 1, len(order))
    divisions = _assemble(
        city,
        fabric,
        graphs=graphs,
        solutions=solutions,
        band=chosen,
        ledger=ledger,
        crs=communities.crs,
    )
    return [divisions[place] for place in np.argsort(order)]


def _graphs(fabric: Fabric, communities: int) -> list[Graph]:
    """Return the graph of each community; its cells are numbered as in the fabric, from its first one."""
    bounds = np.searchsorted(fabric.community, np.arange(communities + 1))
    of_edge = fabric.community[fabric.edges.left]
    order = np.argsort(of_edge, kind="stable")
    cuts = np.searchsorted(of_edge[order], np.arange(communities + 1))
    metres = fabric.edges.lengths()
    graphs = []
    for number in range(communities):
        rows = order[cuts[number] : cuts[number + 1]]
        first, last = bounds[number], bounds[number + 1]
        left, right = fabric.edges.left[rows] - first, fabric.edges.right[rows] - first
        graphs.append(
            build_graph(fabric.households[first:last], left, right, metres[rows], fabric.rank[rows])
        )
    return graphs


def _name_of_cell(city: City, fabric: Fabric, community: int, cell: int) -> str:
    """Name a cell of a community by the carrier with the most households in it."""
    start = np.searchsorted(fabric.community, community)
    rows = np.flatnonzero(fabric.cell_of_carrier == start + cell)
    return str(city.carriers.names[rows[np.argmax(city.carriers.households[rows])]]) if len(rows) else ""


def _assemble(
    city: City,
    fabric: Fabric,
    *,
    graphs: Sequence[Graph],
    solutions: Sequence[Solution],
    band: Band,
    ledger: Ledger,
    crs: CRS | None,
) -> list[Division]:
    """Make polygons for all communities at once, then number and describe the grids of each."""
    counts = np.array([len(solution.is_dedicated) for solution in solutions])
    first = np.cumsum(counts) - counts
    label = np.concatenate([one.label + start for one, start in zip(solutions, first, strict=True)])
    polygons = grid_polygons(fabric.faces, label[fabric.cell_of_face], int(counts.sum()))
    divisions = []
    for number, (graph, solution) in enumerate(zip(graphs, solutions, strict=True)):
        shapes = polygons[first[number] : first[number] + counts[number]]
        sequence = reading_order(label_points(shapes)) + 1
        households = np.bincount(solution.label, graph.households, minlength=len(shapes)).astype(np.int64)
        between = solution.label[graph.first] != solution.label[graph.second]
        metres = graph.metres[between].sum(axis=0)
        _note_parts(number, solution, graph, ledger)
        divisions.append(
            Division(
                code=city.codes[number],
                households=int(graph.households.sum()),
                verdict=solution.verdict,
                certificate=solution.certificate,
                grids=_grids(shapes, sequence, solution, households, band).set_crs(crs),
                assignment=_assignment(city, fabric, number, sequence[solution.label]),
                findings=ledger.of(number),
                score=score(shapes, households, ~solution.is_dedicated, metres, band),
            )
        )
    return divisions


def _grids(
    shapes: Geometries, sequence: Integers, solution: Solution, households: Integers, band: Band
) -> gpd.GeoDataFrame:
    kinds = np.where(solution.is_dedicated, GridKind.DEDICATED, GridKind.GENERAL)
    table = gpd.GeoDataFrame(
        {
            "sequence": sequence,
            "kind": [str(kind) for kind in kinds],
            "households": households,
            "in_band": (households >= band.minimum) & (households <= band.maximum),
        },
        geometry=list(shapes),
    )
    return table.sort_values("sequence").reset_index(drop=True)


def _assignment(city: City, fabric: Fabric, community: int, sequence: Integers) -> "pd.Series[int]":
    rows = np.flatnonzero((city.carriers.community == community) & (fabric.cell_of_carrier >= 0))
    start = np.searchsorted(fabric.community, community)
    return pd.Series(
        sequence[fabric.cell_of_carrier[rows] - start], index=city.carriers.labels[rows], name="sequence"
    )


def _note_parts(number: int, solution: Solution, graph: Graph, ledger: Ledger) -> None:
    if solution.parts > 1:
        ledger.note(number, FindingKind.SEPARATE_PARTS, count=solution.parts)
    if not graph.households.any():
        ledger.note(number, FindingKind.NO_HOUSEHOLDS, count=len(solution.is_dedicated))
