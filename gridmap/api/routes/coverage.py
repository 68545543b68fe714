"""Who is served on foot: ask, and read the answers. Counts of few households and people are left out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from gridmap.api.coverage_schemas import CoverageAnswer, CoverageAsked, HomeFeatures
from gridmap.api.dependencies import Db
from gridmap.api.media import GeoJSONResponse
from gridmap.api.pace import PACED
from gridmap.api.study_addresses import READER, AreaAsked, StudyId, accepted
from gridmap.api.study_schemas import Job, StandardList, StudyList
from gridmap.core.coverage.outcomes import Outcome
from gridmap.db.engine import transaction
from gridmap.db.tables.studies import StudyKind
from gridmap.services import asking, studies
from gridmap.services.standards import list_standards

router = APIRouter(prefix="/api/v1/coverage", tags=["Coverage"])


@router.post("", response_model=Job, status_code=202, dependencies=[PACED])
def ask(asked: CoverageAsked, db: Db, request: Request, response: Response) -> dict[str, object]:
    """Ask who is served; the same question about the same data is answered at once."""
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        job = asking.ask_coverage(
            connection, asked.model_dump(mode="json"), standards=request.app.state.standards, author=READER
        )
    return accepted(job, response)


@router.get("", response_model=StudyList)
def earlier(db: Db, area: AreaAsked) -> dict[str, object]:
    """List earlier answers about an area, newest first."""
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        return {"studies": studies.list_studies(connection, area, StudyKind.COVERAGE)}


@router.get("/standards", response_model=StandardList)
def standards(db: Db, request: Request) -> dict[str, object]:
    """List the standards and their norms."""
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        return {"standards": list_standards(connection, request.app.state.standards)}


@router.get("/{study_id}", response_model=CoverageAnswer)
def answer(study_id: StudyId, db: Db) -> dict[str, object]:
    """Return an answer; it says whether the data have changed since."""
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        return studies.find_study(connection, study_id, StudyKind.COVERAGE).as_dict(is_public=True)


@router.get("/{study_id}/homes", response_class=GeoJSONResponse, responses={200: {"model": HomeFeatures}})
def homes(
    study_id: StudyId,
    db: Db,
    norm: Annotated[str, Query(max_length=200, description="Id of a norm of the answer")],
    outcome: Annotated[Outcome | None, Query(description="Only homes with this outcome of distance")] = None,
) -> Response:
    """Return homes with their distance by one norm as GeoJSON."""
    with transaction(db, actor=READER, role="gridmap_published") as connection:
        features = studies.homes_of(connection, study_id, norm, outcome=outcome)
    body = f'{{"type":"FeatureCollection","features":[{features}]}}'
    return GeoJSONResponse(body, headers={"Cache-Control": "no-store"})
