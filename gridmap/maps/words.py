"""What a map says, in both languages."""

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


def both(text: Text, language: str) -> tuple[str, str]:
    """Return a text in the reader's language, then in the other."""
    return (text.zh, text.en) if language.lower().startswith("zh") else (text.en, text.zh)
