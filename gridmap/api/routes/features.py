"""OGC API Features: collections and their items."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from gridmap.api import documents
from gridmap.api.answers import answer, filterable, one_feature, page_of_features
from gridmap.api.dependencies import (
    Chosen,
    Db,
    FeatureId,
    Format,
    Known,
    Language,
    Limit,
    Selected,
    System,
    Token,
    Tokens,
    nothing_else,
    system_alone,
)
from gridmap.api.media import OR_PAGE, GeoJSONResponse, SchemaResponse
from gridmap.db.collections import COLLECTIONS
from gridmap.services.browsing import read_feature, read_page, read_systems

router = APIRouter(prefix="/ogc/collections", tags=["OGC API Features"])
ALONE = [Depends(nothing_else)]


@router.get("", dependencies=ALONE, response_model=dict[str, Any], responses=OR_PAGE)
def collections(request: Request, form: Format, language: Language, db: Db, known: Known) -> Response:
    """List the collections."""
    described = list(COLLECTIONS.values())
    found = zip(described, known.of(db, *described), strict=True)
    return answer(request, form, documents.collections(request, language, found, read_systems(db)))


@router.get("/{collection_id}", dependencies=ALONE, response_model=dict[str, Any], responses=OR_PAGE)
def collection(
    *, request: Request, form: Format, language: Language, chosen: Chosen, db: Db, known: Known
) -> Response:
    """Describe one collection."""
    [extent] = known.of(db, chosen)
    document = documents.collection(request, language, chosen, extent, read_systems(db))
    return filterable(request, chosen, answer(request, form, document, collection=chosen))


@router.get(
    "/{collection_id}/schema",
    dependencies=ALONE,
    response_model=dict[str, Any],
    response_class=SchemaResponse,
)
def schema(request: Request, language: Language, chosen: Chosen) -> SchemaResponse:
    """Describe the properties of a collection's features as JSON Schema."""
    return SchemaResponse(documents.schema(request, language, chosen))


@router.get(
    "/{collection_id}/queryables",
    dependencies=ALONE,
    response_model=dict[str, Any],
    response_class=SchemaResponse,
)
def queryables(request: Request, language: Language, chosen: Chosen) -> SchemaResponse:
    """Describe what filters of a collection may name, as JSON Schema."""
    return SchemaResponse(documents.queryables(request, language, chosen))


@router.get(
    "/{collection_id}/items",
    response_model=dict[str, Any],
    response_class=GeoJSONResponse,
    responses=OR_PAGE,
)
def items(
    *,
    request: Request,
    form: Format,
    chosen: Chosen,
    selected: Selected,
    limit: Limit,
    system: System,
    db: Db,
    tokens: Tokens,
    token: Token = None,
) -> Response:
    """Return features page by page; any property may be given with the value it must have."""
    page = read_page(db, chosen, selected, limit=limit, tokens=tokens, token=token, system=system)
    links = documents.page_links(request, chosen, page.following)
    shown = page_of_features(request, form, chosen, page, links, system=system)
    return filterable(request, chosen, shown)


@router.get(
    "/{collection_id}/items/{feature_id}",
    dependencies=[Depends(system_alone)],
    response_model=dict[str, Any],
    response_class=GeoJSONResponse,
    responses=OR_PAGE,
)
def item(
    *, request: Request, form: Format, chosen: Chosen, feature_id: FeatureId, system: System, db: Db
) -> Response:
    """Return one feature."""
    feature = read_feature(db, chosen, feature_id, system=system)
    return one_feature(
        request, form, chosen, feature, documents.feature_links(request, chosen), system=system
    )
