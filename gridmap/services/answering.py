"""Answer a question that waited as a job: which service answers which kind."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from gridmap.core.model import Progress, silent
from gridmap.db.tables.studies import StudyKind
from gridmap.services.covering import cover
from gridmap.services.questions import SitingQuestion, Walking
from gridmap.services.siting import Hearer, site, unheard


def answer(
    engine: Engine,
    kind: StudyKind,
    question: Mapping[str, Any],
    *,
    standards: Path,
    actor: str,
    progress: Progress = silent,
    hear: Hearer = unheard,
) -> int:
    """Answer a question about the area that it names, and return the number of the study.

    Parameters
    ----------
    hear : is told a first answer where one is found at once.

    Raises
    ------
    GridmapError : whatever the service refuses.
    """
    area = str(question["area"])
    told: dict[str, Any] = {"standards": standards, "actor": actor, "progress": progress}
    if kind is StudyKind.COVERAGE:
        return cover(engine, area, Walking.from_dict(question), **told).study.id
    asked = SitingQuestion.from_dict(question)
    return site(engine, area, asked, is_for_public=True, hear=hear, **told).study.id
