"""Certificates: proofs that a community cannot be divided, as data and in words.

A part is a piece of a community that does not touch the rest; a grid is one polygon, so each part must be divided by
itself, and one part without an answer makes the community infeasible. A part without households is a dedicated grid
and asks for no proof.

A certificate says how it can be checked again: `verify` does so from the graph alone. A search that found nothing
proves nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from gridmap.core.division.graph import Graph
from gridmap.core.model import Band
from gridmap.core.topology import Integers
from gridmap.errors import Text

NAMED_AT_MOST = 10
"""Cells named in a sentence; the facts name all."""


class CertificateKind(StrEnum):
    """Why no division exists."""

    CELL_OVER_MAXIMUM = "cell_over_maximum"
    ARITHMETIC = "arithmetic"
    LONELY_CELL = "lonely_cell"
    NEIGHBOURHOOD = "neighbourhood"
    SET_PARTITION = "set_partition"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A proof that no division of a community has every grid in the band.

    Attributes
    ----------
    kind : which rule forbids it.
    text : the proof in words.
    facts : numbers and names that a program can check. Always ``households``, ``minimum``, ``maximum`` and ``part``:
        the first cell of the part that is meant. Cells are numbered as in the graph that was
        divided: that of the community without its dedicated sites.
    """

    kind: CertificateKind
    text: Text
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """A connected part of a community, of which something is to be proved.

    Attributes
    ----------
    graph : of the part alone.
    number : shape (n,), of each of its cells in the graph of the community.
    name : tells the name of a cell, by its number in the community: the building or small area it holds.
    is_part : the community has other parts.
    """

    graph: Graph
    number: Integers
    name: Callable[[int], str]
    band: Band
    is_part: bool = False

    @property
    def households(self) -> int:
        """Households of the part."""
        return int(self.graph.households.sum())

    @property
    def title(self) -> Text:
        """What the part is called."""
        if self.is_part:
            return Text(en="A separate part of the community", zh="社区中一个独立部分")
        return Text(en="The community", zh="本社区")

    def facts(self, **more: Any) -> dict[str, Any]:
        """Return what every certificate tells, and more."""
        told = {"households": self.households, "minimum": self.band.minimum, "maximum": self.band.maximum}
        return {**told, "part": int(self.number.min()), **more}

    def listed(self, cells: Iterable[int]) -> list[dict[str, Any]]:
        """Return number, name and households of some cells of the part."""
        numbers = [(int(self.number[cell]), int(self.graph.households[cell])) for cell in cells]
        return [{"cell": cell, "name": self.name(cell), "households": held} for cell, held in numbers]


def in_words(cells: list[dict[str, Any]]) -> Text:
    """List cells with their households, the first few of them."""
    rest = len(cells) - NAMED_AT_MOST
    named = [(one["name"], one["households"]) for one in cells[:NAMED_AT_MOST]]
    en, zh = (
        (", ".join(f"{name} ({held})" for name, held in named)),
        "、".join(f"{name}（{held} 户）" for name, held in named),
    )
    return (
        Text(en=en + f" and {rest} more", zh=zh + f"等 {len(cells)} 处") if rest > 0 else Text(en=en, zh=zh)
    )


def grid_counts(households: int, band: Band) -> range:
    """Return the numbers of grids n with n·minimum ≤ households ≤ n·maximum; empty if there is none."""
    return range(-(-households // band.maximum), households // band.minimum + 1)


def over_maximum(subject: Subject, cells: Iterable[int]) -> Certificate:
    """Certify that cells hold more households than a grid may."""
    listed, most = subject.listed(cells), subject.band.maximum
    words = in_words(listed)
    text = Text(
        en=f"More than {most} households in one piece that cannot be cut: {words.en}.",
        zh=f"以下楼栋（单元）不可再分，且超过上限 {most} 户：{words.zh}。",
    )
    return Certificate(CertificateKind.CELL_OVER_MAXIMUM, text, subject.facts(cells=listed))


def arithmetic(subject: Subject) -> Certificate:
    """Certify that no number of grids fits the households of the part."""
    band, total = subject.band, subject.households
    fewer = total // band.minimum
    more = fewer + 1
    lower, higher = total // more, -(-total // fewer) if fewer else None
    fit = Text(
        en=f"{fewer} grid(s) hold at most {fewer * band.maximum}, {more} need at least {more * band.minimum}",
        zh=f"{fewer} 个网格最多容纳 {fewer * band.maximum} 户，{more} 个网格至少需要 {more * band.minimum} 户",
    )
    if not fewer:
        fit = Text(en=f"one grid needs at least {band.minimum}", zh=f"一个网格至少需要 {band.minimum} 户")
    if higher is not None and higher - band.maximum <= band.minimum - lower:
        way = Text(
            en=f"A maximum of {higher} would allow {fewer}.",
            zh=f"上限须放宽到 {higher} 户，才够划为 {fewer} 个网格。",
        )
    else:
        way = Text(
            en=f"A minimum of {lower} would allow {more}.",
            zh=f"下限须放宽到 {lower} 户，才够划为 {more} 个网格。",
        )
    text = Text(
        en=f"{subject.title.en} has {total} households: {fit.en}. {way.en}",
        zh=f"{subject.title.zh}共 {total} 户：{fit.zh}。{way.zh}",
    )
    facts = subject.facts(fewer=fewer, more=more, minimum_needed=lower, maximum_needed=higher)
    return Certificate(CertificateKind.ARITHMETIC, text, facts)


def lonely(subject: Subject, cells: Iterable[int]) -> Certificate:
    """Certify that cells are in no connected set of the band, each taken by itself."""
    listed, low, high = subject.listed(cells), subject.band.minimum, subject.band.maximum
    words = in_words(listed)
    text = Text(
        en=f"No choice of connected buildings around them brings these into {low}–{high}: {words.en}.",
        zh=f"以下楼栋与周边任何相连的楼栋组合，都无法落在 {low}–{high} 户之间：{words.zh}。",
    )
    return Certificate(CertificateKind.LONELY_CELL, text, subject.facts(cells=listed))


def neighbourhood(subject: Subject, order: Iterable[int], states: int) -> Certificate:
    """Certify that a few cells cannot be divided, however the cells around them are.

    Parameters
    ----------
    order : these cells, in an order in which exhaustion needs few states.
    """
    cells = list(order)
    held = subject.graph.households
    listed, low, high = (
        subject.listed(cell for cell in sorted(cells) if held[cell]),
        subject.band.minimum,
        subject.band.maximum,
    )
    words = in_words(listed)
    text = Text(
        en=f"However the cells around them are divided, these cannot all be in grids of {low}–{high}: {words.en}.",
        zh=f"以下 {len(listed)} 处楼栋相互牵制，无论周边如何划分，都不能使其所在网格全部落在 {low}–{high} 户之间：{words.zh}。",
    )
    facts = subject.facts(cells=listed, order=[int(subject.number[cell]) for cell in cells], states=states)
    return Certificate(CertificateKind.NEIGHBOURHOOD, text, facts)


def set_partition(subject: Subject, weight: Integers) -> Certificate:
    """Certify by weights of cells: no connected set of the band has a sum above 0, but all cells together have.

    Parameters
    ----------
    weight : shape (n,), a Farkas vector of the set partition: Σ over a set ≤ 0 for every set, Σ over all > 0.
    """
    tight = subject.listed(cell for cell in range(len(weight)) if weight[cell] > 0)
    partners = subject.listed(cell for cell in range(len(weight)) if weight[cell] < 0)
    short, spare = in_words(tight), in_words(partners)
    if set(weight.tolist()) <= {-1, 0, 1}:
        text = Text(
            en=f"In every grid of {subject.band.minimum}–{subject.band.maximum}, each of these {len(tight)} needs a partner of "
            f"its own: {short.en}. But there are only {len(partners)} partners: {spare.en or 'none'}.",
            zh=f"以下 {len(tight)} 处楼栋要落在 {subject.band.minimum}–{subject.band.maximum} 户之间，每处都须单独搭配一处较小的楼栋："
            f"{short.zh}。但可搭配的只有 {len(partners)} 处{'：' + spare.zh if partners else ''}。",
        )
    else:
        text = Text(
            en=f"Weighted, no grid of {subject.band.minimum}–{subject.band.maximum} can balance these: {short.en}, against {spare.en}.",
            zh=f"按权重计算，任何 {subject.band.minimum}–{subject.band.maximum} 户的网格都无法使下列楼栋得到搭配：{short.zh}；"
            f"可搭配的楼栋不足：{spare.zh}。",
        )
    weights = [
        {**one, "weight": int(weight[cell])}
        for cell, one in zip(weight.nonzero()[0], subject.listed(weight.nonzero()[0]), strict=True)
    ]
    return Certificate(CertificateKind.SET_PARTITION, text, subject.facts(cells=tight, weights=weights))


def exhausted(subject: Subject, order: Iterable[int], states: int) -> Certificate:
    """Certify that every division of the part was looked at (see `exhaust`)."""
    low, high, cells = subject.band.minimum, subject.band.maximum, len(subject.number)
    text = Text(
        en=f"All ways of joining the {cells} cells were gone through ({states} states): in none is every grid within {low}–{high}.",
        zh=f"已穷举 {cells} 个单元的全部相邻组合（{states} 种状态），没有一种划分能使每个网格都在 {low}–{high} 户之间。",
    )
    heaviest = sorted(range(cells), key=lambda cell: -int(subject.graph.households[cell]))[:NAMED_AT_MOST]
    numbers = [int(subject.number[cell]) for cell in order]
    facts = subject.facts(cells=subject.listed(heaviest), order=numbers, states=states)
    return Certificate(CertificateKind.EXHAUSTED, text, facts)
