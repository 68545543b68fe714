"""How layers are drawn, for whoever wonders why one looks or performs as it does."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from gridmap.api.answers import html
from gridmap.api.dependencies import Chosen, Db, Format
from gridmap.api.media import OR_PAGE
from gridmap.api.schemas import LayerExplained
from gridmap.core.tiling import DEEPEST_ZOOM
from gridmap.services.tiles.explaining import DEFAULT_ZOOM, explain

router = APIRouter(prefix="/api/v1", tags=["Map"])


@router.get("/layers/{collection_id}/explain", response_model=LayerExplained, responses=OR_PAGE)
def explain_layer(
    *,
    request: Request,
    form: Format,
    chosen: Chosen,
    db: Db,
    zoom: Annotated[int, Query(ge=0, le=DEEPEST_ZOOM, description="Zoom of WebMercatorQuad")] = DEFAULT_ZOOM,
) -> Response:
    """Tell how a layer is drawn at a zoom: columns, query, plan of the database, and where its tiles came from."""
    told = explain(db, chosen, zoom=zoom)
    if form == "html":
        return html(request, "explain.html", told=told, collection=chosen)
    return JSONResponse(asdict(told))
