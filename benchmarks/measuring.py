"""Measure work in turns, and say in one line what came out of it."""

import math
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from statistics import median
from typing import Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the results; every field but `reached` is text as it is shown.

    Parameters
    ----------
    reached : whether the figure is reached; None where a line is for information only.
    """

    what: str
    ours: str
    peer: str
    ratio: str
    figure: str
    reached: bool | None


def seconds_of(work: Callable[[], object]) -> float:
    """Return the seconds of the wall clock that work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def seconds_in(place: AbstractContextManager[T], work: Callable[[T], object]) -> float:
    """Return the seconds that work takes in a place, without those to enter and leave it."""
    with place as entered:
        return seconds_of(lambda: work(entered))


def in_turns(contenders: Mapping[str, Callable[[], T]], *, rounds: int) -> dict[str, list[T]]:
    """Let every contender work once a round, each round in the opposite order to the one before."""
    results: dict[str, list[T]] = {name: [] for name in contenders}
    for number in range(rounds):
        order = list(contenders)
        for name in order if number % 2 == 0 else reversed(order):
            results[name].append(contenders[name]())
    return results


def against(
    what: str, ours: list[float], peer: list[float], *, figure: float | None, goal: Literal["most", "least"]
) -> Line:
    """Compare medians of seconds.

    Parameters
    ----------
    goal : ``most``: ours may take that many times the peer's time; ``least``: the peer must take that many times ours.
    figure : None: for information only.
    """
    our_time, peer_time = median(ours), median(peer)
    ratio = our_time / peer_time if goal == "most" else peer_time / our_time
    reached = None if figure is None else ratio <= figure if goal == "most" else ratio >= figure
    sign = "≤" if goal == "most" else "≥"
    formula = "ours ÷ peer" if goal == "most" else "peer ÷ ours"
    return Line(
        what,
        spread(ours),
        spread(peer),
        f"{ratio:.2f} ({formula})",
        "–" if figure is None else f"{sign} {figure:g}×",
        reached,
    )


def within(what: str, values: list[float], limit: float | None, unit: str, *, peer: str = "–") -> Line:
    """Compare a median with the most it may be; None: for information only."""
    middle = median(values)
    return Line(
        what,
        f"{middle:.0f} {unit}",
        peer,
        "–" if limit is None else f"{middle / limit:.2f} (ours ÷ limit)",
        "–" if limit is None else f"≤ {limit:g} {unit}",
        None if limit is None else middle <= limit,
    )


def rate(what: str, ours: list[float], peer: list[float], *, least: float) -> Line:
    """Compare medians of answers a second."""
    ratio = median(ours) / median(peer)
    return Line(
        what,
        f"{median(ours):,.0f}/s ({min(ours):,.0f}–{max(ours):,.0f})",
        f"{median(peer):,.0f}/s ({min(peer):,.0f}–{max(peer):,.0f})",
        f"{ratio:.2f} (ours ÷ peer)",
        f"≥ {least:g}×",
        ratio >= least,
    )


def percentile(what: str, values: list[float], part: float, limit: float, unit: str) -> Line:
    """Compare what a part of the values stays within with a limit."""
    reached = sorted(values)[math.ceil(len(values) * part) - 1]
    middle = f"{reached:.0f} {unit} (median {median(values):.0f})"
    return Line(
        what, middle, "–", f"{reached / limit:.2f} (ours ÷ limit)", f"≤ {limit:g} {unit}", reached <= limit
    )


def spread(seconds: list[float]) -> str:
    """Write the median, and the least and most it was taken from."""
    middle, least, most = (_seconds(value) for value in (median(seconds), min(seconds), max(seconds)))
    return f"{middle} s ({least}–{most})"


def _seconds(value: float) -> str:
    return f"{value:#.3g}".rstrip(".")
