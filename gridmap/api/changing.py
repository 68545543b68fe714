"""What a request to change a feature must bring: rights, a body, its coordinate system, and the version it is meant for."""

from typing import Annotated

from fastapi import Depends, Header, Request

from gridmap.api.dependencies import Chosen, Db, check_known, system_called
from gridmap.api.errors import NotAllowed, TooLarge, Unconditional, WrongMediaType
from gridmap.db.changes import WRITABLE
from gridmap.db.collections import Collection
from gridmap.db.systems import CRS84, CoordinateSystem
from gridmap.errors import Text
from gridmap.services.changing import Versions

MOST_BYTES = 2_000_000
"""Of a body: corners of the largest geometry, written at length."""

FEATURE_TYPES = ("application/geo+json", "application/json")
PATCH_TYPES = ("application/merge-patch+json", *FEATURE_TYPES)

READ = "GET, HEAD, OPTIONS"
OF_ITEMS = "GET, HEAD, POST, OPTIONS"
OF_AN_ITEM = "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"

WHY_NOT = {
    "grids": Text(
        en="Grids change when a plan is published, as a whole community of them.",
        zh="网格随划分方案的发布整体变更，不能单独修改。",
    ),
    "areas": Text(en="Areas change by import.", zh="区域由导入更新。"),
    "cells": Text(en="Cells change by import, with their counts.", zh="单元连同计数由导入更新。"),
}


async def writable_of(request: Request, collection: Chosen) -> Collection:
    """Return the collection named in the path.

    Raises
    ------
    NotAllowed : its features cannot be changed one by one.
    """
    if collection.id not in WRITABLE:
        raise NotAllowed(
            Text(
                en=f"Features of {collection.id} cannot be changed one by one.",
                zh=f"“{collection.title.zh}”中的要素不能单独修改。",
            ),
            hint=WHY_NOT.get(collection.id),
            allow=READ,
            collection=collection.id,
        )
    check_known(request, frozenset({"lang"}))
    return collection


WritableCollection = Annotated[Collection, Depends(writable_of)]


async def body_of(request: Request) -> bytes:
    """Read the body.

    Raises
    ------
    WrongMediaType : it is not GeoJSON or, of PATCH, a merge patch.
    TooLarge : it has more than `MOST_BYTES`.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    known = PATCH_TYPES if request.method == "PATCH" else FEATURE_TYPES
    if media_type not in known:
        raise WrongMediaType(
            Text(
                en=f"The body is “{media_type[:60]}”, which is not read here.",
                zh=f"不支持请求体格式“{media_type[:60]}”。",
            ),
            hint=Text(
                en=f"Content-Type may be {', '.join(known)}.", zh=f"Content-Type 可为 {'、'.join(known)}。"
            ),
        )
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise TooLarge(
                Text(
                    en=f"The body has more than {MOST_BYTES:,} bytes.", zh=f"请求体超过 {MOST_BYTES:,} 字节。"
                )
            )
    return body


Body = Annotated[bytes, Depends(body_of)]


async def content_system_of(
    db: Db,
    crs: Annotated[
        str, Header(alias="Content-Crs", description="Coordinate system of the body, in angle brackets")
    ] = f"<{CRS84.uri}>",
) -> CoordinateSystem:
    """Read ``Content-Crs`` (OGC API Features Part 4, clause on coordinate reference systems)."""
    return await system_called("Content-Crs", crs.strip().removeprefix("<").removesuffix(">"), db)


ContentSystem = Annotated[CoordinateSystem, Depends(content_system_of)]


async def versions_of(
    if_match: Annotated[str | None, Header(description="ETag that the feature was read with")] = None,
) -> Versions:
    """Read ``If-Match``: versions, or None for ``*``. A weak tag matches none (RFC 9110 §13.1.1).

    Raises
    ------
    Unconditional : it was not sent.
    """
    if if_match is None:
        raise Unconditional(
            Text(
                en="A change says which version it is meant for.",
                zh="修改请求须说明所针对的版本。",
            ),
            hint=Text(
                en="Send the ETag the feature was read with as If-Match, or If-Match: * for whichever there is.",
                zh="请以 If-Match 提供读取要素时的 ETag；If-Match: * 表示不论版本。",
            ),
        )
    if if_match.strip() == "*":
        return None
    tags = (tag.strip() for tag in if_match.split(","))
    return frozenset(tag.strip('"').partition(".")[0] for tag in tags if tag.startswith('"'))


IfMatch = Annotated[Versions, Depends(versions_of)]
