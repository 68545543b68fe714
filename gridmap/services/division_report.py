"""What a division did, as values, as JSON and in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gridmap.core.model import Verdict
from gridmap.errors import Text


@dataclass(frozen=True)
class CommunityResult:
    """One community's line in the report.

    Attributes
    ----------
    estimated : how many of the households are estimates.
    moves : what changes grid against the plan in force (see `redividing`); None if it was divided afresh.
    """

    code: str
    name: str
    households: int
    estimated: int
    verdict: Verdict
    grids: int
    in_band: int
    certificate: dict[str, Any] | None
    findings: list[dict[str, Any]]
    plan_id: int
    moves: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the community as `gridmap divide --json` prints it."""
        return {
            "code": self.code,
            "name": self.name,
            "households": self.households,
            "households_estimated": self.estimated,
            "status": str(self.verdict),
            "grids": self.grids,
            "in_band": self.in_band,
            "certificate": self.certificate,
            "findings": self.findings,
            "plan_id": self.plan_id,
            **({"moves": self.moves} if self.moves is not None else {}),
        }


@dataclass(frozen=True)
class DivisionReport:
    """What a division did. ``unchanged``: the plans in force were made from the same input and stay."""

    communities: tuple[CommunityResult, ...]
    published: bool
    unchanged: bool = False

    def totals(self) -> dict[str, int]:
        """Return sums over the communities; a verdict counts communities, ``in_band`` counts grids."""
        verdicts = [result.verdict for result in self.communities]
        return {
            "communities": len(verdicts),
            **{str(verdict): verdicts.count(verdict) for verdict in Verdict},
            "households": sum(result.households for result in self.communities),
            "households_estimated": sum(result.estimated for result in self.communities),
            "grids": sum(result.grids for result in self.communities),
            "in_band": sum(result.in_band for result in self.communities),
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the report as `gridmap divide --json` prints it."""
        return {
            "communities": [result.as_dict() for result in self.communities],
            "totals": self.totals(),
            "plan_ids": [result.plan_id for result in self.communities],
            "published": self.published,
            "unchanged": self.unchanged,
        }

    def lines(self) -> Iterator[Text]:
        """Say what was done, and why where it could not be."""
        for result in self.communities:
            if result.certificate:
                text = result.certificate["text"]
                yield Text(en=f"{result.name}: {text['en']}", zh=f"{result.name}：{text['zh']}")
        totals, done, estimated, moved = self.totals(), self._done(), self._estimated(), self._moved()
        yield Text(
            en=f"{totals['communities']} communit{'y' if totals['communities'] == 1 else 'ies'}, {totals['households']:,} households{estimated.en}, "
            f"{totals['grids']} grids, "
            f"{totals['in_band']} in the band: {done.en}.{moved.en}",
            zh=f"{totals['communities']} 个社区、{totals['households']:,} 户{estimated.zh}、{totals['grids']} 个网格，"
            f"{totals['in_band']} 个在区间内：{done.zh}。{moved.zh}",
        )

    def _estimated(self) -> Text:
        estimated = self.totals()["households_estimated"]
        if not estimated:
            return Text(en="", zh="")
        return Text(en=f" (★ {estimated:,} estimated)", zh=f"（★ 其中估算 {estimated:,} 户）")

    def _moved(self) -> Text:
        """Say how many change grid, if the plans in force were the beginning."""
        moves = [result.moves for result in self.communities if result.moves is not None]
        if not moves:
            return Text(en="", zh="")
        households = sum(one["households_moved"] for one in moves)
        carriers = sum(len(one["carriers"]) for one in moves)
        if not carriers:
            return Text(en=" Nobody changes grid.", zh="没有住户更换网格。")
        least = sum(one["households_moved_at_least"] for one in moves)
        bound = Text(
            en="the fewest possible" if least == households else f"no way moves fewer than {least:,}",
            zh="已证明最少" if least == households else f"已证明不少于 {least:,} 户",
        )
        return Text(
            en=f" {households:,} households in {carriers:,} buildings change grid ({bound.en}).",
            zh=f"{carriers:,} 栋楼、{households:,} 户更换网格（{bound.zh}）。",
        )

    def _done(self) -> Text:
        if self.unchanged:
            return Text(en="input unchanged, plans kept", zh="输入未变，沿用原方案")
        if self.published:
            return Text(en="divided and published", zh="已划分并发布")
        return Text(en="divided, kept as drafts", zh="已划分，存为草稿")


def joined(reports: Sequence[DivisionReport]) -> DivisionReport:
    """Return one report of all communities, sorted by code."""
    results = sorted((one for report in reports for one in report.communities), key=lambda one: one.code)
    return DivisionReport(
        tuple(results),
        published=all(report.published for report in reports),
        unchanged=all(report.unchanged for report in reports),
    )
