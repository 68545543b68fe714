"""Land as it is laid out: compounds, the lines between them, and who belongs to which community."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.families.communities import choose_communities, roots, squares
from benchmarks.families.houses import KINDS, Houses, build
from benchmarks.families.recipes import Recipe
from benchmarks.families.streets import ORIGIN, SPACING_M, Splits, noded, split, superblocks
from gridmap.core.topology import Geometries, Integers

Names = NDArray[np.object_]
BLOCK_M2, COMPOUND_M2 = 45_000.0, 13_500.0
WATERSIDE_M = 25.0


@dataclass(frozen=True, slots=True)
class Land:
    """A city laid out.

    Attributes
    ----------
    faces : shape (f,), what the lines enclose: compounds, or parts of them.
    community : shape (f,), from 0.
    houses : ``compound`` is the face each stands on.
    lines, classes : shape (m,), cut where they meet.
    """

    faces: Geometries
    community: Integers
    houses: Houses
    lines: Geometries
    classes: Names

    def first(self, communities: int) -> "Land":
        """Return the land with what stands on the first communities only; the others are -1."""
        community = np.where(self.community < communities, self.community, -1)
        houses = self.houses.chosen(community[self.houses.compound] >= 0)
        return Land(self.faces, community, houses, self.lines, self.classes)


def lay_out(recipe: Recipe, side: int, rng: np.random.Generator) -> Land:
    """Lay out ``side × side`` superblocks."""
    large, arterials, classes = superblocks(side, rng)
    streets = split(large, area_m2=BLOCK_M2, bend=0.06, rng=rng)
    blocks = streets.shapes[streets.is_leaf]
    walls = split(blocks, area_m2=COMPOUND_M2, bend=recipe.bend, rng=rng)
    compounds, block = walls.shapes[walls.is_leaf], roots(walls)[walls.is_leaf]
    houses = build(compounds, _kinds(recipe, len(blocks), block, rng), rng)
    river = _rivers(side, rng) if recipe.has_river else []
    named = [
        (arterials, classes),
        *_streets(streets, walls, rng),
        (np.array(river, object), ["river"] * len(river)),
    ]
    lines, names = noded(
        np.concatenate([one for one, _ in named]), [name for _, some in named for name in some]
    )
    households = np.bincount(block[houses.compound], houses.households, minlength=len(blocks)).astype(
        np.int64
    )
    community = _communities(recipe, streets, side, households, rng)[block]
    faces = shapely.get_parts(shapely.polygonize(lines))
    _, owner = shapely.STRtree(compounds).query_nearest(shapely.point_on_surface(faces), all_matches=False)
    return Land(faces, community[owner], _on_faces(houses, faces, river), lines, names)


def _kinds(recipe: Recipe, blocks: int, block: Integers, rng: np.random.Generator) -> Names:
    """Return what is built on each compound: as on the whole block, or anything where the block is mixed."""
    kind = rng.choice(list(recipe.kinds), blocks, p=list(recipe.kinds.values()))[block]
    return np.where(kind == "mixed", rng.choice(list(KINDS), len(block)), kind)


def _streets(streets: Splits, walls: Splits, rng: np.random.Generator) -> list[tuple[Geometries, list[str]]]:
    wide = np.where(streets.cut_depth < 2, "tertiary", "residential")
    narrow = rng.choice(["wall", "service"], len(walls.cuts), p=[0.75, 0.25])
    return [(streets.cuts, list(wide)), (walls.cuts, list(narrow))]


def _rivers(side: int, rng: np.random.Generator) -> list[shapely.LineString]:
    """Return rivers from west to east in wide bends, one for every two rows of superblocks."""
    east = np.arange(-200.0, side * SPACING_M + 200, 40)
    rivers = []
    for row in range(1, side + 1, 2):
        north = row * SPACING_M + 420 * np.sin(east / 450 + rng.uniform(0, 6)) + 90 * np.sin(east / 140)
        rivers.append(shapely.LineString(np.round(ORIGIN + np.column_stack([east, north]), 2)))
    return rivers


def _communities(
    recipe: Recipe, streets: Splits, side: int, households: Integers, rng: np.random.Generator
) -> Integers:
    if recipe.superblocks:
        return squares(streets, side, recipe.superblocks)
    return choose_communities(streets, households, recipe.households, rng)


def _on_faces(houses: Houses, faces: Geometries, river: list[shapely.LineString]) -> Houses:
    """Find the face of each building; those by the river, or across a line, are not built."""
    house, face = shapely.STRtree(faces).query(houses.shapes, predicate="within")
    kept = np.ones(len(house), dtype=bool)
    for water in river:
        shapely.prepare(water)
        kept = ~shapely.dwithin(water, houses.shapes[house], WATERSIDE_M)
    house, face = house[kept], face[kept]
    return Houses(houses.shapes[house], houses.households[house], face)
