"""What the map shows beside itself: all districts, one grid, and what a search finds."""

from typing import Annotated

from fastapi import APIRouter, Query

from gridmap.api.dependencies import Db
from gridmap.api.schemas import BandOfHouseholds, GridCard, Overview, SearchResults
from gridmap.core.model import Band
from gridmap.services.browsing import read_districts, read_grid_card
from gridmap.services.locating import search_places

router = APIRouter(prefix="/api/v1", tags=["Map"])


@router.get("/overview", response_model=Overview)
def overview(db: Db) -> dict[str, object]:
    """Return all districts with their communities and how their grids lie against the band."""
    band = Band()
    return {
        "band": BandOfHouseholds(minimum=band.minimum, maximum=band.maximum),
        "districts": read_districts(db),
    }


@router.get("/grids/{code}", response_model=GridCard)
def grid_card(code: str, db: Db) -> dict[str, object]:
    """Return a grid in force with its five elements: people (counts only), places, things, matters, organisations."""
    return read_grid_card(db, code)


@router.get("/search", response_model=SearchResults)
def search_by_words(
    db: Db,
    q: Annotated[str, Query(max_length=200, description="Part of a code or name")],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> dict[str, object]:
    """Find things by code, name or address, best first."""
    return {"results": search_places(db, q, limit=limit)}
