"""Which features lie in a shape, near a point, or nearest to it: on the ground, or on foot."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine

from gridmap.core.coverage.profiles import PROFILES, ProfileName
from gridmap.core.here import Here
from gridmap.db.collections import Collection
from gridmap.db.conditions import Condition
from gridmap.db.costs import refuse_costly
from gridmap.db.features import Query, Selection, count_query, page_query
from gridmap.db.published import reading
from gridmap.db.spatial import Relation, all_of, farthest_query, lies, near_query, one_of
from gridmap.errors import Invalid, Text
from gridmap.services.browsing import Page, read_page
from gridmap.services.shapes import Asked, read_asked
from gridmap.services.walks import FARTHEST_WALK_M, WALKED_TO, walks_from

FARTHEST_M = 50_000.0
"""A distance on the ground that may be asked about, metres."""
MOST_NEAR = 1_000
"""Features that one answer about distances holds."""
NEARLY = 1e-6
"""Metres, and share of a distance, that rounding may take away."""
FIRST_WALK_M = 750.0
"""How far the nearest on foot are sought at first; each time twice as far."""


class By(StrEnum):
    """How distances are measured: straight on the ground, or along the ways one walks."""

    GROUND = "ground"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Found:
    """Features near a point, the nearest first.

    Attributes
    ----------
    features : GeoJSON, with ``distance_m`` among the properties and, on foot, ``minutes``.
    matched : how many there are, beyond the limit too.
    """

    features: list[dict[str, Any]]
    matched: int


def find_within(
    engine: Engine,
    collection: Collection,
    asked: Asked,
    *,
    relation: Relation = Relation.INTERSECTS,
    limit: int,
    token: str | None = None,
) -> Page:
    """Return a page of the features that touch a shape, lie wholly in it, or stand in it, in order of id.

    Raises
    ------
    Invalid : no shape is asked about, one or a filter cannot be read, it would cost too much, or a strange token.
    NotFound : nothing is called or saved so.
    """
    place = read_asked(engine, collection, asked)
    if place.shape is None:
        raise Invalid(
            Text(en="No shape is given.", zh="没有给出图形。"),
            hint=Text(
                en="Send shape (GeoJSON), or name one with place=CODE or saved=NAME.",
                zh="请提供 shape（GeoJSON），或用 place=编码、saved=名称 指定。",
            ),
            parameter="shape",
        )
    selection = Selection(condition=all_of(lies(relation, place.shape), place.condition))
    with reading(engine) as connection:
        refuse_costly(connection, *count_query(collection, selection))
    return read_page(engine, collection, selection, limit=limit, token=token)


def find_near(
    engine: Engine,
    collection: Collection,
    here: Here,
    metres: float,
    asked: Asked,
    *,
    by: By = By.GROUND,
    walker: ProfileName = ProfileName.ADULT,
    limit: int = 100,
) -> Found:
    """Return features within a distance of a point.

    Raises
    ------
    Invalid : a distance or number that is not answered, a filter that cannot be read, or what would cost too much.
    NotFound, Conflict : see `read_asked` and `gridmap.services.walks.walks_from`.
    """
    _check_distance(metres, by)
    stated = _stated(engine, collection, asked)
    if by is By.NETWORK:
        return _walked_to(engine, collection, here, metres, condition=stated, walker=walker, limit=limit)
    with reading(engine) as connection:
        query = near_query(collection, here, metres, condition=stated, limit=limit)
        return _told(connection, collection, _on_the_ground(connection, query))


def find_nearest(
    engine: Engine,
    collection: Collection,
    here: Here,
    count: int,
    asked: Asked,
    *,
    by: By = By.GROUND,
    walker: ProfileName = ProfileName.ADULT,
) -> Found:
    """Return the nearest features to a point; on foot those within `FARTHEST_WALK_M`.

    Raises
    ------
    Invalid, NotFound, Conflict : as of `find_near`.
    """
    stated = _stated(engine, collection, asked)
    if by is By.NETWORK:
        metres = FIRST_WALK_M
        while True:
            found = _walked_to(engine, collection, here, metres, condition=stated, walker=walker, limit=count)
            if found.matched >= count or metres >= FARTHEST_WALK_M:
                return Found(found.features, len(found.features))
            metres = min(2 * metres, FARTHEST_WALK_M)
    with reading(engine) as connection:
        query = farthest_query(collection, here, count, condition=stated)
        refuse_costly(connection, *query)
        farthest = connection.execute(*query).scalar_one()
        if farthest is None:
            return Found([], 0)
        surely = farthest * (1 + NEARLY) + NEARLY
        query = near_query(collection, here, surely, condition=stated, limit=count)
        found = _told(connection, collection, _on_the_ground(connection, query))
    return Found(found.features, len(found.features))


@dataclass(frozen=True, slots=True)
class _Metres:
    """Metres to features by id, the nearest first, and how many there are in all."""

    metres: Mapping[int, float]
    matched: int


def _on_the_ground(connection: Connection, query: Query) -> _Metres:
    refuse_costly(connection, *query)
    rows = connection.execute(*query).all()
    return _Metres({row.id: row.metres for row in rows}, rows[0].matched if rows else 0)


def _walked_to(
    engine: Engine,
    collection: Collection,
    here: Here,
    metres: float,
    *,
    condition: Condition | None,
    walker: ProfileName,
    limit: int,
) -> Found:
    if collection.id not in WALKED_TO:
        raise Invalid(
            Text(en=f"Nobody walks to {collection.id}.", zh=f"“{collection.title.zh}”不支持步行距离查询。"),
            hint=Text(
                en=f"On foot: {', '.join(WALKED_TO)}; or by=ground.",
                zh=f"步行可查：{'、'.join(WALKED_TO)}；或使用 by=ground。",
            ),
            parameter="by",
        )
    profile = PROFILES[walker]
    with reading(engine) as connection:
        walks = walks_from(connection, collection, here, metres, condition=condition, walker=profile)
        nearest = sorted(walks.items(), key=lambda walk: (walk[1], walk[0]))
        found = _told(connection, collection, _Metres(dict(nearest[:limit]), len(nearest)))
    for feature in found.features:
        told = feature["properties"]
        told["minutes"] = round(profile.minutes(told["distance_m"]), 1)
    return found


def _told(connection: Connection, collection: Collection, found: _Metres) -> Found:
    """Return features with their distances, which are told to a centimetre."""
    if not found.metres:
        return Found([], found.matched)
    selection = Selection(condition=one_of(list(found.metres)))
    page = connection.execute(*page_query(collection, selection, limit=len(found.metres), after=None)).one()
    features = {feature["id"]: feature for feature in json.loads(f"[{page.features}]")}
    for key, metres in found.metres.items():
        features[key]["properties"]["distance_m"] = round(metres, 2)
    return Found([features[key] for key in found.metres], found.matched)


def _stated(engine: Engine, collection: Collection, asked: Asked) -> Condition | None:
    """Return what is asked of features, a shape as a condition too."""
    place = read_asked(engine, collection, asked)
    inside = None if place.shape is None else lies(Relation.INTERSECTS, place.shape)
    return all_of(inside, place.condition)


def _check_distance(metres: float, by: By) -> None:
    most = FARTHEST_M if by is By.GROUND else FARTHEST_WALK_M
    if not 0 < metres <= most:  # also false for what is no number
        raise Invalid(
            Text(
                en=f"A distance of {metres:g} m is not answered by {by}.",
                zh=f"不支持 {metres:g} 米的距离（{by}）。",
            ),
            hint=Text(
                en=f"Ask for more than 0, at most {most:,.0f} m.",
                zh=f"请给出大于 0、不超过 {most:,.0f} 米的距离。",
            ),
            parameter="metres",
        )
