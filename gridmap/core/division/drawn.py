"""What a division is: the grids of one community with polygons, numbered and described."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS

from gridmap.core.division.compactness import Compactness, compactness
from gridmap.core.division.fabric.polygons import label_points, reading_order
from gridmap.core.division.findings import Finding
from gridmap.core.division.layout import Layout
from gridmap.core.division.proof.certificate import Certificate
from gridmap.core.division.proposals import Proposal
from gridmap.core.division.score import score
from gridmap.core.division.solve import Solution
from gridmap.core.model import Band, GridKind, Verdict
from gridmap.core.topology import Booleans, Geometries, Integers


@dataclass(frozen=True, slots=True)
class Division:
    """One community divided.

    Attributes
    ----------
    households : of the whole community; the sum over its grids.
    verdict : divided; infeasible, with a certificate; or unknown: no division was found and none is ruled out.
        An infeasible or unknown community still has the best grids found, the fewest of them out of the band.
    polygons : shape (g,), one Polygon each, in the order of their sequence: rows from north to south, each from west to
        east. In the CRS of the input.
    held : shape (g,), households of each grid.
    is_dedicated : shape (g,), which grids are outside the band by rule.
    is_in_band : shape (g,), never true of a dedicated grid.
    names : shape (g,), of the site that a grid is; None for others.
    proposals : large land without households that may be a dedicated site.
    layout : its cells.
    grid_of_cell : shape (n,), the sequence of the grid of each cell.
    findings : what was repaired or tolerated.
    score : see `score.score`.
    """

    code: str
    households: int
    verdict: Verdict
    certificate: Certificate | None
    polygons: Geometries
    held: Integers
    is_dedicated: Booleans
    is_in_band: Booleans
    names: NDArray[np.object_]
    proposals: tuple[Proposal, ...]
    layout: Layout
    grid_of_cell: Integers
    findings: tuple[Finding, ...]
    score: Mapping[str, float]
    crs: CRS | None

    @property
    def grids(self) -> gpd.GeoDataFrame:
        """The grids as a table: ``sequence`` (from 1), ``kind``, ``households``, ``in_band``, geometry."""
        kinds = np.where(self.is_dedicated, GridKind.DEDICATED, GridKind.GENERAL)
        return gpd.GeoDataFrame(
            {
                "sequence": np.arange(1, len(self.polygons) + 1),
                "kind": [str(kind) for kind in kinds],
                "households": self.held,
                "in_band": self.is_in_band,
            },
            geometry=list(self.polygons),
            crs=self.crs,
        )

    @property
    def assignment(self) -> "pd.Series[int]":
        """The sequence of the grid of each building or small area, by its index label."""
        grids = self.grid_of_cell[self.layout.cell_of_carrier]
        return pd.Series(grids, index=self.layout.carriers, name="sequence")


def redrawn(division: Division, solution: Solution, band: Band) -> Division:
    """Return another plan of a community on the same cells."""
    shapes = division.layout.polygons(solution.label)
    names = np.full(len(shapes), None, dtype=object)
    names[solution.label] = division.names[division.grid_of_cell - 1]
    names[~solution.is_dedicated] = None
    layout = division.layout
    return drawn(
        layout,
        solution,
        shapes,
        sequence_of(shapes),
        compact=compactness(layout.graph, layout.borders, solution.label, len(shapes)),
        band=band,
        code=division.code,
        names=names,
        proposals=division.proposals,
        findings=division.findings,
        crs=division.crs,
    )


def drawn(
    layout: Layout,
    solution: Solution,
    shapes: Geometries,
    sequence: Integers,
    *,
    compact: Compactness,
    band: Band,
    code: str,
    names: NDArray[np.object_],
    proposals: tuple[Proposal, ...],
    findings: tuple[Finding, ...],
    crs: CRS | None,
) -> Division:
    """Put the grids of one community in the order of their numbers, and describe them.

    Parameters
    ----------
    shapes, sequence, compact, names : shape (g,), as the solution numbers its grids.
    """
    graph = layout.graph
    order = np.argsort(sequence)
    held = np.bincount(solution.label, graph.households, minlength=len(shapes)).astype(np.int64)
    return Division(
        code=code,
        households=int(graph.households.sum()),
        verdict=solution.verdict,
        certificate=solution.certificate,
        polygons=shapes[order],
        held=held[order],
        is_dedicated=solution.is_dedicated[order],
        is_in_band=(_is_in(band, held) & ~solution.is_dedicated)[order],
        names=names[order],
        proposals=proposals,
        layout=layout,
        grid_of_cell=sequence[solution.label],
        findings=findings,
        score=score(graph, compact, solution.label, ~solution.is_dedicated, band),
        crs=crs,
    )


def sequence_of(shapes: Geometries) -> Integers:
    """Return the number of each grid, from 1: rows from north to south, each from west to east."""
    return reading_order(label_points(shapes)) + 1


def _is_in(band: Band, households: Integers) -> Booleans:
    return (households >= band.minimum) & (households <= band.maximum)
