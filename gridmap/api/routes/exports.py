"""Exports of what is public: at once, or as a job whose file is fetched when it is made."""

import base64
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import Field
from starlette.types import Receive, Scope, Send

from gridmap.api.dependencies import Chosen, Db, Language, check_known
from gridmap.api.documents import GEOJSON
from gridmap.api.pace import PACED
from gridmap.api.plan_schemas import Sent
from gridmap.api.study_addresses import READER, accepted
from gridmap.api.study_schemas import Job, Name
from gridmap.db.collections import COLLECTIONS
from gridmap.db.engine import transaction
from gridmap.db.tables.studies import JobKind, JobState
from gridmap.errors import Conflict, NotFound, Text
from gridmap.services import jobs
from gridmap.services.exporting import KINDS, Asked, Format, Headers
from gridmap.services.exporting.handing import Handed
from gridmap.services.exporting.making import ask

router = APIRouter(prefix="/api/v1/exports", tags=["Exports"])

LONGEST_FILTER = 20_000
Zoom = Annotated[int, Field(ge=0, le=22)]
JSON_DOCUMENT, BYTES = {"type": "object"}, {"type": "string", "format": "binary"}
DOWNLOAD: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file",
        "content": {
            kind.media_type: {"schema": JSON_DOCUMENT if kind.media_type == GEOJSON else BYTES}
            for kind in KINDS.values()
        },
    }
}


class Download(StreamingResponse):
    """An export on its way, which is stopped when whoever asked for it goes away."""

    def __init__(self, handed: Handed, *, media_type: str, headers: dict[str, str]) -> None:
        super().__init__(handed, media_type=media_type, headers=headers)
        self.handed = handed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.handed.close()


class ExportAsked(Sent):
    """A file to be made."""

    collection: Annotated[str, Field(max_length=60)]
    f: Format = Format.GEOJSON
    area: Name | None = Field(default=None, description="Code, or a name only one area has; null: everything")
    filter: Annotated[str, Field(max_length=LONGEST_FILTER)] | None = Field(
        default=None, description="What must be true of a feature, CQL2 text"
    )
    headers: Headers | None = Field(default=None, description="Over the columns of CSV and Excel")
    min_zoom: Zoom | None = Field(default=None, description="Of PMTiles")
    max_zoom: Zoom | None = Field(default=None, description="Of PMTiles")


async def known_alone(request: Request) -> None:
    """Refuse unknown query parameters."""
    check_known(request, frozenset({"f", "area", "filter", "headers", "lang"}))


@router.get(
    "/{collection_id}",
    response_class=StreamingResponse,
    responses=DOWNLOAD,
    dependencies=[Depends(known_alone)],
)
def download(
    *,
    request: Request,
    chosen: Chosen,
    language: Language,
    form: Annotated[Format, Query(alias="f", description="Format")] = Format.GEOJSON,
    area: Annotated[str | None, Query(max_length=200, description="Code or name of an area")] = None,
    filtered: Annotated[
        str | None,
        Query(
            alias="filter", max_length=LONGEST_FILTER, description="What must be true of a feature, CQL2 text"
        ),
    ] = None,
    headers: Annotated[Headers | None, Query(description="Over the columns of CSV and Excel")] = None,
) -> StreamingResponse:
    """Export a collection at once: text as it is read, other formats up to 100,000 features."""
    asked = Asked(chosen.id, form, area, filtered, headers)
    state = request.app.state
    handed = state.desk.hand_over(state.pools.exporting, asked, actor=READER)
    told = {
        "Content-Disposition": _attachment(chosen.title, chosen.id, form, language),
        "Cache-Control": "no-store",
    }
    if handed.length is not None:
        told |= {"Content-Length": str(handed.length), "Content-Encoding": "identity"}
    return Download(handed, media_type=KINDS[form].media_type, headers=told)


@router.post("", response_model=Job, status_code=202, dependencies=[PACED])
def ask_for_file(asked: ExportAsked, db: Db, response: Response) -> dict[str, object]:
    """Ask for a file of any size; the job tells when it is made."""
    zooms = (asked.min_zoom, asked.max_zoom)
    wanted = Asked(asked.collection, asked.f, asked.area, asked.filter, asked.headers, zooms)
    return accepted(ask(db, wanted, author=READER), response)


@router.get("/files/{job_id}", response_class=FileResponse, responses=DOWNLOAD)
def file(request: Request, job_id: UUID, db: Db, language: Language) -> Response:
    """Return the file of a job; parts of it by Range, so that a download that broke off goes on."""
    with transaction(db, actor=READER, role="gridmap_app") as connection:
        made = _made(jobs.find_job(connection, job_id))
    path = request.app.state.shelf.find(job_id)
    tag = f'"{made["sha256"]}"'
    told = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Repr-Digest": f"sha-256=:{base64.b64encode(bytes.fromhex(made['sha256'])).decode()}:",
    }
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=told)
    form = Format(made["format"])
    name = _attachment(COLLECTIONS[made["layer"]].title, made["layer"], form, language)
    return FileResponse(
        path,
        media_type=made["media_type"],
        headers={**told, "Content-Disposition": name, "Content-Encoding": "identity"},
    )


def _made(job: jobs.Job) -> dict[str, Any]:
    if job.kind is not JobKind.EXPORT:
        raise NotFound(Text(en="This job makes no file.", zh="该任务不产生文件。"))
    if job.state is not JobState.DONE or job.file is None:
        raise Conflict(
            Text(en="The file is not made.", zh="文件尚未生成。"),
            hint=Text(en=f"GET /api/v1/jobs/{job.id} tells why.", zh=f"请查询 /api/v1/jobs/{job.id}。"),
            state=job.state,
        )
    return job.file


def _attachment(title: Text, name: str, form: Format, language: str) -> str:
    """Return how a file shall be called: in the reader's language, and in ASCII for programs that know no other (RFC 6266)."""
    suffix = KINDS[form].suffix
    spoken = quote(title.in_language(language) + suffix)
    return f"attachment; filename=\"{name}{suffix}\"; filename*=UTF-8''{spoken}"
