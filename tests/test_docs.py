"""The documentation tells what there is: every command, setting and term."""

import re

import typer.main

from gridmap.cli.main import application
from gridmap.settings import REPOSITORY, Settings

DOCS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
)


def test_every_visible_command_is_told_of() -> None:
    commands = typer.main.get_command(application()).commands  # type: ignore[attr-defined]
    visible = [name for name, command in commands.items() if not command.hidden]
    assert [name for name in visible if f"gridmap {name}" not in DOCS] == []


def test_the_settings_a_user_needs_are_told_of() -> None:
    for name in ("home", "database_url", "api_editor_token"):
        assert name in Settings.model_fields
        assert f"GRIDMAP_{name.upper()}" in DOCS


def test_the_folders_of_the_readme_exist() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    tree = readme.split("## Where things are")[1].split("```")[1]
    top = re.findall(r"^([a-z]+)/", tree, re.MULTILINE) + re.findall(r" ([a-z]+)/ +[a-z]", tree)
    package = re.findall(r"^  ([a-z]+)/", tree, re.MULTILINE)
    assert {"gridmap", "web", "data", "tests", "docs"} <= set(top)
    assert [name for name in package if not (REPOSITORY / "gridmap" / name).is_dir()] == []


def test_links_and_pictures_lead_somewhere() -> None:
    for path in [REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
