"""Read what is public: pages of features, the overview, one grid, and what a search finds."""

import base64
import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from gridmap.db.collections import COLLECTIONS, Collection
from gridmap.db.features import (
    Selection,
    count_query,
    extent_query,
    feature_query,
    page_query,
)
from gridmap.db.published import reading
from gridmap.db.queries import sql
from gridmap.db.systems import CRS84, CoordinateSystem
from gridmap.errors import Invalid, NotFound, Text


@dataclass(frozen=True, slots=True)
class Page:
    """Some features of a selection.

    Parameters
    ----------
    features : GeoJSON features, separated by commas; empty for none.
    matched : features of the whole selection, counted when its first page was read.
    following : token of the next page; None after the last one.
    """

    features: str
    returned: int
    matched: int
    following: str | None


@dataclass(frozen=True, slots=True)
class Extent:
    """Where, and since when, the features of a collection are: degrees west, south, east, north."""

    west: float
    south: float
    east: float
    north: float
    since: datetime | None


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


def read_page(
    engine: Engine,
    collection: Collection,
    selection: Selection,
    *,
    limit: int,
    token: str | None = None,
    system: CoordinateSystem = CRS84,
) -> Page:
    """Return one page of a selection, in order of id.

    A token goes on from the last feature of the page before, so a change of the data between two pages neither
    repeats nor skips features that were there all along.

    Raises
    ------
    Invalid : the token was not made for this selection.
    """
    digest = _digest(collection, selection)
    after, counted = _opened(token, digest) if token else (None, None)
    with reading(engine) as connection:
        page = connection.execute(
            *page_query(collection, selection, limit=limit, after=after, system=system)
        ).one()
        if counted is None and page.more:
            counted = connection.execute(*count_query(collection, selection)).scalar_one()
    matched: int = page.returned if counted is None else counted
    following = _token(page.last, matched, digest) if page.more else None
    return Page(page.features or "", page.returned, matched, following)


def read_feature(
    engine: Engine, collection: Collection, feature_id: int, *, system: CoordinateSystem = CRS84
) -> str:
    """Return the GeoJSON of one feature, less its closing brace.

    Raises
    ------
    NotFound : the collection has no feature of that id.
    """
    with reading(engine) as connection:
        feature: str | None = connection.execute(*feature_query(collection, feature_id, system)).scalar()
    if feature is None:
        raise NotFound(
            Text(
                en=f"The collection {collection.id} has no feature {feature_id}.",
                zh=f"数据集“{collection.title.zh}”中没有编号为 {feature_id} 的要素。",
            ),
            collection=collection.id,
            id=feature_id,
        )
    return feature


def read_extents(engine: Engine, *collections: Collection) -> list[Extent | None]:
    """Return the extent of each collection; None for one that is empty."""
    with reading(engine) as connection:
        rows = [connection.execute(extent_query(collection)).one() for collection in collections]
    return [None if row.west is None else Extent(**row._mapping) for row in rows]


def read_districts(engine: Engine) -> list[dict[str, Any]]:
    """Return all districts with their communities, in order of code."""
    with reading(engine) as connection:
        districts: list[dict[str, Any]] = connection.execute(sql("districts")).scalar_one()
    return districts


def read_grid_card(engine: Engine, code: str) -> dict[str, Any]:
    """Return a grid in force with its five elements.

    Raises
    ------
    NotFound : no grid in force has that code.
    """
    with reading(engine) as connection:
        card: dict[str, Any] | None = connection.execute(sql("grid_card"), {"code": code}).scalar()
    if card is None:
        raise NotFound(
            Text(en=f"No grid in force has the code {code}.", zh=f"没有编码为 {code} 的现行网格。"),
            hint=Text(
                en="A code is given when a plan is published, and ends with it.",
                zh="编码在方案发布时赋予，方案被替换后失效。",
            ),
            code=code,
        )
    return card


def search(engine: Engine, words: str, *, limit: int = 10) -> list[dict[str, Any]]:
    """Return things whose code or name holds the words, best first; nothing for blank words."""
    if not words.strip():
        return []
    with reading(engine) as connection:
        results: list[dict[str, Any]] = connection.execute(
            sql("search"), {"q": words.strip(), "limit": limit}
        ).scalar_one()
    return results


def _digest(collection: Collection, selection: Selection) -> str:
    told = json.dumps([collection.id, asdict(selection)], default=str, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _token(last: int, matched: int, digest: str) -> str:
    return base64.urlsafe_b64encode(f"{last}.{matched}.{digest}".encode()).decode().rstrip("=")


def _opened(token: str, digest: str) -> tuple[int, int]:
    """Return the id to go on after and the number matched."""
    try:
        padded = token + "=" * (-len(token) % 4)
        last, matched, made_for = base64.urlsafe_b64decode(padded).decode().split(".")
        if made_for == digest:
            return int(last), int(matched)
    except ValueError:  # covers bad base64, bad UTF-8, wrong number of parts, and what is no number
        pass
    raise Invalid(
        Text(
            en="The paging token does not belong to this query.",
            zh="翻页标记与当前查询不符。",
        ),
        hint=Text(
            en="Follow the next link as it is, or leave out token to begin again.",
            zh="请原样使用 next 链接，或去掉 token 从头开始。",
        ),
        parameter="token",
    )
