"""OGC API Features Part 4 over a town of the test's own."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from gridmap.api.app import create_app
from gridmap.db.changes import WRITABLE
from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect
from gridmap.settings import Settings
from tests.api.conftest import client_of, settle
from tests.conftest import copy_of

TOKEN = "a secret of more than thirty-two characters"
EPSG = "http://www.opengis.net/def/crs/EPSG/0"
ITEMS = "/ogc/collections/{}/items"
PLACES, BUILDINGS = ITEMS.format("places"), ITEMS.format("buildings")
GEOJSON = {"Content-Type": "application/geo+json"}
PATCH = {"Content-Type": "application/merge-patch+json"}
SQUARE = [[[116.405, 39.905], [116.406, 39.905], [116.406, 39.906], [116.405, 39.906], [116.405, 39.905]]]
LINE = {"type": "LineString", "coordinates": [[116.401, 39.901], [116.402, 39.902]]}
POINT = {"type": "Point", "coordinates": [116.405, 39.905]}
NEW: dict[str, dict[str, Any]] = {
    "places": {"name": "社区花园", "kind": "public_space", "floor_area_m2": 12.5},
    "facilities": {"name": "助餐点", "kind": "canteen", "tier": "supplementary", "capacity": 40},
    "organisations": {"name": "志愿服务队", "kind": "volunteer_team", "contact": "010-5550 0003"},
    "buildings": {
        "name": "新楼",
        "use": "residential",
        "floors": 6,
        "street": "花园路",
        "house_number": "31",
    },
    "roads": {"class": "residential", "name": "新街", "level": 0},
}


@pytest.fixture(scope="module")
def database(cluster: Cluster, template_database: str) -> Iterator[Engine]:
    """Engine on a town that the tests of this module change."""
    with copy_of(template_database, cluster) as url:
        engine = connect(url, pool_size=10)
        settle(engine)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def anyone(database: Engine) -> httpx.Client:
    """Client without the token."""
    return client_of(create_app(Settings(api_editor_token=TOKEN), database))


@pytest.fixture(scope="module")
def editor(database: Engine) -> httpx.Client:
    """Client with the token."""
    client = client_of(create_app(Settings(api_editor_token=TOKEN), database))
    client.headers["Authorization"] = f"Bearer {TOKEN}"
    return client


def feature(properties: dict[str, Any], geometry: Any = POINT, **more: Any) -> str:
    return json.dumps({"type": "Feature", "geometry": geometry, "properties": properties, **more})


def created(editor: httpx.Client, collection: str = "places", geometry: Any = None) -> tuple[str, str]:
    """Create a feature and return its path and ETag."""
    shape = geometry or (LINE if collection == "roads" else POINT)
    answer = editor.post(ITEMS.format(collection), content=feature(NEW[collection], shape), headers=GEOJSON)
    assert answer.status_code == 201, answer.text
    return httpx.URL(answer.headers["location"]).path, answer.headers["etag"]


def audit_lines(database: Engine) -> list[Any]:
    with database.connect() as connection:
        return list(
            connection.execute(text("SELECT action, subject, actor, details FROM gridmap.audit ORDER BY id"))
        )


@pytest.mark.parametrize("collection", WRITABLE)
def test_a_feature_is_created_read_replaced_patched_and_deleted(
    editor: httpx.Client, anyone: httpx.Client, collection: str
) -> None:
    address, tag = created(editor, collection)
    read = anyone.get(address)
    assert read.headers["etag"] == tag
    shown = read.json()
    assert {name: shown["properties"][name] for name in NEW[collection]} == NEW[collection]
    renamed = shown | {"properties": shown["properties"] | {"name": "改名"}}
    replaced = editor.put(address, content=json.dumps(renamed), headers=GEOJSON | {"If-Match": tag})
    assert replaced.status_code == 200, replaced.text
    assert replaced.json()["properties"] == renamed["properties"]
    assert replaced.headers["etag"] == anyone.get(address).headers["etag"] != tag
    newer = {"If-Match": replaced.headers["etag"]}
    patched = editor.patch(address, content='{"properties": {"name": "再改"}}', headers=PATCH | newer)
    assert patched.json()["properties"] == shown["properties"] | {"name": "再改"}
    assert patched.json()["geometry"] == shown["geometry"]
    gone = editor.delete(address, headers={"If-Match": patched.headers["etag"]})
    assert (gone.status_code, gone.content) == (204, b"")
    assert anyone.get(address).status_code == 404
    assert editor.delete(address, headers={"If-Match": "*"}).status_code == 404


def test_what_is_created_is_attached_to_where_it_lies_and_attached_again_when_it_moves(
    editor: httpx.Client,
) -> None:
    address, tag = created(editor)
    assert editor.get(address).json()["properties"]["grid"] == "110101001001002"
    moved = {"geometry": {"coordinates": [116.401, 39.905]}}
    answer = editor.patch(address, content=json.dumps(moved), headers=PATCH | {"If-Match": tag})
    assert answer.json()["properties"]["grid"] == "110101001001001"
    assert answer.json()["geometry"] == {"type": "Point", "coordinates": [116.401, 39.905]}


def test_counts_of_a_grid_follow(editor: httpx.Client, database: Engine) -> None:
    def facilities() -> int:
        with database.connect() as connection:
            count = text("SELECT facilities FROM published.grids WHERE code = '110101001001002'")
            return int(connection.execute(count).scalar_one())

    before = facilities()
    address, tag = created(editor, "facilities")
    assert facilities() == before + 1
    editor.delete(address, headers={"If-Match": tag})
    assert facilities() == before


def test_properties_left_out_of_a_replacement_become_unknown(editor: httpx.Client) -> None:
    address, tag = created(editor)
    answer = editor.put(address, content=feature({"kind": "plot"}), headers=GEOJSON | {"If-Match": tag})
    assert answer.json()["properties"]["name"] is None


def test_null_in_a_patch_makes_unknown(editor: httpx.Client) -> None:
    address, tag = created(editor)
    cleared = editor.patch(
        address, content='{"properties": {"name": null}}', headers=PATCH | {"If-Match": tag}
    )
    assert cleared.json()["properties"]["name"] is None


@pytest.mark.parametrize("system", ["4326", "4490", "3857", "4527", "4548"])
def test_coordinates_come_in_the_system_that_content_crs_names(editor: httpx.Client, system: str) -> None:
    address, _ = created(editor, "places", {"type": "Polygon", "coordinates": SQUARE})
    asked = editor.get(address, params={"crs": f"{EPSG}/{system}"})
    crs = {"Content-Crs": asked.headers["content-crs"], "If-Match": asked.headers["etag"]}
    answer = editor.put(address, content=asked.content, headers=GEOJSON | crs)
    assert answer.status_code == 200, answer.text
    for (x, y), (east, north) in zip(answer.json()["geometry"]["coordinates"][0], SQUARE[0], strict=True):
        assert (x, y) == pytest.approx((east, north), abs=2e-9)


def test_a_tag_differs_between_systems_and_is_good_for_the_version_in_each(editor: httpx.Client) -> None:
    address, tag = created(editor)
    other = editor.get(address, params={"crs": f"{EPSG}/4490"}).headers["etag"]
    assert other != tag
    assert editor.delete(address, headers={"If-Match": other}).status_code == 204


@pytest.mark.parametrize(
    ("method", "content", "more"),
    [
        ("PUT", feature({"kind": "plot"}), GEOJSON),
        ("PATCH", '{"properties": {"name": "x"}}', PATCH),
        ("DELETE", "", {}),
    ],
)
def test_a_change_must_say_which_version_it_is_meant_for(
    editor: httpx.Client, anyone: httpx.Client, method: str, content: str, more: dict[str, str]
) -> None:
    address, tag = created(editor)
    before = anyone.get(address).json()
    assert editor.request(method, address, content=content, headers=more).status_code == 428
    for stale in ('"another"', f"W/{tag}", '""', "nonsense"):
        answer = editor.request(method, address, content=content, headers=more | {"If-Match": stale})
        assert (answer.status_code, answer.json()["title"]) == (412, "Changed meanwhile")
    assert anyone.get(address).json() == before
    some = {"If-Match": f'"another", {tag}'}
    assert editor.request(method, address, content=content, headers=more | some).status_code in (200, 204)


def test_of_writers_who_read_the_same_version_one_wins(editor: httpx.Client, database: Engine) -> None:
    """All ask one server at once, which answers each in a thread and transaction of its own."""
    address, tag = created(editor)
    app = create_app(Settings(api_editor_token=TOKEN), database)
    headers = PATCH | {"If-Match": tag, "Authorization": f"Bearer {TOKEN}"}

    async def write(client: httpx.AsyncClient, name: str) -> tuple[int, str]:
        body = json.dumps({"properties": {"name": name}})
        return (await client.patch(address, content=body, headers=headers)).status_code, name

    async def write_all() -> list[tuple[int, str]]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://map.test") as client:
            return await asyncio.gather(*(write(client, f"n{number}") for number in range(6)))

    answers = asyncio.run(write_all())
    assert sorted(status for status, _ in answers) == [200, *[412] * 5]
    [winner] = [name for status, name in answers if status == 200]
    assert editor.get(address).json()["properties"]["name"] == winner


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(("token", "status"), [(None, 401), ("wrong", 403)])
def test_only_an_editor_may_change_features(
    anyone: httpx.Client, method: str, token: str | None, status: int
) -> None:
    address = PLACES if method == "POST" else f"{PLACES}/1"
    headers = GEOJSON | {"If-Match": "*"} | ({"Authorization": f"Bearer {token}"} if token else {})
    assert (
        anyone.request(method, address, content=feature({"kind": "plot"}), headers=headers).status_code
        == status
    )
    assert anyone.get(f"{PLACES}/1").json()["properties"]["kind"] == "compound"


@pytest.mark.parametrize("collection", ["grids", "areas", "cells"])
def test_what_changes_otherwise_says_so(editor: httpx.Client, collection: str) -> None:
    items = ITEMS.format(collection)
    for method, address in (
        ("POST", items),
        *((method, f"{items}/1") for method in ("PUT", "PATCH", "DELETE")),
    ):
        answer = editor.request(method, address, content="{}", headers=GEOJSON | {"If-Match": "*"})
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
        assert answer.json()["hint"]["zh"]
    assert editor.options(items).headers["allow"] == "GET, HEAD, OPTIONS"
    assert editor.options(f"{items}/1").headers["allow"] == "GET, HEAD, OPTIONS"


def test_options_tell_what_can_be_done(anyone: httpx.Client) -> None:
    assert anyone.options(PLACES).headers["allow"] == "GET, HEAD, POST, OPTIONS"
    item = anyone.options(f"{PLACES}/1")
    assert (item.status_code, item.headers["allow"]) == (204, "GET, HEAD, PUT, PATCH, DELETE, OPTIONS")
    assert "application/merge-patch+json" in item.headers["accept-patch"]


def test_pages_of_other_sites_may_change_features_with_the_token(anyone: httpx.Client) -> None:
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,content-type,if-match",
    }
    answer = anyone.options(f"{PLACES}/1", headers=asked)
    assert answer.status_code == 200
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in answer.headers


BAD = {
    "no JSON": ("places", "{", "body"),
    "NaN": ("places", '{"type": "Feature", "geometry": NaN, "properties": {}}', "body"),
    "a list": ("places", "[]", "body"),
    "deep": ("places", "[" * 100_000, "body"),
    "no feature": ("places", '{"type": "Point", "coordinates": [1, 2]}', "type"),
    "no geometry": ("places", '{"type": "Feature", "properties": {"kind": "plot"}}', "geometry"),
    "null geometry": ("places", feature({"kind": "plot"}, None), "geometry"),
    "no properties": ("places", '{"type": "Feature", "geometry": null}', "properties"),
    "an unknown property": ("places", feature({"kind": "plot", "colour": "red"}), "colour"),
    "a property that names people": ("buildings", feature({"户主": "某"}), "户主"),
    "an identity number": ("places", feature({"kind": "plot", "name": "110101199003074477"}), "name"),
    "a mobile number": ("organisations", feature(NEW["organisations"] | {"contact": "13812345678 周"}), "contact"),
    "kind missing": ("places", feature({"name": "x"}), "kind"),
    "kind empty": ("places", feature({"kind": ""}), "kind"),
    "kind null": ("places", feature({"kind": None}), "kind"),
    "an unknown word": ("facilities", feature({"kind": "clinic", "tier": "first"}), "tier"),
    "a number for a text": ("places", feature({"kind": 3}), "kind"),
    "a text for a number": ("facilities", feature({"kind": "clinic", "capacity": "3"}), "capacity"),
    "a fraction": ("facilities", feature({"kind": "clinic", "capacity": 2.5}), "capacity"),
    "a truth for a number": ("facilities", feature({"kind": "clinic", "capacity": True}), "capacity"),
    "negative": ("facilities", feature({"kind": "clinic", "floor_area_m2": -1}), "floor_area_m2"),
    "enormous": ("buildings", feature({"floors": 10**30}), "floors"),
    "infinite": ("facilities", feature({"kind": "clinic"}).replace('"clinic"', '"clinic", "floor_area_m2": 1e999'), "floor_area_m2"),
    "a zero byte": ("places", feature({"kind": "a\0b"}), "kind"),
    "half a sign": ("places", feature({"kind": "\ud800"}), "kind"),
    "too long": ("places", feature({"kind": "x" * 501}), "kind"),
    "a word for a truth": ("places", feature({"kind": "gate", "residents_only": "yes"}), "residents_only"),
    "hours of a gate": ("places", feature({"kind": "gate", "hours": "sometimes perhaps"}), "hours"),
    "a line for a building": ("buildings", feature({}, LINE), "geometry"),
    "a point for a road": ("roads", feature({"class": "service"}), "geometry"),
    "a collection": ("places", feature({"kind": "plot"}, {"type": "GeometryCollection", "geometries": [POINT]}), "geometry"),
    "no coordinates": ("places", feature({"kind": "plot"}, {"type": "Point"}), "geometry"),
    "empty": ("places", feature({"kind": "plot"}, {"type": "Polygon", "coordinates": []}), "geometry"),
    "a bow tie": ("places", feature({"kind": "plot"}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}), "geometry"),
    "an open ring": ("places", feature({"kind": "plot"}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0]]]}), "geometry"),
    "outside the world": ("places", feature({"kind": "plot"}, {"type": "Point", "coordinates": [500000, 4420000]}), "geometry"),
    "texts for numbers": ("places", feature({"kind": "plot"}, {"type": "Point", "coordinates": ["a", "b"]}), "geometry"),
    "too many corners": ("roads", feature({"class": "service"}, {"type": "LineString", "coordinates": [[n / 1000, 0] for n in range(20_001)]}), "geometry"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_refused_with_its_name_in_both_languages(editor: httpx.Client, case: str) -> None:
    collection, body, field = BAD[case]
    answer = editor.post(
        ITEMS.format(collection), content=body.encode("utf-8", "surrogatepass"), headers=GEOJSON
    )
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["facts"]["field"] == field
    assert problem["messages"]["en"]
    assert problem["messages"]["zh"]


@pytest.mark.parametrize(
    ("patch", "field"),
    [
        ({"properties": {"grid": "110101001001001"}}, "grid"),
        ({"properties": {"community": None}}, "community"),
        ({"properties": {"colour": None}}, "colour"),
        ({"properties": {"kind": None}}, "kind"),
        ({"properties": None}, "properties"),
        ({"properties": []}, "properties"),
        ({"geometry": None}, "geometry"),
        ({"geometry": {"type": "MultiPoint"}}, "geometry"),
        ({"links": []}, "links"),
    ],
    ids=str,
)
def test_a_patch_names_only_what_can_be_changed(
    editor: httpx.Client, patch: dict[str, Any], field: str
) -> None:
    answer = editor.patch(f"{PLACES}/1", content=json.dumps(patch), headers=PATCH | {"If-Match": "*"})
    assert (answer.status_code, answer.json()["facts"]["field"]) == (422, field)


def test_an_id_that_is_not_that_of_the_address_is_refused(editor: httpx.Client) -> None:
    address, _ = created(editor)
    answer = editor.put(address, content=feature({"kind": "plot"}, id=1), headers=GEOJSON | {"If-Match": "*"})
    assert (answer.status_code, answer.json()["facts"]["field"]) == (422, "id")


def test_formats_sizes_and_systems_that_are_not_read_are_refused(editor: httpx.Client) -> None:
    body = feature({"kind": "plot"})
    assert editor.post(PLACES, content=body, headers={"Content-Type": "text/xml"}).status_code == 415
    assert editor.post(PLACES, content=body).status_code == 415
    assert editor.post(PLACES, content=b" " * 2_000_001, headers=GEOJSON).status_code == 413
    assert editor.post(PLACES, content=body, headers=GEOJSON | {"Content-Crs": "<x>"}).status_code == 422
    assert editor.post(f"{PLACES}?colour=red", content=body, headers=GEOJSON).status_code == 422


def test_a_building_with_households_is_not_deleted(editor: httpx.Client) -> None:
    answer = editor.delete(f"{BUILDINGS}/2", headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["facts"]["id"]) == (409, 2)
    assert editor.get(f"{BUILDINGS}/2").json()["properties"]["households"] == 20


def test_a_building_sent_back_as_it_was_read_keeps_the_count_nobody_sees(
    editor: httpx.Client, database: Engine
) -> None:
    [lodge] = editor.get(BUILDINGS, params={"name": "门房"}).json()["features"]
    address = f"{BUILDINGS}/{lodge['id']}"
    assert lodge["properties"]["households"] is None
    body = json.dumps(lodge | {"properties": lodge["properties"] | {"floors": 2}})
    assert editor.put(address, content=body, headers=GEOJSON | {"If-Match": "*"}).status_code == 200
    with database.connect() as connection:
        held = connection.execute(
            text("SELECT households, floors FROM gridmap.building WHERE name = '门房'")
        ).one()
    assert tuple(held) == (3, 2)


def test_corners_sent_back_as_they_were_read_stay_to_the_last_digit(
    editor: httpx.Client, database: Engine
) -> None:
    def kept() -> bytes:
        with database.connect() as connection:
            shape = text("SELECT ST_AsBinary(geom) FROM gridmap.building WHERE id = 5")
            return bytes(connection.execute(shape).scalar_one())

    before, read = kept(), editor.get(f"{BUILDINGS}/5")
    put = {"content": read.content, "headers": GEOJSON | {"If-Match": read.headers["etag"]}}
    answer = editor.put(f"{BUILDINGS}/5", **put)
    assert (answer.status_code, kept()) == (200, before)
    assert answer.headers["etag"] == read.headers["etag"]


def test_what_the_public_does_not_see_is_kept(editor: httpx.Client, database: Engine) -> None:
    address, tag = created(editor)
    number = int(address.rpartition("/")[2])
    with database.begin() as connection:
        connection.execute(text("SELECT set_config('gridmap.actor', 'test', true)"))
        connection.execute(
            text("UPDATE gridmap.place SET cost = 7, dedicated = true WHERE id = :id"), {"id": number}
        )
    answer = editor.put(address, content=feature({"kind": "plot"}), headers=GEOJSON | {"If-Match": tag})
    assert answer.status_code == 200
    with database.connect() as connection:
        kept = connection.execute(
            text("SELECT cost, dedicated, kind FROM gridmap.place WHERE id = :id"), {"id": number}
        )
        assert tuple(kept.one()) == (7, True, "plot")


def test_every_change_leaves_a_line_in_the_trail_and_a_refused_one_leaves_nothing(
    editor: httpx.Client, database: Engine
) -> None:
    before = len(audit_lines(database))
    address, tag = created(editor)
    number = address.rpartition("/")[2]
    editor.patch(address, content='{"properties": {"name": "新名"}}', headers=PATCH | {"If-Match": tag})
    editor.patch(address, content='{"properties": {"name": 3}}', headers=PATCH | {"If-Match": "*"})
    editor.delete(address, headers={"If-Match": '"stale"'})
    editor.delete(address, headers={"If-Match": "*"})
    lines = audit_lines(database)[before:]
    assert [(line.action, line.subject) for line in lines] == [
        (f"{verb} feature", f"places {number}") for verb in ("create", "change", "delete")
    ]
    assert {line.actor for line in lines} == {"editor over HTTP"}
    assert lines[1].details == {"before": {"name": "社区花园"}, "after": {"name": "新名"}, "moved": False}
    assert lines[2].details["before"]["name"] == "新名"
    with database.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM gridmap.broken_audit_lines()")).scalar_one() == 0


def test_the_schema_says_what_can_be_sent(anyone: httpx.Client) -> None:
    schema = anyone.get("/ogc/collections/facilities/schema").json()
    sent = [name for name, property_ in schema["properties"].items() if not property_.get("readOnly")]
    assert sent == ["geometry", "name", "kind", "tier", "floor_area_m2", "capacity", "hours", "address"]
    assert schema["required"] == ["geometry", "kind"]
    assert schema["properties"]["tier"]["enum"] == ["main", "special", "supplementary"]
    assert schema["properties"]["name"]["x-ogc-role"] == "title"
    grids = anyone.get("/ogc/collections/grids/schema").json()["properties"]
    assert all(property_["readOnly"] for property_ in grids.values())
    assert grids["valid_from"]["x-ogc-role"] == "primary-interval-start"
    assert grids["geometry"]["x-ogc-role"] == "primary-geometry"
    described = anyone.get("/ogc/collections/facilities").json()["links"]
    assert "http://www.opengis.net/def/rel/ogc/1.0/schema" in {link["rel"] for link in described}
