"""Check several areas one after the other: a study each, and what is refused of one does not stop the others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from gridmap.core.model import Progress, silent
from gridmap.db.engine import transaction
from gridmap.errors import GridmapError, Text
from gridmap.services.areas import AreaReference, find_area
from gridmap.services.covering import Coverage, cover
from gridmap.services.questions import Walking


@dataclass(frozen=True, slots=True)
class Refused:
    """An area that could not be checked, and why."""

    area: AreaReference
    error: GridmapError

    def as_dict(self) -> dict[str, Any]:
        """Return it as the command tells it."""
        hint = self.error.hint
        return {
            "area": {"code": self.area.code, "name": self.area.name},
            "message": self.error.message.as_dict(),
            "hint": hint.as_dict() if hint else None,
        }

    def line(self) -> Text:
        """Say which area was refused and why."""
        told = {language: self.error.in_language(language) for language in ("en", "zh")}
        return Text(en=f"{self.area.name}: {told['en']}", zh=f"{self.area.name}：{told['zh']}")


def cover_areas(
    engine: Engine,
    wanted: Sequence[str],
    asked: Walking,
    *,
    standards: Path,
    actor: str,
    progress: Progress = silent,
) -> Iterator[Coverage | Refused]:
    """Yield the coverage of each area, in the order given and each once; errors are those of `cover`.

    Raises
    ------
    NotFound, Invalid : before anything is checked: no such area, or an ambiguous name.
    """
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        areas = list({area.id: area for area in (find_area(connection, name) for name in wanted)}.values())
    for number, area in enumerate(areas):
        if len(areas) > 1:
            progress("areas", number, len(areas))
        try:
            yield cover(engine, area.code, asked, standards=standards, actor=actor, progress=progress)
        except GridmapError as error:
            if len(areas) == 1:
                raise
            yield Refused(area, error)
    if len(areas) > 1:
        progress("areas", len(areas), len(areas))
