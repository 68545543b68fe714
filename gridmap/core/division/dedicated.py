"""A community without its dedicated sites: they are set aside first, the rest is divided, and they become grids."""

from dataclasses import replace

import numpy as np

from gridmap.core.division.graph import Graph
from gridmap.core.division.layout import Layout
from gridmap.core.division.parts import components
from gridmap.core.division.search.tidy import tidied
from gridmap.core.division.search.trees import State
from gridmap.core.division.solve import Mode, Solution, solve
from gridmap.core.model import Band
from gridmap.core.topology import Integers


def divide_around_sites(layout: Layout, band: Band, mode: Mode, state: State) -> Solution:
    """Search what is left of a community, tidy its empty land, and make each site a dedicated grid.

    Cells of one site that touch are one grid. Left-over land without households goes with the site it has the longest
    border with, if it is smaller than that.
    """
    graph, rest = graph_to_divide(layout)
    solution = solve(graph, lambda cell: layout.name_of(int(rest[cell])), band, mode, state)
    solution = replace(solution, label=tidied(graph, solution.label))
    if len(rest) == len(layout.site):
        return solution
    general = len(solution.is_dedicated)
    label = site_grids(layout, first=general)
    label[rest] = solution.label
    is_dedicated = np.append(solution.is_dedicated, np.ones(int(label.max()) + 1 - general, dtype=bool))
    for grid in np.flatnonzero(solution.is_dedicated):
        label = _with_site(layout, label, int(grid), first=general)
    kept, label = np.unique(label, return_inverse=True)
    return replace(solution, label=label.astype(np.int64), is_dedicated=is_dedicated[kept])


def graph_to_divide(layout: Layout) -> tuple[Graph, Integers]:
    """Return the graph that is divided, without dedicated sites, and the cell of the layout that each cell of it is.

    Certificates number cells as in this graph.
    """
    rest = np.flatnonzero(layout.site < 0)
    return (layout.graph if len(rest) == len(layout.site) else layout.graph.within(rest)), rest


def site_grids(layout: Layout, *, first: int) -> Integers:
    """Give touching cells of one site one number, from `first`; -1 to other cells."""
    graph, site = layout.graph, layout.site
    same = (site[graph.first] >= 0) & (site[graph.first] == site[graph.second])
    part = components(len(site), graph.first[same], graph.second[same])
    grid = np.full(len(site), -1, dtype=np.int64)
    on_site = site >= 0
    grid[on_site] = first + np.unique(part[on_site], return_inverse=True)[1]
    return grid


def _with_site(layout: Layout, label: Integers, grid: int, *, first: int) -> Integers:
    """Give the cells of an empty grid to the site beside it, if it is smaller than that."""
    graph = layout.graph
    metres = np.zeros(int(label.max()) + 1)
    for one, two in ((graph.first, graph.second), (graph.second, graph.first)):
        touching = (label[one] == grid) & (label[two] >= first)
        np.add.at(metres, label[two[touching]], graph.metres[touching].sum(axis=1))
    beside = int(metres.argmax())
    area = np.bincount(label, layout.areas(), minlength=len(metres))
    joins = metres[beside] > 0 and area[grid] < area[beside]
    return np.where(label == grid, beside, label) if joins else label
