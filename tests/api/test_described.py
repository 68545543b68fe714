"""Both descriptions of the interface are valid, and the interface keeps to them whatever it is asked."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import validate
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gridmap.api.app import create_app
from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect
from gridmap.settings import Settings
from tests.api.conftest import client_of, settle
from tests.api.test_openapi import ENDLESS, VALUES
from tests.conftest import copy_of

EXAMPLES = int(os.environ.get("GRIDMAP_EXAMPLES", "4"))
"""Of each operation, right ones and wrong ones; for a longer look set 80 and wait two minutes."""

TOKEN = "a secret of more than thirty-two characters"
AUTHORIZATION = {"Authorization": f"Bearer {TOKEN}"}
ADDRESSES = VALUES | {"collection_id": "places"}
PROMISES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DOCUMENTS = {"/openapi.json": "http://map.test", "/ogc/api": "http://map.test/ogc"}
ENOUGH = ("/collections/grids", "/collections/places")
"""Of the collections, which the OGC document describes one by one and all alike: one that can be changed, one that cannot."""


@pytest.fixture(scope="module")
def editable(cluster: Cluster, template_database: str) -> Iterator[FastAPI]:
    """Application on a town that may be changed by whoever has the token."""
    with copy_of(template_database, cluster) as url:
        engine = connect(url)
        settle(engine)
        yield create_app(Settings(api_editor_token=TOKEN), engine)
        engine.dispose()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_description_is_valid_openapi(client: httpx.Client, document: str) -> None:
    validate(client.get(document).json())


@pytest.mark.parametrize("document", DOCUMENTS)
def test_whatever_is_asked_the_answer_is_one_of_those_described(editable: FastAPI, document: str) -> None:
    client = client_of(editable)
    described = schemathesis.openapi.from_dict(client.get(document).json())
    for result in described.get_all_operations():
        operation = result.ok()
        if operation.path.startswith("/collections/") and not operation.path.startswith(ENOUGH):
            continue
        if operation.path == ENDLESS:
            continue
        for mode in GenerationMode.POSITIVE, GenerationMode.NEGATIVE:
            ask(client, operation, mode, DOCUMENTS[document])


def ask(client: httpx.Client, operation: APIOperation, mode: GenerationMode, base: str) -> None:
    """Ask an operation with parameters and bodies that are as described, or not; some of what exists, some of editors."""

    @seed(1)
    @how(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode), st.booleans(), st.booleans())
    def asked(case: Case, exists: bool, is_editor: bool) -> None:
        for name in case.path_parameters if exists else ():
            case.path_parameters[name] = ADDRESSES.get(name, case.path_parameters[name])
        answer = sent(client, case.as_transport_kwargs(base_url=base), AUTHORIZATION if is_editor else {})
        if answer is not None:
            case.validate_response(answer, checks=PROMISES)

    try:
        asked()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "where there is nothing to say, nothing wrong can be said"


def sent(client: httpx.Client, asked: dict[str, Any], more: dict[str, str]) -> httpx.Response | None:
    """Send a request; None for one that cannot be written."""
    try:
        written = requests.Request(**{**asked, "cookies": None}).prepare()
        headers = {**written.headers, **more}
        answer = client.request(
            written.method or "", written.url or "", headers=headers, content=written.body
        )
    except (httpx.InvalidURL, requests.exceptions.RequestException, UnicodeError):
        return None
    answer.elapsed = timedelta()
    return answer
