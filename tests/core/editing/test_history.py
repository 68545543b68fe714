"""What of a journal stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.editing.history import EntryKind, standing

DO, UNDO, REDO = EntryKind.DO, EntryKind.UNDO, EntryKind.REDO


@pytest.mark.parametrize(
    ("journal", "done", "undone"),
    [
        ([], [], []),
        ([DO, DO], [1, 2], []),
        ([DO, DO, UNDO], [1], [3]),
        ([DO, DO, UNDO, UNDO], [], [3, 4]),
        ([DO, DO, UNDO, UNDO, REDO], [5], [3]),
        ([DO, DO, UNDO, DO], [1, 4], []),
    ],
)
def test_undo_takes_the_last_change_and_redo_gives_it_back(
    journal: list[EntryKind], done: list[int], undone: list[int]
) -> None:
    assert standing(journal) == (done, undone)


@given(st.lists(st.sampled_from([DO, UNDO, REDO]), max_size=30))
def test_it_agrees_with_a_list_of_states(wishes: list[EntryKind]) -> None:
    journal: list[EntryKind] = []
    states, at = [0], 0
    for number, wish in enumerate(wishes, start=1):
        done, undone = standing(journal)
        assert (len(done), len(undone)) == (at, len(states) - 1 - at)
        if wish is DO:
            states, at = [*states[: at + 1], number], at + 1
        elif wish is UNDO and at:
            at -= 1
        elif wish is REDO and at < len(states) - 1:
            at += 1
        else:
            continue
        journal.append(wish)
