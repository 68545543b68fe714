"""What handlers ask for by name: the database, and the parameters of a request, read and checked."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from gridmap.api.language import LanguageTag, preferred_language
from gridmap.api.parameters import (
    DEFAULT_LIMIT,
    LARGEST_LIMIT,
    Interval,
    read_box,
    read_interval,
    read_limit,
    read_system,
    read_value,
    wrong,
)
from gridmap.api.pools import Pools
from gridmap.core.filters import FilterLanguage, read_filter
from gridmap.db.collections import Collection
from gridmap.db.conditions import Condition
from gridmap.db.features import Box, Outline, Selection
from gridmap.db.filters import condition
from gridmap.db.systems import CRS84, SYSTEMS, CoordinateSystem
from gridmap.errors import Invalid, NotFound, Text
from gridmap.services.browsing import read_systems
from gridmap.services.collections import find_collection
from gridmap.services.extents import Extents
from gridmap.services.paging import PageTokens

GENERAL = frozenset({"f", "lang"})
"""Parameters every OGC address takes: format and language."""

PAGING = frozenset({"bbox", "bbox-crs", "crs", "datetime", "limit", "token"})

FILTERING = frozenset({"filter", "filter-lang", "filter-crs"})


async def language_of(request: Request) -> LanguageTag:
    """Return the reader's language."""
    return preferred_language(request)


Language = Annotated[LanguageTag, Depends(language_of)]


async def engine_of(request: Request) -> AsyncIterator[Engine]:
    """Give the connections for reading, or for writing to a request that may change something.

    Raises
    ------
    Unavailable : too many requests work with them already.
    """
    pools: Pools = request.app.state.pools
    pool = pools.reading if request.method == "GET" else pools.writing
    with pool.entered() as engine:
        yield engine


Db = Annotated[Engine, Depends(engine_of)]


async def reading_engine_of(request: Request) -> AsyncIterator[Engine]:
    """Give the connections for reading to a question whose body is only too long for an address; errors as of Db."""
    pools: Pools = request.app.state.pools
    with pools.reading.entered() as engine:
        yield engine


ReadingDb = Annotated[Engine, Depends(reading_engine_of)]


async def no_zero_bytes(request: Request) -> None:
    """Refuse a zero byte anywhere in the address, which PostgreSQL cannot take."""
    if "\0" in request.url.path or "%00" in request.url.query:
        raise Invalid(Text(en="The address holds a zero byte.", zh="地址中含有零字节。"))


async def filter_alone(request: Request) -> None:
    """Refuse query parameters other than the general ones and those of filters."""
    check_known(request, GENERAL | FILTERING)


async def system_alone(request: Request) -> None:
    """Refuse query parameters other than the general ones and the coordinate system."""
    check_known(request, GENERAL | {"crs"})


async def nothing_else(request: Request) -> None:
    """Refuse query parameters other than the general ones, as OGC API requires (400)."""
    check_known(request, GENERAL)


def check_known(request: Request, known: frozenset[str]) -> None:
    """Refuse unknown and repeated query parameters.

    Raises
    ------
    Invalid : naming the first one.
    """
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        if name not in known:
            raise wrong(
                name,
                Text(en=f"There is no parameter “{name}” here.", zh=f"此处没有参数“{name}”。"),
                Text(
                    en=f"There are: {', '.join(sorted(known))}.", zh=f"可用的有：{'、'.join(sorted(known))}。"
                ),
            )
        if names.count(name) > 1:
            raise wrong(name, Text(en=f"“{name}” is given twice.", zh=f"参数“{name}”重复。"))


async def collection_of(collection_id: str) -> Collection:
    """Return the collection named in the path."""
    return find_collection(collection_id)


Chosen = Annotated[Collection, Depends(collection_of)]


async def feature_id_of(feature_id: str) -> int:
    """Read the id of a feature; what is no number names no feature."""
    if not re.fullmatch(r"[0-9]{1,18}", feature_id):
        raise NotFound(
            Text(en=f"There is no feature “{feature_id}”.", zh=f"没有编号为“{feature_id}”的要素。"),
            hint=Text(en="Features are numbered.", zh="要素编号为数字。"),
        )
    return int(feature_id)


FeatureId = Annotated[int, Depends(feature_id_of)]


async def format_of(
    request: Request,
    f: Annotated[
        Literal["json", "html"] | None, Query(description="Format; by default what Accept prefers")
    ] = None,
) -> Literal["json", "html"]:
    """Return the format asked for by ``f``, or HTML if Accept names it before any JSON, or JSON."""
    if f is not None:
        return f
    accepted = [part.split(";")[0].strip() for part in request.headers.get("accept", "").split(",")]
    for media_type in accepted:
        if "json" in media_type or media_type == "*/*":
            return "json"
        if media_type == "text/html":
            return "html"
    return "json"


Format = Annotated[Literal["json", "html"], Depends(format_of)]


async def system_called(parameter: str, uri: str, engine: Engine) -> CoordinateSystem:
    """Return a coordinate system by its name; which local ones there are is asked only where one is named."""
    systems = SYSTEMS if uri in SYSTEMS else await run_in_threadpool(read_systems, engine)
    return read_system(parameter, uri, systems)


async def box_of(
    db: Db,
    bbox: Annotated[
        str | None,
        Query(description="west,south,east,north in degrees (CRS84); with heights 6 numbers, heights unused"),
    ] = None,
    crs: Annotated[str, Query(alias="bbox-crs", description="Coordinate system of bbox")] = CRS84.uri,
) -> Box | Outline | None:
    """Read ``bbox`` in the order of the axes of ``bbox-crs``."""
    system = await system_called("bbox-crs", crs, db)
    return None if bbox is None else read_box(bbox, system)


BBox = Annotated[Box | Outline | None, Depends(box_of)]


async def system_of(
    db: Db,
    crs: Annotated[str, Query(description="Coordinate system of the answer")] = CRS84.uri,
) -> CoordinateSystem:
    """Read ``crs``."""
    return await system_called("crs", crs, db)


System = Annotated[CoordinateSystem, Depends(system_of)]


async def limit_of(
    limit: Annotated[str | None, Query(description=f"Features on a page, 1–{LARGEST_LIMIT}")] = None,
) -> int:
    """Read ``limit``."""
    return DEFAULT_LIMIT if limit is None else read_limit(limit)


Limit = Annotated[int, Depends(limit_of)]
Token = Annotated[
    str | None, Query(alias="token", description="Where the page begins; taken from a next link")
]


async def tokens_of(request: Request) -> PageTokens:
    """Return what makes and opens the tokens of pages."""
    tokens: PageTokens = request.app.state.tokens
    return tokens


Tokens = Annotated[PageTokens, Depends(tokens_of)]


async def extents_of(request: Request) -> Extents:
    """Return what knows where the features of collections are."""
    extents: Extents = request.app.state.extents
    return extents


Known = Annotated[Extents, Depends(extents_of)]


async def interval_of(
    moment: Annotated[
        str | None,
        Query(
            alias="datetime", description="RFC 3339 time or date, or an interval start/end with .. for open"
        ),
    ] = None,
) -> Interval | None:
    """Read ``datetime``."""
    return None if moment is None else read_interval(moment)


During = Annotated[Interval | None, Depends(interval_of)]


async def filter_system_of(
    db: Db,
    crs: Annotated[
        str, Query(alias="filter-crs", description="Coordinate system of geometries in the filter")
    ] = CRS84.uri,
) -> CoordinateSystem:
    """Read ``filter-crs``."""
    return await system_called("filter-crs", crs, db)


async def condition_of(
    collection: Chosen,
    system: Annotated[CoordinateSystem, Depends(filter_system_of)],
    text: Annotated[
        str | None, Query(alias="filter", description="What must be true of a feature, CQL2")
    ] = None,
    language: Annotated[
        FilterLanguage, Query(alias="filter-lang", description="Language of the filter")
    ] = "cql2-text",
) -> Condition | None:
    """Read ``filter`` and compile it for the collection; in a thread, as a large one takes a while."""
    if text is None:
        return None
    return await run_in_threadpool(lambda: condition(collection, read_filter(text, language), system))


Filtered = Annotated[Condition | None, Depends(condition_of)]


async def selection_of(
    request: Request, collection: Chosen, box: BBox, during: During, filtered: Filtered
) -> Selection:
    """Read which features are asked for; any described property may be given with the value it must have."""
    names = frozenset(column.name for column in collection.columns)
    check_known(request, GENERAL | PAGING | FILTERING | names)
    given = {column.name: column for column in collection.columns if column.name in request.query_params}
    equal = {name: read_value(column, request.query_params[name]) for name, column in given.items()}
    return Selection(box, during, equal, condition=filtered)


Selected = Annotated[Selection, Depends(selection_of)]
