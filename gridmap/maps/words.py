"""What a map says, in both languages."""

from gridmap.core.coverage.outcomes import Outcome, Reason
from gridmap.core.model import BandPosition
from gridmap.errors import Text

POSITIONS = {
    BandPosition.UNDER: Text(en="below the band", zh="户数不足"),
    BandPosition.IN: Text(en="within the band", zh="户数适宜"),
    BandPosition.OVER: Text(en="above the band", zh="户数超限"),
    BandPosition.DEDICATED: Text(en="dedicated grid", zh="专属网格"),
}
GRIDS = Text(en="grids", zh="网格")
HOUSEHOLDS = Text(en="households", zh="户数")
CODE = Text(en="Grid", zh="网格编码")
STATE = Text(en="State", zh="状态")
COMMUNITY = Text(en="Community", zh="社区")
COMMUNITIES = Text(en="communities", zh="社区边界")
BUILDINGS = Text(en="buildings", zh="楼栋")
ROADS = Text(en="roads and water", zh="道路与水系")
FACILITIES = Text(en="facilities", zh="设施")
NUMBER = Text(en="numbers of grids", zh="网格标注")
NAME = Text(en="Name", zh="名称")
KIND = Text(en="Kind", zh="类别")
ESTIMATED = Text(en="★ partly estimated", zh="★ 含估算户数")
SYNTHETIC = Text(en="fictitious sample data", zh="示意 · 虚构数据")
SKETCH = Text(en="for illustration only", zh="示意图")
OUTCOMES = {
    Outcome.MET: Text(en="covered", zh="已覆盖"),
    Outcome.UNCERTAIN: Text(en="borderline (±30 m)", zh="临界（±30 米）"),
    Outcome.UNMET: Text(en="not covered", zh="未覆盖"),
    Outcome.UNKNOWN: Text(en="unknown", zh="无法判定"),
    Outcome.NOT_SET: Text(en="not set by the standard", zh="标准未规定"),
}
REASONS = {
    Reason.BAD_SNAP: Text(en="not linked to the ways", zh="未接入步行路网"),
    Reason.HOURS_UNKNOWN: Text(en="opening hours unknown", zh="开放时间不详"),
    Reason.CLOSED_THEN: Text(en="closed then", zh="当时已关门"),
    Reason.DETOUR_BY_GATE: Text(en="detour by a gate", zh="出入口关闭绕行"),
    Reason.NO_FACILITY: Text(en="no facility", zh="附近没有设施"),
    Reason.UNREACHABLE: Text(en="no way there", zh="步行无法到达"),
    Reason.DETOUR: Text(en="detour on foot", zh="步行绕远"),
    Reason.OVER_CAPACITY: Text(en="over capacity", zh="设施超员"),
}
COVERAGE = {
    "service": Text(en="Service", zh="服务"),
    "households": Text(en="households", zh="户"),
    "few": Text(en="under 10 households", zh="不足 10 户"),
    "nearest": Text(en="nearest", zh="最近"),
    "uncovered": Text(en="Homes not served", zh="未得到服务的住户"),
    "unnamed": Text(en="unnamed", zh="未命名"),
}


def both(text: Text, language: str) -> tuple[str, str]:
    """Return a text in the reader's language, then in the other."""
    return (text.zh, text.en) if language.lower().startswith("zh") else (text.en, text.zh)
