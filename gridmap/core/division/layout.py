"""The cells of one community as a value: all that an edit, another division or a comparison needs."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gridmap.core.division.fabric.cells import Fabric
from gridmap.core.division.fabric.polygons import grid_polygons
from gridmap.core.division.graph import Graph, build_graph
from gridmap.core.division.inputs import City
from gridmap.core.topology import Floats, Geometries, Integers, Segments


@dataclass(frozen=True, slots=True)
class Layout:
    """Cells of one community, numbered from 0.

    Attributes
    ----------
    graph : households of the cells, and which touch.
    borders : segments with another cell on either side; -1 is the outside of the community. Metres, in the CRS of
        the division.
    carriers : shape (k,), the index labels of the buildings or small areas that have a cell.
    names : shape (k,), what people call them.
    carried : shape (k,), households of each.
    cell_of_carrier : shape (k,).
    site : shape (n,), the dedicated site that a cell is part of, by its row in `City.sites`; -1 if none.
    """

    graph: Graph
    borders: Segments
    carriers: NDArray[np.object_]
    names: NDArray[np.object_]
    carried: Integers
    cell_of_carrier: Integers
    site: Integers

    def polygons(self, label: Integers) -> Geometries:
        """Return the polygon of each grid.

        Parameters
        ----------
        label : shape (n,), the grid of each cell, numbered from 0 without gaps.
        """
        return grid_polygons(self.borders, label, int(label.max(initial=-1)) + 1)

    def areas(self) -> Floats:
        """Return the area of each cell in m², by the shoelace formula over its borders."""
        start, end = self.borders.start - self.borders.start[:1], self.borders.end - self.borders.start[:1]
        twice = start[:, 0] * end[:, 1] - end[:, 0] * start[:, 1]
        count = len(self.graph.households)
        left, right = self.borders.left >= 0, self.borders.right >= 0
        gained = np.bincount(self.borders.left[left], twice[left], minlength=count)
        return (gained - np.bincount(self.borders.right[right], twice[right], minlength=count)) / 2

    def name_of(self, cell: int) -> str:
        """Name a cell by the carrier with the most households in it; empty if there is none."""
        rows = np.flatnonzero(self.cell_of_carrier == cell)
        return str(self.names[rows[np.argmax(self.carried[rows])]]) if len(rows) else ""


def layouts(city: City, fabric: Fabric) -> list[Layout]:
    """Return the layout of each community of a city, as views of arrays of the whole city."""
    communities = np.arange(len(city.codes) + 1)
    cells = np.searchsorted(fabric.community, communities)
    graph, site = _graph(city, fabric), _site_of_cell(city, fabric)
    owner, borders = _borders(fabric, cells)
    rows = _carrier_rows(city, fabric)
    carriers, place = city.carriers.chosen(rows), fabric.cell_of_carrier[rows]
    cuts = (
        cells,
        np.searchsorted(graph.first, cells),
        np.searchsorted(owner, communities),
        np.searchsorted(carriers.community, communities),
    )
    return [
        Layout(
            graph=_part_of(graph, own, edges),
            borders=_some(borders, sides),
            carriers=carriers.labels[carried],
            names=carriers.names[carried],
            carried=carriers.households[carried],
            cell_of_carrier=place[carried] - own.start,
            site=site[own],
        )
        for own, edges, sides, carried in zip(*map(_slices, cuts), strict=True)
    ]


def _slices(cuts: Integers) -> list[slice]:
    return [slice(begin, end) for begin, end in pairwise(cuts.tolist())]


def _some(borders: Segments, rows: slice) -> Segments:
    return Segments(borders.left[rows], borders.right[rows], borders.start[rows], borders.end[rows])


def _graph(city: City, fabric: Fabric) -> Graph:
    """Return the graph of all cells; those of different communities are no neighbours."""
    owner, own = np.append(fabric.community, -1), fabric.borders
    inner = np.flatnonzero((own.left >= 0) & (own.right >= 0) & (owner[own.left] == owner[own.right]))
    rows = _carrier_rows(city, fabric)
    estate = estate_of_cell(
        fabric.cell_of_carrier[rows],
        city.carriers.estate[rows],
        city.carriers.households[rows],
        len(fabric.community),
    )
    return build_graph(
        fabric.households,
        own.left[inner],
        own.right[inner],
        own.lengths()[inner],
        fabric.rank[inner],
        estate=estate,
    )


def _part_of(graph: Graph, cells: slice, edges: slice) -> Graph:
    """Return the graph of one community."""
    return Graph(
        graph.households[cells],
        graph.first[edges] - cells.start,
        graph.second[edges] - cells.start,
        graph.metres[edges],
        graph.estate[cells],
        graph.former[cells],
    )


def _borders(fabric: Fabric, first: Integers) -> tuple[Integers, Segments]:
    """Return the borders that touch each community, sorted by it, those between two communities for both.

    Parameters
    ----------
    first : shape (c + 1,), the first cell of each community.

    Returns
    -------
    the community of each border, and the borders with its cells numbered from 0; any other cell is -1.
    """
    of_cell, own = np.append(fabric.community, -1), fabric.borders
    left, right = of_cell[own.left], of_cell[own.right]
    other = np.flatnonzero((right >= 0) & (right != left))
    owner = np.concatenate([left, right[other]])
    order = np.argsort(owner, kind="stable")
    owner, rows = owner[order], np.concatenate([np.arange(len(left)), other])[order]
    left, right = (
        np.where(of_cell[side[rows]] == owner, side[rows] - first[owner], -1)
        for side in (own.left, own.right)
    )
    return owner, Segments(left, right, own.start[rows], own.end[rows])


def _carrier_rows(city: City, fabric: Fabric) -> Integers:
    """Return the carriers that have a cell, sorted by community; sites carry nothing."""
    rows = np.flatnonzero((fabric.cell_of_carrier >= 0) & ~city.is_site)
    return rows[np.argsort(city.carriers.community[rows], kind="stable")]


def _site_of_cell(city: City, fabric: Fabric) -> Integers:
    """Return the site that each cell is part of, -1 if none."""
    site = np.full(len(fabric.community), -1, dtype=np.int64)
    rows = np.flatnonzero((city.site >= 0) & (fabric.cell_of_carrier >= 0))
    site[fabric.cell_of_carrier[rows]] = city.site[rows]
    return site


def estate_of_cell(cell: Integers, estate: Integers, households: Integers, count: int) -> Integers:
    """Return the estate that most households of each cell live in, most buildings where there are none; -1 for none.

    Parameters
    ----------
    cell, estate, households : shape (k,), of each carrier.
    count : cells.
    """
    estates = int(estate.max(initial=-1)) + 2
    pairs, nth = np.unique(cell * estates + estate + 1, return_inverse=True)
    order = np.lexsort((np.bincount(nth), np.bincount(nth, households, minlength=len(pairs))))
    most = np.full(count, -1, dtype=np.int64)
    most[pairs[order] // estates] = pairs[order] % estates - 1
    return most
