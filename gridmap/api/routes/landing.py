"""OGC API: landing page, conformance, the description of the interface."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from gridmap.api import documents
from gridmap.api.answers import answer
from gridmap.api.dependencies import Db, Format, Language, nothing_else
from gridmap.api.description import describe
from gridmap.api.media import OR_PAGE, OpenAPIResponse
from gridmap.services.browsing import read_systems

router = APIRouter(prefix="/ogc", tags=["OGC API"], dependencies=[Depends(nothing_else)])


@router.get("", response_model=dict[str, Any], responses=OR_PAGE)
@router.get("/", include_in_schema=False)
def landing_page(request: Request, form: Format, language: Language) -> Response:
    """Where to begin: links to everything else."""
    return answer(request, form, documents.landing(request, language))


@router.get("/conformance", response_model=dict[str, Any], responses=OR_PAGE)
def conformance(request: Request, form: Format) -> Response:
    """Classes of the standards that are met."""
    return answer(request, form, documents.conformance(request))


@router.get("/api", response_model=dict[str, Any], response_class=OpenAPIResponse)
def interface(request: Request, language: Language, db: Db) -> OpenAPIResponse:
    """Describe the OGC addresses as OpenAPI 3.0, each collection with its own properties."""
    return OpenAPIResponse(describe(documents.root(request), language, read_systems(db)))
