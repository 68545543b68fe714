"""The whole way: communities, what carries their households and lines in; grids with polygons out."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from gridmap.core.division.compactness import compactness
from gridmap.core.division.dedicated import divide_around_sites, graph_to_divide
from gridmap.core.division.drawn import Division, drawn
from gridmap.core.division.fabric.cells import Fabric, build_fabric
from gridmap.core.division.fabric.polygons import grid_polygons, label_points, reading_order
from gridmap.core.division.findings import FindingKind, Ledger
from gridmap.core.division.graph import Graph, side_by_side
from gridmap.core.division.inputs import City, read_city
from gridmap.core.division.layout import Layout, layouts
from gridmap.core.division.neighbours import joined_graph, neighbours_of
from gridmap.core.division.proof.certificate import Certificate
from gridmap.core.division.proof.remedies import (
    Neighbour,
    Problem,
    Remedy,
    find_remedies,
    with_remedies,
)
from gridmap.core.division.proposals import Proposal, propose
from gridmap.core.division.score import SPANNED_M, arterial_spanned
from gridmap.core.division.solve import Mode, Solution, random_state
from gridmap.core.model import Band, Progress, silent
from gridmap.core.threads import at_once, in_threads
from gridmap.core.topology import Integers

Solver = Callable[[str, Layout], Solution]
"""Divides the cells of the community of a code; called from several threads at once."""


def divide(
    communities: gpd.GeoDataFrame,
    *,
    buildings: gpd.GeoDataFrame | None,
    cells: gpd.GeoDataFrame | None,
    lines: gpd.GeoDataFrame,
    compounds: gpd.GeoDataFrame | None = None,
    sites: gpd.GeoDataFrame | None = None,
    band: Band | None = None,
    mode: Mode = "fast",
    seed: int = 0,
    threads: int | None = None,
    solver: Solver | None = None,
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
    buildings : ``households`` (null is unknown and counts as 0), optional ``name``, ``source_id``, ``street`` and
        ``house_number``, which tell estates (see `estates`); Polygon, MultiPolygon or Point. None if there are none.
    cells : small areas with ``households`` (nullable) and ``source_id``. None if there are none.
    lines : ``class`` (a `LineClass`) and geometry; may be empty.
    compounds : polygons whose buildings like to stay in one grid. None if there are none.
    sites : polygons, optional ``name``: dedicated sites. They are set aside before the division and are grids of their
        own outside the band, with whatever stands on them. None if there are none.
    band : households a grid may hold; 300–500 if None.
    mode : ``fast``, or ``quality`` for shorter borders at several times the effort.
    seed : with the code of a community it decides every random choice.
    solver : how the cells of a community become grids; None divides them afresh, as mode and seed tell.
    threads : communities searched at once; None: as many as there are processors. The result is the same.

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
        communities.iloc[order],
        buildings=buildings,
        cells=cells,
        lines=lines,
        compounds=compounds,
        sites=sites,
        band=chosen,
        ledger=ledger,
    )
    progress("cells", 0, 1)
    fabric = build_fabric(city, ledger)
    progress("cells", 1, 1)
    parts = layouts(city, fabric)
    chosen_solver = solver if solver is not None else _afresh(chosen, mode, seed)

    def search(number: int) -> Solution:
        solution = chosen_solver(city.codes[number], parts[number])
        if solution.certificate is None:
            return solution
        remedies = _remedies(number, solution.certificate, city, fabric, parts, band=chosen, seed=seed)
        return replace(solution, certificate=with_remedies(solution.certificate, remedies))

    solutions = _each(search, len(parts), threads=threads, progress=progress)
    divisions = _assemble(
        city,
        fabric,
        parts=parts,
        solutions=solutions,
        band=chosen,
        ledger=ledger,
        crs=communities.crs,
    )
    return [divisions[place] for place in np.argsort(order)]


def _afresh(band: Band, mode: Mode, seed: int) -> Solver:
    def search(code: str, part: Layout) -> Solution:
        return divide_around_sites(part, band, mode, random_state(code, seed))

    return search


def _each(
    search: Callable[[int], Solution], count: int, *, threads: int | None, progress: Progress
) -> list[Solution]:
    """Search every community by itself."""
    solutions = []
    with closing(in_threads(search, range(count), threads=threads)) as results:
        for solution in results:
            solutions.append(solution)
            progress("search", len(solutions), count)
    return solutions


def _remedies(
    number: int,
    certificate: Certificate,
    city: City,
    fabric: Fabric,
    parts: list[Layout],
    *,
    band: Band,
    seed: int,
) -> tuple[Remedy, ...]:
    """Return what would make an infeasible community divisible, neighbours included."""
    graph, _ = graph_to_divide(parts[number])
    problem = Problem(graph, band, certificate, random_state(city.codes[number], seed))
    neighbours = [
        Neighbour(city.codes[other], city.names[other], joined_graph(number, other, fabric, parts))
        for other in neighbours_of(number, fabric)
    ]
    return find_remedies(problem, neighbours)


def _assemble(
    city: City,
    fabric: Fabric,
    *,
    parts: Sequence[Layout],
    solutions: Sequence[Solution],
    band: Band,
    ledger: Ledger,
    crs: CRS | None,
) -> list[Division]:
    """Make polygons for all communities at once, then number and describe the grids of each."""
    counts = np.array([len(solution.is_dedicated) for solution in solutions])
    first = np.cumsum(counts) - counts
    label = np.concatenate([one.label + start for one, start in zip(solutions, first, strict=True)])
    graph, count = side_by_side([part.graph for part in parts]), int(counts.sum())
    polygons, compact = at_once(
        lambda: grid_polygons(fabric.borders, label, count),
        lambda: compactness(graph, fabric.borders, label, count),
    )
    points = label_points(polygons)
    divisions = []
    for number, (layout, solution) in enumerate(zip(parts, solutions, strict=True)):
        grids = slice(first[number], first[number] + counts[number])
        shapes = polygons[grids]
        proposals = propose(layout)
        _note(number, city, layout, solution, proposals=proposals, ledger=ledger)
        sequence = reading_order(points[grids]) + 1
        _note_spanning(number, layout.graph, solution.label, sequence, ledger)
        divisions.append(
            drawn(
                layout,
                solution,
                shapes,
                sequence,
                compact=compact.of(grids),
                band=band,
                code=city.codes[number],
                names=_site_names(city, layout, solution.label),
                proposals=proposals,
                findings=ledger.of(number),
                crs=crs,
            )
        )
    return divisions


def _site_names(city: City, layout: Layout, label: Integers) -> NDArray[np.object_]:
    """Return the name of the site that each grid is, None for other grids."""
    names = np.full(int(label.max(initial=-1)) + 1, None, dtype=object)
    cells = np.flatnonzero(layout.site >= 0)
    names[label[cells]] = city.sites.names[layout.site[cells]]
    return names


def _note(
    number: int,
    city: City,
    layout: Layout,
    solution: Solution,
    *,
    proposals: Sequence[Proposal],
    ledger: Ledger,
) -> None:
    sites = np.unique(layout.site[layout.site >= 0])
    ledger.note_each(np.full(len(sites), number), FindingKind.DEDICATED_SITE, city.sites.names[sites])
    for nth, proposal in enumerate(proposals, start=1):
        ledger.note(number, FindingKind.LARGE_EMPTY_LAND, f"{nth}. {proposal}")
    if solution.parts > 1:
        ledger.note(number, FindingKind.SEPARATE_PARTS, count=solution.parts)
    if not layout.graph.households.any():
        ledger.note(number, FindingKind.NO_HOUSEHOLDS, count=len(solution.is_dedicated))


def _note_spanning(number: int, graph: Graph, label: Integers, sequence: Integers, ledger: Ledger) -> None:
    """Name the grids with homes on both sides of an arterial."""
    metres = arterial_spanned(graph, label, len(sequence))
    for grid in np.flatnonzero(metres > SPANNED_M):
        ledger.note(number, FindingKind.SPANS_ARTERIAL, f"{sequence[grid]} ({metres[grid]:.0f} m)")
