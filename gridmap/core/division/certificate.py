"""Proofs that a community cannot be divided. All but exhaustion can be checked again from the counts alone.

A part is a piece of a community that does not touch the rest; a grid is one polygon, so each part must be divided by
itself, and one part without an answer makes the community infeasible. A part without households is a dedicated
grid and asks for no proof.

Only what is proved here is called infeasible. A search that found nothing proves nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from gridmap.core.model import Band
from gridmap.core.topology import Integers
from gridmap.errors import Text


class CertificateKind(StrEnum):
    """Why no division exists."""

    CELL_OVER_MAXIMUM = "cell_over_maximum"
    ARITHMETIC = "arithmetic"
    LONELY_CELL = "lonely_cell"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A proof that no division of a community has every grid in the band.

    Attributes
    ----------
    kind : which rule forbids it.
    text : the proof, and the cheapest way out.
    facts : numbers and names that a program can check; always ``households``, ``minimum`` and ``maximum``.
    """

    kind: CertificateKind
    text: Text
    facts: dict[str, Any] = field(default_factory=dict)


def grid_counts(households: int, band: Band) -> range:
    """Return the numbers of grids n with n·minimum ≤ households ≤ n·maximum; empty if there is none."""
    return range(-(-households // band.maximum), households // band.minimum + 1)


def certify(
    households: Integers, name: Callable[[int], str], band: Band, *, is_part: bool = False
) -> Certificate | None:
    """Prove that a connected part cannot be divided, or return None when these proofs do not apply.

    Parameters
    ----------
    households : shape (n,), of each cell.
    name : tells the name of a cell: the building or small area it holds.
    is_part : the cells are one of several parts of a community.
    """
    total = int(households.sum())
    if total == 0:
        return None
    where = Text(en="A separate part of the community", zh="社区中一个独立部分") if is_part else _WHOLE
    over = np.flatnonzero(households > band.maximum)
    if len(over):
        return _over(households, name, band, over, total)
    if not grid_counts(total, band):
        return _arithmetic(total, band, where)
    return _lonely(households, name, band, total)


_WHOLE = Text(en="The community", zh="本社区")


def _facts(total: int, band: Band, **more: Any) -> dict[str, Any]:
    return {"households": total, "minimum": band.minimum, "maximum": band.maximum, **more}


def _over(
    households: Integers, name: Callable[[int], str], band: Band, over: Integers, total: int
) -> Certificate:
    listed = [{"name": name(int(cell)), "households": int(households[cell])} for cell in over]
    en = ", ".join(f"{one['name']} ({one['households']})" for one in listed[:10])
    zh = "、".join(f"{one['name']}（{one['households']} 户）" for one in listed[:10])
    text = Text(
        en=f"More than {band.maximum} households in one piece that cannot be cut: {en}. Split the count by stairwell "
        "or entrance, or accept one larger grid for each.",
        zh=f"不可再分的单元超过 {band.maximum} 户：{zh}。可按楼栋单元（楼门）拆分户数，或允许其单独成为超额网格。",
    )
    return Certificate(CertificateKind.CELL_OVER_MAXIMUM, text, _facts(total, band, cells=listed))


def _arithmetic(total: int, band: Band, where: Text) -> Certificate:
    fewer = total // band.minimum
    more = fewer + 1
    lower, higher = total // more, -(-total // fewer) if fewer else 0
    if fewer and higher - band.maximum <= band.minimum - lower:
        way = Text(
            en=f"A maximum of {higher} would allow {fewer}.",
            zh=f"若上限放宽到 {higher} 户，可划为 {fewer} 个网格。",
        )
    else:
        way = Text(
            en=f"A minimum of {lower} would allow {more}.",
            zh=f"若下限放宽到 {lower} 户，可划为 {more} 个网格。",
        )
    fit = Text(
        en=f"{fewer} grid(s) hold at most {fewer * band.maximum}, {more} need at least {more * band.minimum}",
        zh=f"{fewer} 个网格最多容纳 {fewer * band.maximum} 户，{more} 个网格至少需要 {more * band.minimum} 户",
    )
    if not fewer:
        fit = Text(en=f"one grid needs at least {band.minimum}", zh=f"一个网格至少需要 {band.minimum} 户")
    text = Text(
        en=f"{where.en} has {total} households: {fit.en}. {way.en} Or share households with a neighbour community.",
        zh=f"{where.zh}共 {total} 户：{fit.zh}。{way.zh}也可与相邻社区调剂。",
    )
    facts = _facts(total, band, fewer=fewer, more=more, minimum_needed=lower, maximum_needed=higher or None)
    return Certificate(CertificateKind.ARITHMETIC, text, facts)


def reachable(counts: Integers, most: int) -> int:
    """Return the sums up to `most` of any of the counts, as the set bits of an integer."""
    sums, mask = 1, (1 << (most + 1)) - 1
    for count in counts:
        sums |= (sums << int(count)) & mask
    return sums


def _lonely(households: Integers, name: Callable[[int], str], band: Band, total: int) -> Certificate | None:
    """Prove that some cell fits into no grid: no choice of other cells, near or far, brings it into the band."""
    counts = np.sort(households[households > 0])
    width = band.maximum - band.minimum
    if counts[counts <= width].sum() >= band.minimum:  # small cells fill any gap
        return None
    lonely = []
    for count in np.unique(counts[counts < band.minimum]):
        others = np.delete(counts, np.searchsorted(counts, count))
        sums = reachable(others, band.maximum - int(count)) >> (band.minimum - int(count))
        if not sums:
            lonely += [int(cell) for cell in np.flatnonzero(households == count)]
    if not lonely:
        return None
    listed = [{"name": name(int(cell)), "households": int(households[cell])} for cell in lonely]
    en = ", ".join(f"{one['name']} ({one['households']})" for one in listed[:10])
    zh = "、".join(f"{one['name']}（{one['households']} 户）" for one in listed[:10])
    text = Text(
        en=f"No choice of other buildings brings these into {band.minimum}–{band.maximum}: {en}. Split a building by "
        "entrance, or widen the band.",
        zh=f"以下楼栋与其他任何楼栋组合都无法落在 {band.minimum}–{band.maximum} 户之间：{zh}。可按楼门拆分，或放宽区间。",
    )
    return Certificate(CertificateKind.LONELY_CELL, text, _facts(total, band, cells=listed))


def exhausted(households: Integers, band: Band, sets: int) -> Certificate:
    """Certify that every way of joining neighbouring cells was tried (see `exhaust`)."""
    total, cells = int(households.sum()), len(households)
    text = Text(
        en=f"Every connected group of the {cells} cells was tried ({sets} sets): none of the divisions has all grids in "
        f"{band.minimum}–{band.maximum}. Split a building by entrance, widen the band, or share households with a "
        "neighbour community.",
        zh=f"已穷举 {cells} 个单元的全部相邻组合（共 {sets} 个），没有一种划分能使每个网格都在 "
        f"{band.minimum}–{band.maximum} 户之间。可按楼门拆分、放宽区间，或与相邻社区调剂。",
    )
    return Certificate(CertificateKind.EXHAUSTED, text, _facts(total, band, cells=cells, sets=sets))
