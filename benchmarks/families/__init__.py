"""Cities that do not exist, made to try the division: seeded, so that the same numbers make the same city."""

from benchmarks.families.estates import tower_estate
from benchmarks.families.recipes import FAMILIES, HELD_OUT, LARGE, SMALL, SPEED, Recipe
from benchmarks.families.towns import Town, make_town

__all__ = ["FAMILIES", "HELD_OUT", "LARGE", "SMALL", "SPEED", "Recipe", "Town", "make_town", "tower_estate"]
