"""Random numbers and random spanning trees."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.division.search.trees import Part, draw, draw_tree, tree_for


def ring(count: int, key: list[float]) -> Part:
    cell = np.arange(count)
    first, second = np.minimum(cell, (cell + 1) % count), np.maximum(cell, (cell + 1) % count)
    return Part(np.ones(count, np.int64), first, second, np.ones(count), np.array(key))


def tree_edges(part: Part, noise: float, seed: int) -> set[tuple[int, int]]:
    tree = tree_for(len(part.households), len(part.first))
    draw_tree(part, noise, np.array([seed], dtype=np.uint64), tree)
    assert sorted(tree.order) == list(range(len(part.households)))
    assert tree.parent[tree.order[0]] == -1
    return {
        (min(cell, up), max(cell, up)) for cell, up in enumerate(int(it) for it in tree.parent) if up >= 0
    }


@given(st.integers(3, 30), st.floats(0, 30), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_a_tree_reaches_every_cell_with_one_edge_less_than_cells(count: int, noise: float, seed: int) -> None:
    part = ring(count, [0.5] * count)
    edges = tree_edges(part, noise, seed)
    assert len(edges) == count - 1
    assert edges <= set(zip(part.first.tolist(), part.second.tolist(), strict=True))


def test_without_much_noise_the_edge_best_to_cut_is_left_out() -> None:
    part = ring(8, [0.2] * 5 + [0.9] + [0.2] * 2)
    assert all((5, 6) not in tree_edges(part, 0.3, seed) for seed in range(20))


def test_a_tree_enters_a_compound_by_one_street_only() -> None:
    """Two compounds of three cells, joined by three streets: at low noise the tree takes one of them."""
    first, second = np.array([(0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5)]).T.copy()
    key = np.array([0.17] * 4 + [0.75] * 3)
    part = Part(np.ones(6, np.int64), first, second, np.ones(7), key)
    for seed in range(20):
        assert sum((one < 3) != (two < 3) for one, two in tree_edges(part, 0.33, seed)) == 1


def test_with_noise_any_edge_may_be_left_out() -> None:
    part = ring(8, [0.2] * 5 + [0.9] + [0.2] * 2)
    assert len({frozenset(tree_edges(part, 30.0, seed)) for seed in range(200)}) == 8


def test_random_numbers_are_spread_evenly_and_repeat_with_the_state() -> None:
    state, again = np.array([5], dtype=np.uint64), np.array([5], dtype=np.uint64)
    numbers = np.array([draw(state) for _ in range(10_000)])
    assert abs(numbers.mean() - 0.5) < 0.01
    assert 0 <= numbers.min() < numbers.max() < 1
    assert [draw(again) for _ in range(5)] == list(numbers[:5])
