"""The sample district in a database of its own, imported but not divided."""

from pathlib import Path

from sqlalchemy import Engine

from gridmap.io.sample import make_district, write_sample
from gridmap.services.importing import import_file
from gridmap.settings import REPOSITORY

AREA = "示意街道"
STANDARDS = REPOSITORY / "data" / "standards"
KINDS = ("areas", "roads", "buildings", "households", "places", "facilities", "residents")


def load_sample(engine: Engine, folder: Path) -> None:
    files = write_sample(folder, make_district(REPOSITORY / "data" / "sample"))
    for kind in KINDS:
        constants = {"synthetic": "true"} if kind == "areas" else {}
        import_file(engine, kind, files[kind], constants=constants, dataset=f"sample-{kind}", actor="test")
