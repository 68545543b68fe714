"""Collections of features by their names."""

from gridmap.db.collections import COLLECTIONS, Collection
from gridmap.errors import NotFound, Text


def find_collection(name: str) -> Collection:
    """Return a collection by its id.

    Raises
    ------
    NotFound : there is none of that name.
    """
    if name not in COLLECTIONS:
        raise NotFound(
            Text(en=f"There is no collection “{name}”.", zh=f"没有名为“{name}”的数据集。"),
            hint=Text(en=f"There are: {', '.join(COLLECTIONS)}.", zh=f"可用的有：{'、'.join(COLLECTIONS)}。"),
            collection=name,
        )
    return COLLECTIONS[name]
