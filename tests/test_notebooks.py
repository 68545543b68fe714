"""The notebooks are lessons: each runs from its first cell to its last, and is kept without outputs."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from gridmap.settings import REPOSITORY

LESSONS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
MINUTES = 5


def lesson(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def test_there_is_a_first_lesson() -> None:
    assert [path.name[:3] for path in LESSONS] == [f"{number:02d}-" for number in range(len(LESSONS))]
    assert LESSONS


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_begins_with_its_title_and_purpose_and_keeps_no_outputs(path: Path) -> None:
    cells = lesson(path).cells
    assert cells[0].cell_type == "markdown"
    assert cells[0].source.startswith(f"# {path.name[:2]} · ")
    assert "Purpose" in cells[0].source
    assert all(
        not cell.outputs and cell.execution_count is None for cell in cells if cell.cell_type == "code"
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs_to_its_end(path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", database_url)
    monkeypatch.setenv("GRIDMAP_DATA", str(REPOSITORY / "data"))
    notebook = lesson(path)
    client = NotebookClient(
        notebook, timeout=MINUTES * 60, resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    assert any("网格" in str(cell.outputs) for cell in notebook.cells if cell.cell_type == "code")
