"""OGC API Features Part 4: create, replace, update and delete features. Needs the editor token."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gridmap.api import documents
from gridmap.api.answers import one_feature
from gridmap.api.changing import (
    FEATURE_TYPES,
    OF_AN_ITEM,
    OF_ITEMS,
    PATCH_TYPES,
    READ,
    Body,
    ContentSystem,
    IfMatch,
    WritableCollection,
)
from gridmap.api.dependencies import Chosen, Db, FeatureId
from gridmap.api.editors import Editor
from gridmap.api.media import GeoJSONResponse
from gridmap.db.changes import WRITABLE
from gridmap.db.collections import Collection
from gridmap.db.engine import transaction
from gridmap.db.systems import CRS84
from gridmap.services.changing import Changed, create, delete, replace, update

router = APIRouter(prefix="/ogc/collections/{collection_id}/items", tags=["OGC API Features"])


def _takes(*media_types: str) -> dict[str, Any]:
    """Describe the body, which is read without a model."""
    content = {media_type: {"schema": {"type": "object"}} for media_type in media_types}
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "",
    status_code=201,
    response_model=dict[str, Any],
    response_class=GeoJSONResponse,
    openapi_extra=_takes(*FEATURE_TYPES),
)
def create_item(
    *,
    request: Request,
    chosen: WritableCollection,
    editor: Editor,
    system: ContentSystem,
    body: Body,
    db: Db,
) -> Response:
    """Keep a new feature; Location says where it is."""
    with transaction(db, actor=editor, role="gridmap_app") as connection:
        created = create(connection, chosen, body, system)
    return _shown(request, chosen, created, status=201)


@router.put(
    "/{feature_id}",
    response_model=dict[str, Any],
    response_class=GeoJSONResponse,
    openapi_extra=_takes(*FEATURE_TYPES),
)
def replace_item(
    *,
    request: Request,
    chosen: WritableCollection,
    feature_id: FeatureId,
    editor: Editor,
    versions: IfMatch,
    system: ContentSystem,
    body: Body,
    db: Db,
) -> Response:
    """Put a feature in the place of the one that If-Match names; properties left out become unknown."""
    with transaction(db, actor=editor, role="gridmap_app") as connection:
        replaced = replace(connection, chosen, feature_id, body, system=system, versions=versions)
    return _shown(request, chosen, replaced)


@router.patch(
    "/{feature_id}",
    response_model=dict[str, Any],
    response_class=GeoJSONResponse,
    openapi_extra=_takes(*PATCH_TYPES),
)
def update_item(
    *,
    request: Request,
    chosen: WritableCollection,
    feature_id: FeatureId,
    editor: Editor,
    versions: IfMatch,
    system: ContentSystem,
    body: Body,
    db: Db,
) -> Response:
    """Change what a JSON merge patch (RFC 7396) names; null makes a property unknown."""
    with transaction(db, actor=editor, role="gridmap_app") as connection:
        updated = update(connection, chosen, feature_id, body, system=system, versions=versions)
    return _shown(request, chosen, updated)


@router.delete("/{feature_id}", status_code=204, response_class=Response)
def delete_item(
    chosen: WritableCollection, feature_id: FeatureId, editor: Editor, versions: IfMatch, db: Db
) -> Response:
    """Delete a feature."""
    with transaction(db, actor=editor, role="gridmap_app") as connection:
        delete(connection, chosen, feature_id, versions=versions)
    return Response(status_code=204)


@router.options("", include_in_schema=False)
def methods_of_items(chosen: Chosen) -> Response:
    """Tell what can be done with a collection's features."""
    return Response(status_code=204, headers={"Allow": OF_ITEMS if chosen.id in WRITABLE else READ})


@router.options("/{feature_id}", include_in_schema=False)
def methods_of_an_item(chosen: Chosen, feature_id: FeatureId) -> Response:  # noqa: ARG001 (it must be a number)
    """Tell what can be done with a feature."""
    patches = {"Accept-Patch": ", ".join(PATCH_TYPES)}
    allowed = {"Allow": OF_AN_ITEM, **patches} if chosen.id in WRITABLE else {"Allow": READ}
    return Response(status_code=204, headers=allowed)


def _shown(request: Request, collection: Collection, changed: Changed, *, status: int = 200) -> Response:
    here = f"{documents.root(request)}/collections/{collection.id}/items/{changed.id}"
    links = documents.links_of_feature(request, collection, here)
    answer = one_feature(request, "json", collection, changed.feature, links, system=CRS84)
    answer.status_code = status
    answer.headers["Location" if status == 201 else "Content-Location"] = here
    return answer
