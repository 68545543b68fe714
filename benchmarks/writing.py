"""The results as Markdown."""

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType

from benchmarks.measuring import Line

INTRODUCTION = """\
# Results

Written by `make bench`. Ours and each peer ran in the same run on the same machine; what failed or took too long counts
as not reached.
"""
REACHED = {True: "yes", False: "**no**", None: "–"}


@dataclass(frozen=True, slots=True)
class Result:
    """What one subject gave."""

    subject: ModuleType
    lines: list[Line]
    seconds: float


def failed(subject: ModuleType, error: Exception) -> Line:
    """Return the line of a subject that could not be measured."""
    said = " ".join(f"{type(error).__name__}: {error}".split())[:200].replace("|", "\\|")
    return Line(subject.TITLE, f"failed ({said})", "–", "–", "–", reached=False)


def as_markdown(about: Iterable[tuple[str, str]], results: Iterable[Result]) -> str:
    """Return the whole text."""
    machine = [f"* {name}: {value}" for name, value in about]
    return (
        "\n".join([INTRODUCTION, *machine, *(line for result in results for line in section(result))]) + "\n"
    )


def section(result: Result, about: Iterable[tuple[str, str]] = ()) -> Iterator[str]:
    """Yield the lines of one subject.

    Parameters
    ----------
    about : what this subject alone holds for, name and value; none if it was measured with the others.
    """
    headline, _, method = inspect.cleandoc(result.subject.__doc__ or "").partition("\n\n")
    yield f"\n## {result.subject.TITLE}\n"
    yield f"{headline} {' '.join(method.split())}\n"
    machine = [f"* {name}: {value}" for name, value in about]
    yield from [*machine, ""] if machine else []
    yield "| what | ours | peer | ratio | figure to reach | reached |"
    yield "|---|---|---|---|---|---|"
    for line in result.lines:
        cells = (line.what, line.ours, line.peer, line.ratio, line.figure, REACHED[line.reached])
        yield f"| {' | '.join(cells)} |"
