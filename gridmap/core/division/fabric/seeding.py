"""Which blocks seeds stand in, and the samples that stand for them there."""

import numpy as np
import shapely

from gridmap.core.division.fabric.blocks import Blocks, sliver_sides
from gridmap.core.division.fabric.lines import INNER
from gridmap.core.division.fabric.nearby import Places, meetings, nearest
from gridmap.core.division.fabric.noding import metres, whole
from gridmap.core.division.fabric.ridges import Samples
from gridmap.core.division.fabric.sampling import Edges, along
from gridmap.core.division.fabric.seeds import Seeds
from gridmap.core.topology import Integers

OVERLAP_M2 = 0.5
"""A building stands in a block of which it covers more than this."""
ACROSS_M = 4.0
"""Metres between the samples on the edge of a sliver."""


def blocks_of_seeds(seeds: Seeds, outlines: Edges, blocks: Blocks) -> Integers:
    """Return pairs of seed and block: the block that holds its point, and for household outlines all they overlap."""
    seed = np.flatnonzero(blocks.of_seed >= 0)
    home = np.column_stack([seed, blocks.of_seed[seed]])
    lived_in = outlines.of(seeds.has_households)
    wall, edge = meetings(lived_in.ends, blocks.ends).T
    owner = lived_in.owner[wall]
    pairs = np.column_stack([np.tile(owner, 2), np.concatenate([blocks.left[edge], blocks.right[edge]])])
    pairs = np.unique(pairs[pairs[:, 1] >= 0], axis=0)
    pairs = pairs[seeds.community[pairs[:, 0]] == blocks.community[pairs[:, 1]]]
    common = shapely.intersection(seeds.shapes[pairs[:, 0]], blocks.shapes(pairs[:, 1]))
    return np.unique(np.concatenate([home, pairs[shapely.area(common) > OVERLAP_M2]]), axis=0)


def seed_samples(
    seeds: Seeds, sampled: tuple[Integers, Integers], blocks: Blocks, pairs: Integers
) -> Samples:
    """Put the samples of seeds into every block they stand in, slivers and small areas apart.

    Parameters
    ----------
    sampled : as `Seeds.samples` returns them.
    """
    seed, block = pairs[~blocks.is_sliver[pairs[:, 1]] & (blocks.small_area[pairs[:, 1]] < 0)].T
    at, owner = sampled
    count = np.bincount(owner, minlength=len(seeds.shapes))
    first = np.cumsum(count) - count
    pair = np.repeat(np.arange(len(seed)), count[seed])
    nth = np.arange(len(pair)) - np.repeat(np.cumsum(count[seed]) - count[seed], count[seed])
    return Samples(
        at[first[seed[pair]] + nth],
        seeds.group[seed[pair]],
        block[pair],
        side=np.full(len(pair), -1),
        rank=np.full(len(pair), INNER),
    )


def label_blocks(samples: Samples, blocks: Blocks, first: int) -> Integers:
    """Return the label of each block that has but one, -1 for the others.

    A block without samples has a label of its own, and all pieces of a small area have one.

    Parameters
    ----------
    first : labels from here on are free.
    """
    count = len(blocks.community)
    label = first + np.arange(count)
    label[blocks.small_area >= 0] = first + count + blocks.small_area[blocks.small_area >= 0]
    label[blocks.is_sliver] = -1
    label[samples.block] = _only_label(samples, count)[samples.block]
    return label


def with_slivers(samples: Samples, blocks: Blocks, label: Integers) -> Samples:
    """Add samples on the edges of slivers, each with the label of the cell across, and label slivers that have one."""
    sides = sliver_sides(blocks)
    ends = metres(sides.ends)
    points, segment = along(ends[:, :2], ends[:, 2:], np.full(len(ends), ACROSS_M))
    at, across = whole(points), sides.across[segment]
    own = label[across]
    open_ = own < 0
    own[open_] = nearest_label(samples, at[open_], across[open_])
    found = Samples(at, own, sides.sliver[segment], across, sides.rank[segment])
    label[found.block] = _only_label(found, len(label))[found.block]
    return Samples(
        np.concatenate([samples.points, found.points]),
        np.concatenate([samples.label, found.label]),
        np.concatenate([samples.block, found.block]),
        np.concatenate([samples.side, found.side]),
        np.concatenate([samples.rank, found.rank]),
    )


def nearest_label(samples: Samples, points: Integers, block: Integers) -> Integers:
    """Return the label of the sample of its block nearest to each point."""
    if not len(points):
        return np.empty(0, dtype=np.int64)
    asked = np.zeros(max(int(block.max()), int(samples.block.max())) + 1, dtype=bool)
    asked[block] = True
    held = np.flatnonzero(asked[samples.block])
    places = Places(samples.points[held], samples.block[held])
    return samples.label[held][nearest(Places(points, block), places)]


def _only_label(samples: Samples, blocks: int) -> Integers:
    """Return the label of blocks whose samples have but one, -1 for the others."""
    low, high = np.full(blocks, np.iinfo(np.int64).max), np.full(blocks, -1)
    np.minimum.at(low, samples.block, samples.label)
    np.maximum.at(high, samples.block, samples.label)
    return np.where(low == high, high, -1)
