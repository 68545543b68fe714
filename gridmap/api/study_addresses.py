"""What the addresses of coverage, siting and jobs share: who reads, which study or area is meant, how a job is answered."""

from typing import Annotated

from fastapi import Path, Query, Response

from gridmap.services.jobs import Job

READER = "reader over HTTP"
StudyId = Annotated[int, Path(ge=1, le=2**63 - 1)]
AreaAsked = Annotated[str, Query(max_length=200, description="Code, or a name only one area has")]


def accepted(job: Job, response: Response) -> dict[str, object]:
    """Return a job, and tell in the head where to ask how far it is."""
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return job.as_dict()
