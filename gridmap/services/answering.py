"""Do what waited as a job: which service does which kind."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from gridmap.core.model import Progress, silent
from gridmap.db.tables.studies import JobKind
from gridmap.services.covering import cover
from gridmap.services.exporting.making import make_file
from gridmap.services.exporting.shelf import Shelf
from gridmap.services.jobs import Claimed, Found
from gridmap.services.questions import SitingQuestion, Walking
from gridmap.services.siting import Hearer, site, unheard


def answer(
    engine: Engine,
    job: Claimed,
    *,
    standards: Path,
    shelf: Shelf,
    progress: Progress = silent,
    hear: Hearer = unheard,
) -> Found:
    """Do a job in the name of its author, and return what it came to.

    Parameters
    ----------
    shelf : where files go that are to be downloaded.
    hear : is told a first answer where one is found at once.

    Raises
    ------
    GridmapError : whatever the service refuses.
    """
    if job.kind is JobKind.EXPORT:
        return Found(file=make_file(engine, job, shelf, progress=progress))
    area = str(job.question["area"])
    told: dict[str, Any] = {"standards": standards, "actor": job.author, "progress": progress}
    if job.kind is JobKind.COVERAGE:
        return Found(cover(engine, area, Walking.from_dict(job.question), **told).study.id)
    asked = SitingQuestion.from_dict(job.question)
    return Found(site(engine, area, asked, is_for_public=True, hear=hear, **told).study.id)
