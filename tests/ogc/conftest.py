"""Abstract tests of the OGC standards against the tiny town; the numbers in their names are those of the standards."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

ROOT = "http://map.test/ogc"
Read = Callable[..., Any]


def rel(document: dict[str, Any], relation: str, media_type: str | None = None) -> list[str]:
    """Return where the links of a relation lead, of one media type or of any."""
    return [
        link["href"]
        for link in document["links"]
        if link["rel"] == relation and media_type in (None, link["type"])
    ]


@pytest.fixture(scope="session")
def read(client: httpx.Client) -> Read:
    """Return the JSON at an address that must answer, with parameters where there are some."""

    def read(address: str, **parameters: Any) -> Any:
        answer = client.get(address, params=parameters or None, headers={"Accept": "application/json"})
        assert answer.status_code == 200, (address, parameters, answer.text)
        return answer.json()

    return read


@pytest.fixture(scope="session")
def landing(read: Read) -> Any:
    """Landing page."""
    return read("/ogc")


@pytest.fixture(scope="session")
def definition(client: httpx.Client, landing: Any) -> Any:
    """OpenAPI document that the landing page leads to."""
    [address] = rel(landing, "service-desc")
    return client.get(address).json()


@pytest.fixture(scope="session")
def collections(read: Read) -> list[Any]:
    """Descriptions of all collections."""
    found: list[Any] = read("/ogc/collections")["collections"]
    return found


@pytest.fixture(scope="session")
def filled(read: Read, collections: list[Any]) -> dict[str, Any]:
    """First page of each collection that has features, by id."""
    pages = {item["id"]: read(f"/ogc/collections/{item['id']}/items") for item in collections}
    return {name: page for name, page in pages.items() if page["features"]}
