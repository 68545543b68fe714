"""Families of cities: what each is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

HELD_OUT = (9001, 9002, 9003)
"""Seeds to measure with. Whoever tunes the engine uses others."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a family of cities is made of.

    Attributes
    ----------
    kinds : shares of blocks by kind of building.
    households : a limit between these is drawn for each part of the city; at or below it a part is a community.
    total : households of a community, drawn for each and reached by changing the counts; None leaves them as built.
    superblocks : on each side of a community; 0 where communities are parts of superblocks.
    bend : how far walls leave the straight line (see `streets.split`).
    """

    name: str
    kinds: Mapping[str, float] = field(
        default_factory=lambda: {"slab": 0.55, "tower": 0.15, "old": 0.15, "mixed": 0.07, "none": 0.08}
    )
    households: tuple[int, int] = (1_800, 5_000)
    total: tuple[int, int] | None = None
    superblocks: int = 0
    bend: float = 0.06
    has_river: bool = False
    has_cul_de_sacs: bool = False
    is_planted: bool = False
    is_dirty: bool = False


SPEED = Recipe(
    "speed",
    {"slab": 0.52, "tower": 0.15, "old": 0.19, "mixed": 0.07, "none": 0.07},
    households=(2_200, 5_400),
)
FAMILIES: Mapping[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe("regular"),
        Recipe("tower-heavy", {"slab": 0.4, "tower": 0.45, "old": 0.05, "mixed": 0.05, "none": 0.05}),
        Recipe("old town", {"old": 0.92, "none": 0.08}),
        Recipe("river-cut", has_river=True),
        Recipe("cul-de-sac", bend=0.45, has_cul_de_sacs=True),
        Recipe("giants", superblocks=2),
        Recipe("fringe", {"slab": 0.2, "old": 0.5, "none": 0.3}, households=(620, 1_100), total=(500, 650)),
        Recipe("dirty", is_dirty=True),
        Recipe("planted", is_planted=True),
    )
}
LARGE = Recipe("large", {"old": 0.82, "slab": 0.1, "none": 0.08}, superblocks=2)
"""Communities of some 5,000 cells."""
SMALL: tuple[Recipe, ...] = (
    Recipe("small slabs", {"slab": 0.72, "tower": 0.22, "none": 0.06}, households=(620, 1_500)),
    Recipe("small towers", {"slab": 0.2, "tower": 0.8}, households=(3_000, 9_000)),
)
"""Communities of few cells, for what takes long on many."""
