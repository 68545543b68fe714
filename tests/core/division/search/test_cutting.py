"""The dynamic programme on a tree, against brute force."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.division.parts import components
from gridmap.core.division.search.cutting import OUTSIDE, Rules, closing, cut_tree, room_for
from gridmap.core.division.search.trees import Part, State, Tree, draw_tree, tree_for
from gridmap.core.topology import Integers

STRICT = Rules(30, 50, 30, 50, 20.0, 1.0, 0)
LOOSE = Rules(30, 50, 1, 100, 20.0, 1.0, 0)


def state(seed: int = 1) -> State:
    return np.array([seed], dtype=np.uint64)


def part(households: list[int], edges: list[tuple[int, int]], cost: list[float]) -> Part:
    first, second = np.array(edges, dtype=np.int64).reshape(-1, 2).T.copy()
    return Part(np.array(households), first, second, np.array(cost, dtype=float), np.full(len(edges), 0.5))


def drawn(given_part: Part, seed: int = 1) -> Tree:
    tree = tree_for(len(given_part.households), len(given_part.first))
    draw_tree(given_part, 1.0, state(seed), tree)
    return tree


def cut(given_part: Part, rules: Rules) -> tuple[int, Integers, Integers]:
    room = room_for(len(given_part.households), rules.most)
    grids = cut_tree(drawn(given_part), given_part, rules, room, state())
    return grids, room.label, room.filled[:grids]


def cost_of(given_part: Part, label: Integers, rules: Rules) -> float:
    between = label[given_part.first] != label[given_part.second]
    held = np.bincount(label, given_part.households).astype(int)
    return float(given_part.cost[between].sum() + sum(closing(int(one), rules) for one in held))


def least_cost(given_part: Part, rules: Rules) -> float:
    """Try every way to cut the edges of a tree."""
    edges, least = range(len(given_part.first)), np.inf
    for size in range(len(edges) + 1):
        for cuts in combinations(edges, size):
            kept = np.ones(len(edges), dtype=bool)
            kept[list(cuts)] = False
            label = components(len(given_part.households), given_part.first[kept], given_part.second[kept])
            held = np.bincount(label, given_part.households)
            if rules.least <= held.min() and held.max() <= rules.most:
                least = min(least, cost_of(given_part, label, rules))
    return least


@st.composite
def trees(pick: st.DrawFn) -> Part:
    count = pick(st.integers(1, 9))
    parents = [pick(st.integers(0, node - 1)) for node in range(1, count)]
    households = [pick(st.integers(1, 60)) for _ in range(count)]
    metres = [float(pick(st.integers(1, 40))) for _ in parents]
    return part(households, [(up, node + 1) for node, up in enumerate(parents)], metres)


@given(trees(), st.sampled_from([STRICT, LOOSE]))
@settings(max_examples=150, deadline=None)
def test_no_way_to_cut_a_tree_is_cheaper_than_the_one_found(given_part: Part, rules: Rules) -> None:
    grids, label, filled = cut(given_part, rules)
    least = least_cost(given_part, rules)
    assert (grids > 0) == np.isfinite(least)
    if grids:
        assert cost_of(given_part, label, rules) == pytest.approx(least)
        assert list(filled) == list(np.bincount(label, given_part.households))


@given(trees(), st.floats(0, 1), st.integers(0, 4))
@settings(max_examples=80, deadline=None)
def test_a_closer_look_never_finds_grids_outside_the_rules(
    given_part: Part, share: float, shift: int
) -> None:
    rules = STRICT._replace(share=share, shift=shift)
    grids, label, _ = cut(given_part, rules)
    if grids:
        held = np.bincount(label, given_part.households)
        assert (held >= 30).all()
        assert (held <= 50).all()
        assert cost_of(given_part, label, rules) >= least_cost(given_part, STRICT) - 1e-9


def test_the_price_of_an_edge_is_the_whole_border_between_its_sides() -> None:
    """A ring of four cells: whatever edge the tree leaves out is cut as well, and must be paid for."""
    ring = part([20, 20, 20, 20], [(0, 1), (1, 2), (2, 3), (0, 3)], [9.0, 1.0, 9.0, 1.0])
    found = set()
    for seed in range(30):
        room = room_for(4, 50)
        grids = cut_tree(drawn(ring, seed), ring, STRICT, room, state())
        found.add(cost_of(ring, room.label, STRICT) if grids else np.inf)
    assert min(found) == pytest.approx(2.0)


def test_a_grid_outside_the_band_costs_more_the_further_it_is_off() -> None:
    assert closing(40, STRICT) == 0
    assert closing(50, STRICT) == pytest.approx(20.0 * 0.01)
    assert OUTSIDE < closing(29, LOOSE) < closing(1, LOOSE) < 2 * OUTSIDE
    assert closing(51, LOOSE) < closing(100, LOOSE) < 2 * OUTSIDE
