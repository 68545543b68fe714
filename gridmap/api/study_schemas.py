"""What the addresses of coverage, siting and jobs have in common: questions about walking, jobs, receipts."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from gridmap.api.plan_schemas import Sent
from gridmap.api.schemas import BothLanguages
from gridmap.core.coverage.profiles import ProfileName
from gridmap.db.tables.studies import JobKind, JobState

Name = Annotated[str, Field(min_length=1, max_length=200)]
StandardId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$")]


class WalkingAsked(Sent):
    """Who walks, when, and what counts as near."""

    area: Name = Field(description="Code, or a name only one area has")
    standard: StandardId
    profile: ProfileName = ProfileName.ADULT
    at: Annotated[str, Field(max_length=60)] | None = Field(
        default=None, description="Time of the week, such as Saturday 19:00; null: hours are left aside"
    )
    minutes: Annotated[float, Field(gt=0, le=120)] | None = Field(
        default=None, description="Walk that counts as near, instead of the norm's radius"
    )


class JobProblem(BaseModel):
    """Why a job failed."""

    message: BothLanguages
    hint: BothLanguages | None


class FirstAnswer(BaseModel):
    """What was found at once, before the best choice is known; null numbers stand for too few people to be told."""

    names: list[str]
    demand: float | None
    before: float | None
    covered: float | None


class JobFile(BaseModel):
    """A file that was made; it is at /api/v1/exports/files/ and the id of the job."""

    layer: str
    format: str
    media_type: str
    features: int = Field(description="Of PMTiles: tiles")
    bytes: int
    sha256: str = Field(description="Of the whole file, hexadecimal")


class Job(BaseModel):
    """Long work as it stands; its answer is the study, or the file."""

    id: UUID = Field(description="Whoever knows it may stop the job")
    kind: JobKind
    state: JobState
    stage: str
    done: int
    total: int = Field(description="0: not known")
    at_once: FirstAnswer | None = Field(description="Of siting, as soon as there is one")
    study_id: int | None
    file: JobFile | None = Field(description="Of an export, once it is made")
    problem: JobProblem | None
    created_at: datetime
    finished_at: datetime | None


class NormListed(BaseModel):
    """A norm by name."""

    norm: str
    name: BothLanguages
    kinds: list[str]


class StandardListed(BaseModel):
    """A standard with its norms."""

    id: str
    title: BothLanguages
    edition: str
    norms: list[NormListed]


class StandardList(BaseModel):
    """All standards."""

    standards: list[StandardListed]


class StudyListed(BaseModel):
    """An earlier answer."""

    id: int
    area: str
    area_name: str
    question: dict[str, Any]
    data_dates: dict[str, str]
    norm_version: str
    created_at: datetime


class StudyList(BaseModel):
    """Earlier answers, newest first."""

    studies: list[StudyListed]


class StudyArea(BaseModel):
    """The area an answer is about."""

    code: str
    name: str
    synthetic: bool


class StudyReceipt(BaseModel):
    """What an answer was found from."""

    inputs_hash: str
    data_dates: dict[str, str]
    norm_version: str
    created_at: datetime
    stale: bool = Field(description="The data are others now")


class StandardUsed(BaseModel):
    """The standard of an answer."""

    id: str
    title: BothLanguages
    edition: str


class StudyAnswer(BaseModel):
    """An answer with its question and receipt."""

    study: int
    area: StudyArea
    question: dict[str, Any]
    receipt: StudyReceipt
    standard: StandardUsed
    warnings: list[BothLanguages]
