"""What the tests share: one private cluster per run, a fresh copy of the migrated database per test, a real browser."""

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from gridmap.api.app import create_app
from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect
from gridmap.db.migrations import migrate
from gridmap.services.demo import load_demo
from gridmap.settings import REPOSITORY, Settings
from tests.api.conftest import client_of, settle
from tests.services.sample import load_sample

CHROMIUM = os.environ.get("GRIDMAP_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

SLOW = (
    "tests/web/",
    "tests/clients/",
    "tests/services/test_demo.py",
    "tests/test_maps.py",
    "tests/test_coverage_map.py",
)
"""Where the tests are that load the demonstration or draw in a browser."""

GUARD = """
import shutil, sys, time
sys.stdin.read()
from pathlib import Path
from gridmap.api.app import create_app
from gridmap.db.embedded import Cluster
folder = Path(sys.argv[1])
while folder.exists():
    for home in filter(Path.is_dir, folder.iterdir()):
        Cluster(home).down()
    shutil.rmtree(folder, ignore_errors=True)
    time.sleep(0.2)
"""


class BySubject(LoadFileScheduling):
    """Let one process run the tests of a file, and one all that load the demonstration or draw in a browser.

    The demonstration takes long to load, and two browsers that draw without a graphics card wait for one another.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "slow" if nodeid.startswith(SLOW) else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> BySubject:
    """Share the tests out among processes."""
    return BySubject(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow tests, so that nobody waits for them in the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(SLOW))


@pytest.fixture(scope="session")
def homes() -> Iterator[Path]:
    """Folder for the homes of clusters, which the account of the server can enter.

    Whatever ends the tests, even a kill -9, closes the pipe to the guard, and the guard ends the clusters.
    """
    folder = Path(tempfile.mkdtemp(prefix="gridmap-tests-", dir="/tmp"))
    folder.chmod(0o755)
    guard = subprocess.Popen(
        [sys.executable, "-c", GUARD, str(folder)],
        stdin=subprocess.PIPE,
        start_new_session=True,
        cwd=REPOSITORY,
    )
    yield folder
    guard.communicate()


@pytest.fixture(scope="session")
def cluster(homes: Path) -> Cluster:
    """Return the running cluster of this test run."""
    cluster = Cluster(homes / "session", durable=False)
    cluster.up()
    return cluster


@pytest.fixture(scope="session")
def template_database(cluster: Cluster) -> str:
    """Return the name of an empty database with all migrations."""
    cluster.create_database("template_gridmap")
    migrate(cluster.url("template_gridmap"))
    return "template_gridmap"


@contextmanager
def copy_of(template: str, cluster: Cluster) -> Iterator[str]:
    """Give the address of a copy of a database, and drop it in the end."""
    name = f"test_{uuid.uuid4().hex}"
    cluster.create_database(name, template=template)
    yield cluster.url(name)
    cluster.drop_database(name)


@pytest.fixture
def database_url(cluster: Cluster, template_database: str) -> Iterator[str]:
    """Address of a fresh migrated database of this test's own."""
    with copy_of(template_database, cluster) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Engine on this test's own database."""
    engine = connect(database_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sample_database(
    cluster: Cluster, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Return the name of a database with the sample district, imported but not divided."""
    cluster.create_database("template_sample", template=template_database)
    engine = connect(cluster.url("template_sample"))
    load_sample(engine, tmp_path_factory.mktemp("sample"))
    engine.dispose()
    return "template_sample"


@pytest.fixture(scope="module")
def sample(cluster: Cluster, sample_database: str) -> Iterator[Engine]:
    """Engine on the sample district, shared by the tests of a module."""
    with copy_of(sample_database, cluster) as url:
        engine = connect(url)
        yield engine
        engine.dispose()


@pytest.fixture
def own_sample(cluster: Cluster, sample_database: str) -> Iterator[Engine]:
    """Engine on a copy of the sample district of this test's own."""
    with copy_of(sample_database, cluster) as url:
        engine = connect(url)
        yield engine
        engine.dispose()


@pytest.fixture(scope="session")
def town(cluster: Cluster, template_database: str) -> Iterator[Engine]:
    """Engine on a town that tests only read; `town.sql` has its map."""
    cluster.create_database("town", template=template_database)
    engine = connect(cluster.url("town"))
    settle(engine)
    yield engine
    engine.dispose()
    cluster.drop_database("town")


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings without a web build."""
    return Settings(web=tmp_path_factory.mktemp("no-web") / "dist")


@pytest.fixture(scope="session")
def app(town: Engine, settings: Settings) -> FastAPI:
    """Application on the town."""
    return create_app(settings, town)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> httpx.Client:
    """Client of the town's interface."""
    return client_of(app)


@pytest.fixture(scope="session")
def demo_database_url(cluster: Cluster, template_database: str) -> Iterator[str]:
    """Address of a database with the sample district and central Helsinki, divided and published. Read only."""
    cluster.create_database("demo", template=template_database)
    engine = connect(cluster.url("demo"))
    load_demo(engine, REPOSITORY / "data", actor="test")
    engine.dispose()
    yield cluster.url("demo")
    cluster.drop_database("demo")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real data sets, which are not part of the project."""
    folder = Path(os.environ.get("GRIDMAP_SHARED_DATA") or REPOSITORY.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"the real data sets are not at {folder}; set GRIDMAP_SHARED_DATA to their folder")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium with software WebGL. Its loop would be in the way of the lessons', so it ends with a module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a tab without a network, for pages that were saved as files."""
    page = browser.new_page(viewport={"width": 1000, "height": 700}, offline=True)
    yield page
    page.close()
