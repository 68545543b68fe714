"""Long work: how far it is, and stopping it."""

from uuid import UUID

from fastapi import APIRouter

from gridmap.api.dependencies import Db
from gridmap.api.study_addresses import READER
from gridmap.api.study_schemas import Job
from gridmap.db.engine import transaction
from gridmap.services import jobs

router = APIRouter(prefix="/api/v1/jobs", tags=["Jobs"])


@router.get("/{job_id}", response_model=Job)
def job(job_id: UUID, db: Db) -> dict[str, object]:
    """Tell how far a job is."""
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        return jobs.find_job(connection, job_id).as_dict()


@router.delete("/{job_id}", response_model=Job)
def cancel(job_id: UUID, db: Db) -> dict[str, object]:
    """Stop a job; one that has ended stays as it is."""
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        return jobs.cancel(connection, job_id).as_dict()
