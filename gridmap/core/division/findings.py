"""What was repaired or tolerated on the way, told per community in both languages."""

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gridmap.core.topology import Integers
from gridmap.errors import Text


class FindingKind(StrEnum):
    """Kinds of dirt and of rulings a planner should know of."""

    INVALID_GEOMETRY = "invalid_geometry"
    NO_GEOMETRY = "no_geometry"
    DUPLICATE = "duplicate"
    OVERLAPPING = "overlapping"
    PODIUM = "podium"
    NO_COUNT = "no_count"
    ASTRIDE_LINE = "astride_line"
    ASTRIDE_COMMUNITY = "astride_community"
    LINE_REDRAWN = "line_redrawn"
    BARELY_INSIDE = "barely_inside"
    NO_CARRIERS = "no_carriers"
    NO_HOUSEHOLDS = "no_households"
    NO_LINES = "no_lines"
    SEPARATE_PARTS = "separate_parts"
    OVERLAPPING_COMMUNITY = "overlapping_community"
    BUILDING_CUT = "building_cut"
    DEDICATED_SITE = "dedicated_site"
    LARGE_EMPTY_LAND = "large_empty_land"
    SPANS_ARTERIAL = "spans_arterial"


_TEXTS = {
    FindingKind.INVALID_GEOMETRY: (
        "{count} shapes were invalid and have been repaired.",
        "{count} 个图形无效，已自动修复。",
    ),
    FindingKind.NO_GEOMETRY: ("{count} rows have no usable geometry.", "{count} 条记录没有可用的图形。"),
    FindingKind.DUPLICATE: (
        "{count} buildings have the very outline of another; each row's households are counted.",
        "{count} 栋楼与其他楼的轮廓完全相同；各条记录的户数均已计入。",
    ),
    FindingKind.OVERLAPPING: (
        "{count} buildings overlap another by more than 5 % and stay in one cell with it.",
        "{count} 栋楼与相邻楼栋重叠超过 5%，已并为同一单元。",
    ),
    FindingKind.PODIUM: (
        "{count} outlines lie under several household buildings (podiums) and were set aside.",
        "{count} 个轮廓为多栋住宅楼共用的裙楼，划分时不作为单独楼栋。",
    ),
    FindingKind.NO_COUNT: (
        "{count} have no household count and are taken as 0.",
        "{count} 个没有户数，按 0 户计。",
    ),
    FindingKind.ASTRIDE_LINE: (
        "{count} household buildings stand across a road or wall; the border goes round them.",
        "{count} 栋住宅楼横跨道路或围墙，网格边界绕楼而行。",
    ),
    FindingKind.ASTRIDE_COMMUNITY: (
        "{count} stand across the community line and belong where the larger part is.",
        "{count} 个跨社区界线，按面积较大的一侧归属。",
    ),
    FindingKind.LINE_REDRAWN: (
        "The community line was redrawn along its {count} imported small areas.",
        "社区界线已按导入的 {count} 个小区域重新绘制。",
    ),
    FindingKind.BARELY_INSIDE: (
        "{count} small areas lie less than 60 % inside this community.",
        "{count} 个小区域位于本社区内的面积不足 60%。",
    ),
    FindingKind.NO_CARRIERS: (
        "There is no building and no small area in this community.",
        "本社区内没有楼栋，也没有小区域数据。",
    ),
    FindingKind.NO_HOUSEHOLDS: (
        "The community has no households: it becomes {count} dedicated grid(s).",
        "本社区没有住户，划为 {count} 个专属网格。",
    ),
    FindingKind.NO_LINES: (
        "No road, river or wall touches this community; borders run between buildings.",
        "本社区没有道路、河流或围墙数据，网格边界只能沿楼间划定。",
    ),
    FindingKind.SEPARATE_PARTS: (
        "The community lies in {count} separate parts; each is divided by itself.",
        "本社区由 {count} 个互不相连的部分组成，各部分分别划分。",
    ),
    FindingKind.OVERLAPPING_COMMUNITY: (
        "{count} m² also lie in another community and were given to the one with the smaller code.",
        "有 {count} 平方米与其他社区重叠，已划归代码较小的社区。",
    ),
    FindingKind.BUILDING_CUT: (
        "{count} household buildings could not be kept whole.",
        "{count} 栋住宅楼未能保持完整。",
    ),
    FindingKind.DEDICATED_SITE: (
        "{count} dedicated site(s) are grids of their own, outside the band.",
        "{count} 处专属用地单独成网格，不受户数区间约束。",
    ),
    FindingKind.SPANS_ARTERIAL: (
        "{count} grid(s) hold homes on both sides of more than 100 m of a main road, railway or river.",
        "有 {count} 个网格横跨主干道、铁路或河流，两侧均有住户且长度超过 100 米。",
    ),
    FindingKind.LARGE_EMPTY_LAND: (
        "{count} piece(s) of land of 10 ha or more have no households. If one is a park, campus or market, make it a "
        "dedicated grid: gridmap dedicate --plan PLAN --number N --name NAME.",
        "有 {count} 处 10 公顷以上的地块没有住户。若为公园、校园、市场等，可设为专属网格："
        "gridmap dedicate --plan 方案 --number 序号 --name 名称。",
    ),
}
_NAMED_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of thing found in one community.

    Attributes
    ----------
    count : how many.
    where : names of the things, 50 at most; empty when they have none.
    """

    kind: FindingKind
    count: int
    text: Text
    where: tuple[str, ...] = ()


@dataclass(slots=True)
class Ledger:
    """Collects findings while all communities are worked on together."""

    _names: dict[tuple[int, FindingKind], list[str]] = field(default_factory=lambda: defaultdict(list))
    _counts: dict[tuple[int, FindingKind], int] = field(default_factory=lambda: defaultdict(int))

    def note(self, community: int, kind: FindingKind, name: str | None = None, *, count: int = 1) -> None:
        """Write down that `count` things of a kind were found in a community."""
        self._counts[community, kind] += count
        if name is not None:
            self._names[community, kind].append(name)

    def note_each(self, communities: Integers, kind: FindingKind, names: NDArray[np.object_]) -> None:
        """Write down things of a kind by their names, each in its community; both arrays of shape (n,)."""
        for community, name in zip(communities.tolist(), names.tolist(), strict=True):
            self.note(community, kind, str(name))

    def of(self, community: int) -> tuple[Finding, ...]:
        """Return what was found in a community, in the order of `FindingKind`."""
        return tuple(
            _finding(kind, self._counts[community, kind], self._names.get((community, kind), []))
            for kind in FindingKind
            if self._counts.get((community, kind))
        )


def _finding(kind: FindingKind, count: int, names: list[str]) -> Finding:
    en, zh = (text.format(count=count) for text in _TEXTS[kind])
    return Finding(kind, count, Text(en=en, zh=zh), tuple(names[:_NAMED_AT_MOST]))
