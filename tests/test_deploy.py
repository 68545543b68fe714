"""What production is built from fits what is in the repository, as far as that shows without a container engine."""

import re
import subprocess
from typing import Any

import pytest
import yaml

from gridmap.settings import REPOSITORY, Settings

DEPLOY = REPOSITORY / "deploy"


@pytest.fixture
def compose() -> dict[str, Any]:
    """Read the compose file."""
    document: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return document


def test_what_the_image_copies_is_in_the_repository() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY ") and "--from" not in line]
    assert copied
    assert [name for names in copied for name in names if not (REPOSITORY / name).exists()] == []


def test_no_password_is_built_in(compose: dict[str, Any]) -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert (
        re.findall(r"\$\{GRIDMAP_PASSWORD[^}]*\}", text) == ["${GRIDMAP_PASSWORD:?set GRIDMAP_PASSWORD}"] * 2
    )
    assert compose["services"]["gridmap"]["ports"] == ["127.0.0.1:8000:8000"]


def test_the_environment_names_settings_that_exist(compose: dict[str, Any]) -> None:
    known = {f"GRIDMAP_{name.upper()}" for name in Settings.model_fields}
    assert set(compose["services"]["gridmap"]["environment"]) <= known
    assert "GRIDMAP_HOST" in known


def test_the_package_script_does_nothing_where_nothing_is_missing() -> None:
    script = DEPLOY / "debian-packages.sh"
    done = subprocess.run([script, "database"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_no_address_of_a_package_index_is_in_the_lock_files() -> None:
    for name in ("constraints.txt", "web/package-lock.json", "web/.npmrc", "pyproject.toml"):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        assert not re.search(r"index.url|registry.?=|https?://[^\"\s]*(pypi|npmjs)", text), name
