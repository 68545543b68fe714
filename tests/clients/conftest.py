"""The tiny town, served as to anyone, for the programs that people read it with."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.api.test_server import free_port, start, stop


@pytest.fixture(scope="session")
def address(town: Engine) -> Iterator[str]:
    """Address of a running server."""
    port = free_port()
    process = start(town, port)
    yield f"http://127.0.0.1:{port}"
    assert "Traceback" not in stop(process)
