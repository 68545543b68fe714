"""Questions about places: what lies in a shape, near a point, how much of it, and which grid somebody is in."""

import json
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from gridmap.api.bodies import BoundedRoute
from gridmap.api.dependencies import Db, ReadingDb
from gridmap.api.media import GeoJSONResponse
from gridmap.api.pace import keep_pace
from gridmap.api.query_schemas import (
    LocatedHere,
    NearAsking,
    NearestAsking,
    NearFeatures,
    SummaryTold,
    SumsAsking,
    SumsShape,
    WithinAsking,
    WithinShape,
    Word,
)
from gridmap.core.here import Here
from gridmap.db.spatial import Unit
from gridmap.errors import Invalid, Text
from gridmap.services.browsing import Page
from gridmap.services.collections import find_collection
from gridmap.services.locating import Located, locate, locate_address
from gridmap.services.querying import By, Found, find_near, find_nearest, find_within
from gridmap.services.summing import Group, sum_up

router = APIRouter(prefix="/api/v1/query", tags=["Queries"], route_class=BoundedRoute)


async def keep_pace_of_walks(request: Request) -> None:
    """Refuse whoever asks for walks too often: a network is built for each."""
    if request.query_params.get("by") == By.NETWORK:
        await keep_pace(request)


WALKS_PACED = Depends(keep_pace_of_walks)


@router.get("/within", response_model=dict[str, Any], response_class=GeoJSONResponse)
def within(asking: Annotated[WithinAsking, Query()], db: Db) -> Response:
    """Return the features in a shape that has a name, page by page; next goes into token for the next page."""
    return _within(asking, db)


@router.post("/within", response_model=dict[str, Any], response_class=GeoJSONResponse)
def within_shape(asking: WithinShape, db: ReadingDb) -> Response:
    """Return the features in a drawn shape, page by page; next goes into token of the same question for the next page."""
    return _within(asking, db)


@router.get("/near", response_model=NearFeatures, dependencies=[WALKS_PACED])
def near(asking: Annotated[NearAsking, Query()], db: Db) -> dict[str, object]:
    """Return the features within a distance of a point, on the ground or on foot, the nearest first."""
    return _near(
        find_near(
            db,
            find_collection(asking.collection),
            Here(asking.lon, asking.lat),
            asking.metres,
            asking.asked(),
            by=asking.by,
            walker=asking.walker,
            limit=asking.limit,
        )
    )


@router.get("/nearest", response_model=NearFeatures, dependencies=[WALKS_PACED])
def nearest(asking: Annotated[NearestAsking, Query()], db: Db) -> dict[str, object]:
    """Return the nearest features to a point, on the ground, or on foot within 3 km."""
    return _near(
        find_nearest(
            db,
            find_collection(asking.collection),
            Here(asking.lon, asking.lat),
            asking.n,
            asking.asked(),
            by=asking.by,
            walker=asking.walker,
        )
    )


@router.get("/grid", response_model=LocatedHere)
def grid(
    *,
    response: Response,
    db: Db,
    lon: Annotated[float | None, Query(description="Degrees, within ±180")] = None,
    lat: Annotated[float | None, Query(description="Degrees, within ±90")] = None,
    street: Annotated[Word | None, Query(description="With house_number, instead of lon and lat")] = None,
    house_number: Annotated[Word | None, Query()] = None,
    community: Annotated[
        Word | None, Query(description="Code or name, where several have the address")
    ] = None,
) -> dict[str, object]:
    """Return which grid a point or an address lies in, and who serves it; nobody keeps what was asked."""
    response.headers["Cache-Control"] = "no-store"
    if lon is not None and lat is not None:
        return _located(locate(db, Here(lon, lat)))
    if street is not None and house_number is not None:
        return _located(locate_address(db, street, house_number, community=community))
    raise Invalid(
        Text(en="Neither a point nor an address is given.", zh="没有给出位置或地址。"),
        hint=Text(
            en="Give lon and lat, or street and house_number.",
            zh="请给出 lon 与 lat，或 street 与 house_number。",
        ),
        parameter="lon",
    )


@router.get("/aggregate", response_model=SummaryTold)
def aggregate(asking: Annotated[SumsAsking, Query()], db: Db) -> dict[str, object]:
    """Count and sum features by grid, community or hexagon, everywhere or in a shape that has a name."""
    return _summary(asking, db)


@router.post("/aggregate", response_model=SummaryTold)
def aggregate_shape(asking: SumsShape, db: ReadingDb) -> dict[str, object]:
    """Count and sum features of a drawn shape by grid, community or hexagon; features count whole."""
    return _summary(asking, db)


def _within(asking: WithinAsking | WithinShape, db: Db) -> Response:
    page = find_within(
        db,
        find_collection(asking.collection),
        asking.asked(),
        relation=asking.relation,
        limit=asking.limit,
        token=asking.token,
    )
    return GeoJSONResponse(_page(page))


def _page(page: Page) -> str:
    about = {**page.matched.as_dict(), "numberReturned": page.returned, "next": page.following}
    return f'{{"type":"FeatureCollection","features":[{page.features}],{json.dumps(about, separators=(",", ":"))[1:-1]}}}'


def _near(found: Found) -> dict[str, object]:
    features = found.features
    return {"features": features, "numberMatched": found.matched, "numberReturned": len(features)}


def _summary(asking: SumsAsking | SumsShape, db: Db) -> dict[str, object]:
    collection = find_collection(asking.collection)
    summary = sum_up(db, collection, asking.by, asking.asked(), sums=asking.sums, size_m=asking.size_m)
    return {
        "collection": collection.id,
        "by": asking.by,
        "total": _group(summary.total),
        "groups": [_group(group) for group in summary.groups],
        "srid": summary.srid,
        "size_m": asking.size_m if asking.by is Unit.HEXAGON else None,
    }


def _group(group: Group) -> dict[str, object]:
    told = asdict(group)
    shape = told.pop("shape")
    return {**told, "geometry": None if shape is None else json.loads(shape)}


def _located(located: Located) -> dict[str, object]:
    return asdict(located)
