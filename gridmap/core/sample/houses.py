"""Houses with their address and households: the buildings of the sample district."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from shapely.affinity import rotate

from gridmap.core.estimation import apportion
from gridmap.core.sample.fill import FILLS, House, Layout, Site, unobstructed
from gridmap.core.sample.ground import Block, Ground

OCCUPIED = (0.93, 1.0)
"""Share of the dwellings of a house that have a household, at least and at most."""
LIVED_IN = frozenset({"residential", "mixed"})


@dataclass(frozen=True, slots=True)
class Address:
    """A house with a number in a street, its households, and whether the table of households lists it."""

    source_id: str
    house: House
    block: Block
    number: int
    households: int
    listed: bool

    @property
    def street(self) -> str:
        """Name of the street the house has its number in."""
        return self.block.plan.street


def build(ground: Ground, rng: np.random.Generator) -> list[tuple[Block, Layout]]:
    """Build on every block, in the order of the plan."""
    return [(block, _build_on(block, rng)) for block in ground.blocks]


def _build_on(block: Block, rng: np.random.Generator) -> Layout:
    middle = block.face.centroid
    site = Site(
        face=rotate(block.face, -block.angle, origin=middle),
        inner=rotate(block.inner, -block.angle, origin=middle),
        name=block.plan.name,
    )
    layout = FILLS[block.plan.fill](site, rng, **block.plan.options)
    return unobstructed(layout, site).turned(block.angle, middle)


def number_houses(built: list[tuple[Block, Layout]], rng: np.random.Generator) -> list[Address]:
    """Give every house an address and its households; a community's given total is met exactly."""
    addresses = list(_numbered(built, rng))
    for block, _ in built:
        total = block.community.households
        if total is not None:
            addresses = _met(addresses, block.community.code, total)
    return addresses


def _numbered(built: list[tuple[Block, Layout]], rng: np.random.Generator) -> Iterator[Address]:
    last: dict[str, int] = defaultdict(int)
    serial = 0
    for block, layout in built:
        homes = sum(house.use in LIVED_IN for house in layout.houses)
        lived = 0
        for house in layout.houses:
            serial += 1
            last[block.plan.street] += 1
            is_home = house.use in LIVED_IN
            lived += is_home
            yield Address(
                source_id=f"B{serial:05d}",
                house=_named(house, block, lived) if is_home else house,
                block=block,
                number=last[block.plan.street],
                households=_households(house, rng),
                listed=not is_home or lived <= homes - block.plan.uncounted,
            )


def _named(house: House, block: Block, number: int) -> House:
    """Call the houses of an estate by its name and their number, as signs on their walls do."""
    estate = block.plan.fill in ("slabs", "towers", "perimeter")
    return replace(house, name=f"{block.plan.name}{number}幢") if estate else house


def _households(house: House, rng: np.random.Generator) -> int:
    if house.full or not house.dwellings:
        return house.dwellings
    return max(1, round(house.dwellings * rng.uniform(*OCCUPIED)))


def _met(addresses: list[Address], community: str, total: int) -> list[Address]:
    """Return the addresses with a community's households brought to a total."""
    own = [place for place, each in enumerate(addresses) if each.block.community.code == community]
    counts = apportion([addresses[place].households for place in own], total)
    changed = list(addresses)
    for place, households in zip(own, counts, strict=True):
        changed[place] = replace(addresses[place], households=int(households))
    return changed
