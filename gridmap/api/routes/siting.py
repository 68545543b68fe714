"""Where to open more facilities: ask, and read the answers."""

from fastapi import APIRouter, Request, Response

from gridmap.api.dependencies import Db
from gridmap.api.pace import PACED
from gridmap.api.siting_schemas import SitingAnswer, SitingAsked
from gridmap.api.study_addresses import READER, AreaAsked, StudyId, accepted
from gridmap.api.study_schemas import Job, StudyList
from gridmap.db.engine import transaction
from gridmap.db.tables.studies import StudyKind
from gridmap.services import asking, studies

router = APIRouter(prefix="/api/v1/siting", tags=["Siting"])


@router.post("", response_model=Job, status_code=202, dependencies=[PACED])
def ask(asked: SitingAsked, db: Db, request: Request, response: Response) -> dict[str, object]:
    """Ask where to open so many more of a kind."""
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        job = asking.ask_siting(
            connection, asked.model_dump(mode="json"), standards=request.app.state.standards, author=READER
        )
    return accepted(job, response)


@router.get("", response_model=StudyList)
def earlier(db: Db, area: AreaAsked) -> dict[str, object]:
    """List earlier answers about an area, newest first."""
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        return {"studies": studies.list_studies(connection, area, StudyKind.SITING)}


@router.get("/{study_id}", response_model=SitingAnswer)
def answer(study_id: StudyId, db: Db) -> dict[str, object]:
    """Return an answer; it says whether the data have changed since."""
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        return studies.find_study(connection, study_id, StudyKind.SITING).as_dict(is_public=True)
