"""The results as Markdown."""

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType

from benchmarks.measuring import Line

INTRODUCTION = """\
# Results

Written by `make bench`. Ours and each peer ran in the same run on the same machine; what failed or took too long counts
as not reached. Every subject tells when, with what commit and under what load it was measured last.
"""
REACHED = {True: "yes", False: "**no**", None: "–"}


@dataclass(frozen=True, slots=True)
class Result:
    """What one subject gave."""

    subject: ModuleType
    lines: list[Line]


def failed(subject: ModuleType, error: Exception) -> Line:
    """Return the line of a subject that could not be measured."""
    said = " ".join(f"{type(error).__name__}: {error}".split())[:200].replace("|", "\\|")
    return Line(subject.TITLE, f"failed ({said})", "–", "–", "–", reached=False)


def as_markdown(sections: Iterable[str]) -> str:
    """Return the whole text."""
    return "\n".join([INTRODUCTION, *sections])


def section(result: Result, about: Iterable[tuple[str, str]]) -> str:
    """Return the text of one subject.

    Parameters
    ----------
    about : what the lines hold for, name and value.
    """
    headline, _, method = inspect.cleandoc(result.subject.__doc__ or "").partition("\n\n")
    return "\n".join(
        [
            f"## {result.subject.TITLE}\n",
            f"{headline} {' '.join(method.split())}\n",
            *(f"* {name}: {value}" for name, value in about),
            "",
            *_table(result.lines),
            "",
        ]
    )


def _table(lines: Iterable[Line]) -> Iterator[str]:
    yield "| what | ours | peer | ratio | figure to reach | reached |"
    yield "|---|---|---|---|---|---|"
    for line in lines:
        cells = (line.what, line.ours, line.peer, line.ratio, line.figure, REACHED[line.reached])
        yield f"| {' | '.join(cells)} |"
