import numpy as np

from gridmap.core.compiled import compiled, prefetch


@compiled
def _sum(values: np.ndarray) -> float:
    total = 0.0
    for k in range(len(values)):
        prefetch(values, k + 16)
        total += values[k]
    return total


def test_fetching_ahead_of_an_array_and_beyond_its_end_changes_nothing() -> None:
    assert _sum(np.arange(100.0)) == 4950.0
    assert _sum(np.zeros(0)) == 0.0
