"""Long work: how far it is, and stopping it."""

from typing import Annotated

from fastapi import APIRouter, Path

from gridmap.api.dependencies import Db
from gridmap.api.study_addresses import READER
from gridmap.api.study_schemas import Job
from gridmap.db.engine import transaction
from gridmap.services import jobs

router = APIRouter(prefix="/api/v1/jobs", tags=["Jobs"])
JobId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("/{job_id}", response_model=Job)
def job(job_id: JobId, db: Db) -> dict[str, object]:
    """Tell how far a job is."""
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        return jobs.find_job(connection, job_id).as_dict()


@router.delete("/{job_id}", response_model=Job)
def cancel(job_id: JobId, db: Db) -> dict[str, object]:
    """Stop a job; one that has ended stays as it is."""
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        return jobs.cancel(connection, job_id).as_dict()
