"""Check what is published against the rules, from the database alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from gridmap.db.queries import sql
from gridmap.errors import Text
from gridmap.services.areas import find_area

EDGE_M = 0.02
"""Metres by which grids may leave the community line through rounding."""


@dataclass(frozen=True, slots=True)
class CommunityCheck:
    """What holds in one community. Areas in m²; ``verdict`` None: nothing is published."""

    code: str
    name: str
    verdict: str | None
    grids: int
    in_band: int
    households: int
    households_in_grids: int
    gap_m2: float
    overlap_m2: float
    perimeter_m: float

    def problems(self) -> Iterator[Text]:
        """Name each broken rule."""
        if self.verdict is None:
            yield Text(en="no plan is published", zh="尚未发布划分方案")
            return
        slack = max(1.0, EDGE_M * self.perimeter_m)
        if self.households != self.households_in_grids:
            lost = self.households - self.households_in_grids
            yield Text(en=f"{lost} households are in no grid", zh=f"有 {lost} 户不在任何网格内")
        if self.gap_m2 > slack:
            yield Text(
                en=f"{self.gap_m2:.0f} m² are in no grid", zh=f"有 {self.gap_m2:.0f} 平方米不属于任何网格"
            )
        if self.overlap_m2 > slack:
            yield Text(
                en=f"grids overlap by {self.overlap_m2:.0f} m²", zh=f"网格重叠 {self.overlap_m2:.0f} 平方米"
            )
        if self.in_band < self.grids and self.verdict == "divided":
            out = self.grids - self.in_band
            yield Text(en=f"{out} of its grids out of the band by now", zh=f"现有 {out} 个网格超出户数区间")


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The checks of all communities of an area."""

    communities: tuple[CommunityCheck, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as `gridmap check --json` prints it."""
        return {
            "communities": [
                {
                    "code": community.code,
                    "name": community.name,
                    "verdict": community.verdict,
                    "grids": community.grids,
                    "in_band": community.in_band,
                    "households": community.households,
                    "households_in_grids": community.households_in_grids,
                    "gap_m2": round(community.gap_m2, 2),
                    "overlap_m2": round(community.overlap_m2, 2),
                    "problems": [problem.as_dict() for problem in community.problems()],
                }
                for community in self.communities
            ],
            "problems": sum(len(list(community.problems())) for community in self.communities),
        }

    def lines(self) -> Iterator[Text]:
        """Yield a line a problem, or one that says all is well."""
        for community in self.communities:
            for problem in community.problems():
                yield Text(
                    en=f"{community.name} ({community.code}): {problem.en}",
                    zh=f"{community.name}（{community.code}）：{problem.zh}",
                )
        grids = sum(community.grids for community in self.communities)
        households = sum(community.households for community in self.communities)
        problems = self.as_dict()["problems"]
        yield Text(
            en=f"Checked {grids} grids with {households:,} households in {len(self.communities)} "
            f"communit{'y' if len(self.communities) == 1 else 'ies'}: "
            f"{problems or 'no'} problem{'' if problems == 1 else 's'}.",
            zh=f"已检查 {len(self.communities)} 个社区、{grids} 个网格、{households:,} 户："
            + (f"发现 {problems} 个问题。" if problems else "未发现问题。"),
        )


def check_area(connection: Connection, wanted: str) -> CheckReport:
    """Check every community under an area: published, nobody lost, no gap, no overlap, grids in the band.

    Raises
    ------
    NotFound, Invalid : no such area, or an ambiguous name.
    """
    area = find_area(connection, wanted)
    communities = connection.execute(sql("communities_under"), {"area_id": area.id}).all()
    rows = connection.execute(sql("check_communities"), {"community_ids": [row.id for row in communities]})
    return CheckReport(tuple(CommunityCheck(*row) for row in rows))
