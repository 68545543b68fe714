"""The cells of one community as a value: all that an edit, another division or a comparison needs."""

from dataclasses import dataclass

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
    """Return the layout of each community of a city."""
    site = _site_of_cell(city, fabric)
    first = np.searchsorted(fabric.community, np.arange(len(city.codes) + 1))
    rows_of, carriers_of = (
        _borders_by_community(fabric, len(city.codes)),
        _carriers_by_community(city, fabric),
    )
    return [
        _layout(
            city, fabric, (int(first[number]), int(first[number + 1])), site, rows=rows, carriers=carriers
        )
        for number, (rows, carriers) in enumerate(zip(rows_of, carriers_of, strict=True))
    ]


def _borders_by_community(fabric: Fabric, count: int) -> list[Integers]:
    """Return the rows of the borders that touch each community, those between two communities for both."""
    owner = np.append(fabric.community, -1)
    left, right = owner[fabric.borders.left], owner[fabric.borders.right]
    rows = np.arange(len(left))
    other = (right >= 0) & (right != left)
    return _split(np.concatenate([left, right[other]]), np.concatenate([rows, rows[other]]), count)


def _carriers_by_community(city: City, fabric: Fabric) -> list[Integers]:
    """Return the rows of the carriers of each community that have a cell; sites carry nothing."""
    rows = np.flatnonzero((fabric.cell_of_carrier >= 0) & ~city.is_site)
    return _split(city.carriers.community[rows], rows, count=len(city.codes))


def _split(key: Integers, rows: Integers, count: int) -> list[Integers]:
    order = np.argsort(key, kind="stable")
    cuts = np.searchsorted(key[order], np.arange(count + 1))
    return [rows[order[cuts[number] : cuts[number + 1]]] for number in range(count)]


def _site_of_cell(city: City, fabric: Fabric) -> Integers:
    """Return the site that each cell is part of, -1 if none."""
    site = np.full(len(fabric.community), -1, dtype=np.int64)
    rows = np.flatnonzero((city.site >= 0) & (fabric.cell_of_carrier >= 0))
    site[fabric.cell_of_carrier[rows]] = city.site[rows]
    return site


def _layout(
    city: City, fabric: Fabric, cells: tuple[int, int], site: Integers, *, rows: Integers, carriers: Integers
) -> Layout:
    first, last = cells
    own = fabric.borders
    left, right = (
        np.where((side[rows] >= first) & (side[rows] < last), side[rows] - first, -1)
        for side in (own.left, own.right)
    )
    borders = Segments(left, right, own.start[rows], own.end[rows])
    inner = (left >= 0) & (right >= 0)
    cell = fabric.cell_of_carrier[carriers] - first
    estate, held = city.carriers.estate[carriers], city.carriers.households[carriers]
    graph = build_graph(
        fabric.households[first:last],
        left[inner],
        right[inner],
        borders.lengths()[inner],
        fabric.rank[rows][inner],
        estate=estate_of_cell(cell, estate, held, last - first),
    )
    return Layout(
        graph=graph,
        borders=borders,
        carriers=city.carriers.labels[carriers],
        names=city.carriers.names[carriers],
        carried=held,
        cell_of_carrier=cell,
        site=site[first:last],
    )


def estate_of_cell(cell: Integers, estate: Integers, households: Integers, count: int) -> Integers:
    """Return the estate that most households of each cell live in, most buildings where there are none; -1 for none.

    Parameters
    ----------
    cell, estate, households : shape (k,), of each carrier.
    count : cells.
    """
    pairs, nth = np.unique(np.column_stack([cell, estate]), axis=0, return_inverse=True)
    nth = nth.ravel()
    order = np.lexsort((np.bincount(nth), np.bincount(nth, households, minlength=len(pairs))))
    most = np.full(count, -1, dtype=np.int64)
    most[pairs[order, 0]] = pairs[order, 1]
    return most
