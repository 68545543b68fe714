"""Imports point one way: errors ← core ← {io, db} ← services ← {api, cli, jobs}; io and db never meet."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import gridmap

PACKAGE = Path(gridmap.__file__).parent
BELOW = {
    "errors": set(),
    "core": {"errors"},
    "io": {"errors", "core"},
    "db": {"errors", "core"},
    "maps": {"errors", "core"},
    "services": {"errors", "core", "io", "db", "maps"},
    "settings": {"errors"},
    "jobs": {"errors", "core", "services", "settings", "db"},
    "api": {"errors", "core", "services", "settings", "db"},
    "cli": {"errors", "core", "services", "settings", "db", "io", "api", "jobs", "maps"},
}
IMPURE = {
    "os",
    "time",
    "random",
    "sqlite3",
    "socket",
    "requests",
    "httpx",
    "urllib",
    "subprocess",
    "tempfile",
    "sqlalchemy",
}


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if layer_of(path) != "__init__"]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module or ""


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_its_own_layer_and_those_below(path: Path) -> None:
    own = layer_of(path)
    layers = {name.split(".")[1] for name in imported(path) if name.startswith("gridmap.")}
    assert layers - {own} <= BELOW[own]


@pytest.mark.parametrize(
    "path",
    [path for path in modules() if layer_of(path) == "core"],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_core_knows_no_database_file_network_or_clock(path: Path) -> None:
    assert {name.split(".")[0] for name in imported(path)} & IMPURE == set()
    calls = {
        ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)
    }
    assert calls & {
        "open",
        "print",
        "datetime.now",
        "date.today",
        "np.random.seed",
        "np.random.default_rng",
    } <= {"np.random.default_rng"}


def test_only_the_doors_read_settings() -> None:
    readers = {layer_of(path) for path in modules() if "gridmap.settings" in set(imported(path))}
    assert readers <= {"api", "cli", "jobs"}
