"""The public sees the schema ``published``, reads only, and nothing that is not described."""

import json

import httpx
import pytest
from sqlalchemy import Engine, inspect, text

from gridmap.db.collections import COLLECTIONS
from gridmap.db.published import reading
from gridmap.errors import Forbidden, Unavailable


def tables(engine: Engine) -> list[str]:
    return inspect(engine).get_table_names("gridmap")


def test_the_public_can_read_no_table_and_call_no_function_of_ours(town: Engine) -> None:
    assert len(tables(town)) > 20
    for table in tables(town):
        with pytest.raises(Forbidden), reading(town) as connection:
            connection.execute(text(f'SELECT FROM gridmap."{table}" LIMIT 1'))
    with pytest.raises(Forbidden), reading(town) as connection:
        connection.execute(text("SELECT gridmap.recount('{1}')"))


def test_the_public_can_read_every_view_and_write_none(town: Engine) -> None:
    rights = text("SELECT has_table_privilege(:view, 'INSERT, UPDATE, DELETE, TRUNCATE')")
    for view in inspect(town).get_view_names("published"):
        with reading(town) as connection:
            connection.execute(text(f'SELECT * FROM published."{view}" LIMIT 1'))
            assert connection.execute(rights, {"view": f"published.{view}"}).scalar_one() is False


def test_the_transaction_of_the_public_cannot_write_even_where_it_has_the_right(town: Engine) -> None:
    with pytest.raises(Exception, match="read-only"), reading(town) as connection:
        connection.execute(text("CREATE TABLE public.leak (x int)"))


def test_a_query_that_takes_too_long_is_stopped(town: Engine) -> None:
    with pytest.raises(Unavailable), reading(town, patience=0.05) as connection:
        connection.execute(text("SELECT pg_sleep(5)"))


def test_the_rights_end_with_the_transaction(town: Engine) -> None:
    with reading(town):
        pass
    with town.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM gridmap.area")).scalar_one() == 4


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_no_collection_shows_a_column_outside_its_description(client: httpx.Client, collection: str) -> None:
    described = [column.name for column in COLLECTIONS[collection].columns]
    page = client.get(f"/ogc/collections/{collection}/items?limit=1000").json()
    assert page["features"]
    for feature in page["features"]:
        assert list(feature["properties"]) == described
        assert set(feature) == {"type", "id", "geometry", "properties"}
    schema = client.get(f"/ogc/collections/{collection}/schema").json()
    assert list(schema["properties"]) == ["id", "geometry", *described]


def test_nothing_public_names_what_is_known_of_a_person(client: httpx.Client) -> None:
    """Words that would name a column about a resident."""
    documents = [client.get("/openapi.json").text, client.get("/ogc/api").text]
    shown = json.dumps([json.loads(document) for document in documents]).lower()
    words = [
        "birth",
        "sex",
        "tenure",
        "registration",
        "lookup",
        "id_number",
        "phone_number",
        "ethnic",
        "religion",
    ]
    assert [word for word in words if f'"{word}' in shown] == []
