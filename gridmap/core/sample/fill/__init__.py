"""Ways to build on a block, by the name they have in the plan."""

from collections.abc import Callable

from gridmap.core.sample.fill import civic, housing, lanes
from gridmap.core.sample.fill.site import House, Land, Layout, Site, unobstructed

__all__ = ["FILLS", "House", "Land", "Layout", "Site", "unobstructed"]

FILLS: dict[str, Callable[..., Layout]] = {
    "slabs": housing.slabs,
    "towers": housing.towers,
    "perimeter": housing.perimeter,
    "landmark": housing.landmark,
    "old_town": lanes.old_town,
    "village": lanes.village,
    "rural": lanes.rural,
    "campus": civic.campus,
    "hospital": civic.hospital,
    "mill": civic.mill,
    "mall": civic.mall,
    "market": civic.market,
    "lake_park": civic.lake_park,
    "park": civic.park,
    "bank": civic.bank,
}
