"""Read what is public: pages of features, the overview, one grid, and what a search finds."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from gridmap.db.collections import Collection
from gridmap.db.features import (
    COUNTED,
    Selection,
    count_query,
    expected_query,
    feature_query,
    page_query,
)
from gridmap.db.published import read_rows, reading
from gridmap.db.queries import sql
from gridmap.db.systems import CRS84, SYSTEMS, CoordinateSystem, zones_of
from gridmap.errors import NotFound, Text
from gridmap.services.paging import Matched, PageTokens

MOST_COUNTED = 200_000
"""Of more features than PostgreSQL expects to be so many, its guess is told."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some features of a selection.

    Parameters
    ----------
    features : GeoJSON features, separated by commas; empty for none.
    matched : features of the whole selection when its first page was read.
    following : token of the next page; None after the last one.
    """

    features: str
    returned: int
    matched: Matched
    following: str | None


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature.

    Parameters
    ----------
    text : its GeoJSON, less the closing brace so that links can be added.
    version : changes with anything the public sees of it, in whichever system it is read.
    """

    text: str
    version: str


def version_of(text: str) -> str:
    """Return the version of a feature from its GeoJSON in CRS84, which holds nothing that is not public."""
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def read_page(
    engine: Engine,
    collection: Collection,
    selection: Selection,
    *,
    limit: int,
    tokens: PageTokens | None = None,
    token: str | None = None,
    system: CoordinateSystem = CRS84,
) -> Page:
    """Return one page of a selection, in order of id.

    A token goes on from the last feature of the page before, so a change of the data between two pages neither
    repeats nor skips features that were there all along.

    Parameters
    ----------
    tokens : makes and opens the tokens; None: some that read the secret anew.

    Raises
    ------
    Invalid : the token was not made here, or not for this selection.
    """
    tokens = tokens or PageTokens(engine)
    begun = tokens.opened(token, collection, selection) if token else None
    after = begun.after if begun else None
    query = page_query(collection, selection, limit=limit, after=after, system=system)
    [[found, more, returned, last, features]] = read_rows(engine, *query)
    if begun:
        matched = begun.matched
    elif not more:
        matched = Matched(returned)
    else:
        matched = _matched(engine, collection, selection, found)
    following = tokens.made(last, matched, collection, selection) if more else None
    return Page(features or "", returned, matched, following)


def _matched(engine: Engine, collection: Collection, selection: Selection, found: int | None) -> Matched:
    """Return how many features a selection has: as many as were found, counted, or of very many a guess.

    Parameters
    ----------
    found : up to one more than `COUNTED`; None: none were looked for.
    """
    if found is not None and found <= COUNTED:
        return Matched(found)
    [[[guess]]] = read_rows(engine, *expected_query(collection, selection))
    expected: int = guess["Plan"]["Plan Rows"]
    if expected > MOST_COUNTED:
        return Matched(expected, is_exact=False)
    [[counted]] = read_rows(engine, *count_query(collection, selection))
    return Matched(counted)


def read_feature(
    engine: Engine, collection: Collection, feature_id: int, *, system: CoordinateSystem = CRS84
) -> Feature:
    """Return one feature, of the present or the past.

    Raises
    ------
    NotFound : the collection has no feature of that id.
    """
    [plain, *others] = [
        _feature_text(engine, collection, feature_id, asked) for asked in dict.fromkeys((CRS84, system))
    ]
    return Feature(others[0] if others else plain, version_of(plain))


def _feature_text(engine: Engine, collection: Collection, feature_id: int, system: CoordinateSystem) -> str:
    rows = read_rows(engine, *feature_query(collection, feature_id, system))
    if not rows:
        raise no_feature(collection, feature_id)
    [[text]] = rows
    return str(text)


def no_feature(collection: Collection, feature_id: int) -> NotFound:
    """Return the error for a feature that is not there."""
    return NotFound(
        Text(
            en=f"The collection {collection.id} has no feature {feature_id}.",
            zh=f"数据集“{collection.title.zh}”中没有编号为 {feature_id} 的要素。",
        ),
        collection=collection.id,
        id=feature_id,
    )


def read_systems(engine: Engine) -> Mapping[str, CoordinateSystem]:
    """Return the coordinate systems by name: those of everywhere, and the zones of CGCS2000 that communities lie in."""
    [[zones]] = read_rows(engine, sql("zones"), {})
    return {**SYSTEMS, **zones_of(zones)}


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
