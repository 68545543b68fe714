"""Which of the changes in a journal still stand, and which can be done again."""

from collections.abc import Iterable
from enum import StrEnum


class EntryKind(StrEnum):
    """What a line of a journal did. Lines are never taken away: an undo is a line of its own."""

    DO = "do"
    UNDO = "undo"
    REDO = "redo"


def standing(kinds: Iterable[EntryKind]) -> tuple[list[int], list[int]]:
    """Read a journal from its first line.

    Returns
    -------
    the lines (from 1) that are to be inverted to undo, the next one last; and those to be inverted to redo, the next
    one last. A new change ends what could be done again.
    """
    done: list[int] = []
    undone: list[int] = []
    for line, kind in enumerate(kinds, start=1):
        if kind is EntryKind.DO:
            done.append(line)
            undone.clear()
        elif kind is EntryKind.UNDO:
            done.pop()
            undone.append(line)
        else:
            undone.pop()
            done.append(line)
    return done, undone
