"""Named SQL, and names inside SQL."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from gridmap.db.queries import FOLDER, load_queries, quoted, sql


def test_every_query_of_the_project_loads_and_is_described() -> None:
    assert "identify" in load_queries(FOLDER)


def test_a_query_is_found_by_its_name_and_binds_its_parameters() -> None:
    assert set(sql("identify").compile().params) == {"actor", "reason"}


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(LookupError, match="did you mean 'identify'"):
        sql("identfy")


def test_queries_of_several_files_come_without_name_description_and_semicolon(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(
        "-- About this file.\n\n-- one --\n-- First.\nSELECT 1;\n\n-- two --\n-- Second.\nSELECT\n  2;\n"
    )
    (tmp_path / "b.sql").write_text("-- three --\n-- Third.\n-- More on it.\nSELECT 3\n")
    assert load_queries(tmp_path) == {
        "one": "SELECT 1",
        "two": "SELECT\n  2",
        "three": "-- More on it.\nSELECT 3",
    }


def test_a_script_without_names_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "views.sql").write_text("CREATE VIEW v AS SELECT 1;")
    assert load_queries(tmp_path) == {}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("-- one --\nSELECT 1", "describes it"),
        ("-- one --\n-- First.\n", "describes it"),
        ("SELECT 0;\n-- one --\n-- First.\nSELECT 1", "before the first name"),
        ("-- one --\n-- First.\nSELECT 1;\n-- one --\n-- Again.\nSELECT 2", "two queries"),
    ],
)
def test_a_file_that_breaks_the_form_is_refused(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "queries.sql").write_text(content)
    with pytest.raises(ValueError, match=complaint):
        load_queries(tmp_path)


def test_a_name_may_stand_in_one_file_only(tmp_path: Path) -> None:
    for file in ("a.sql", "b.sql"):
        (tmp_path / file).write_text("-- one --\n-- First.\nSELECT 1")
    with pytest.raises(ValueError, match="exists already"):
        load_queries(tmp_path)


@pytest.mark.parametrize("name", ["", "a\0b", "网" * 22])
def test_a_name_postgresql_would_change_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        quoted(name)


def test_a_quoted_name_comes_back_as_it_went_in(engine: Engine) -> None:
    @given(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=15)
    )
    @example('x"; DROP TABLE area; --')
    @example("网格")
    def holds(name: str) -> None:
        column = quoted(name).replace(":", r"\:")
        assert list(connection.execute(text(f"SELECT 1 AS {column}")).keys()) == [name]

    with engine.connect() as connection:
        holds()
