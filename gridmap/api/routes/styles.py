"""OGC API Styles: the map as MapLibre styles, ready for MapLibre GL and QGIS."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from gridmap.api import styles
from gridmap.api.dependencies import Language, nothing_else
from gridmap.api.media import StyleResponse
from gridmap.errors import NotFound, Text

router = APIRouter(prefix="/ogc", tags=["OGC API Styles"], dependencies=[Depends(nothing_else)])


@router.get("/styles", response_model=dict[str, Any])
def style_list(request: Request, language: Language) -> JSONResponse:
    """List the styles: all layers together, and each collection alone."""
    return JSONResponse(styles.style_list(request, language))


@router.get("/styles/{style_id}", response_model=dict[str, Any], response_class=StyleResponse)
def style(request: Request, language: Language, style_id: str) -> StyleResponse:
    """Return a style of the MapLibre specification, version 8."""
    known = styles.style_ids()
    if style_id not in known:
        raise NotFound(
            Text(en=f"There is no style “{style_id}”.", zh=f"没有名为“{style_id}”的样式。"),
            hint=Text(en=f"There are: {', '.join(known)}.", zh=f"可用的有：{'、'.join(known)}。"),
        )
    return StyleResponse(styles.style(request, language, style_id))
