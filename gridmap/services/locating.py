"""Which grid a point or an address lies in, and who serves it: what residents ask."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from gridmap.core.here import Here
from gridmap.db.collections import AREAS
from gridmap.db.conditions import Condition
from gridmap.db.published import reading
from gridmap.db.queries import sql
from gridmap.db.spatial import farthest_query, near_query
from gridmap.errors import Invalid, NotFound, Text
from gridmap.services.browsing import search
from gridmap.services.importing.addresses import number_keys, street_key
from gridmap.services.querying import NEARLY

ADDRESS = re.compile(r"(?P<street>.*\D)\s*(?P<number>[0-9０-９]+\D{0,3})")
"""An address in one line: a street, then a number, as in 花园路12号."""

COMMUNITIES = Condition("level = 'community'", {})


@dataclass(frozen=True, slots=True)
class GridHere:
    """What a resident is told of a grid; households are None where they are too few to tell."""

    code: str
    name: str
    kind: str
    households: int | None
    in_band: bool | None
    area_m2: float
    bbox: list[float]
    valid_from: datetime


@dataclass(frozen=True, slots=True)
class CommunityHere:
    """The community a point lies in, at a distance of 0, or the nearest one."""

    code: str
    name: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class PublicRole:
    """Somebody with a public duty, for the grid or for its whole community, and the published contact."""

    kind: str
    name: str
    phone: str | None
    is_of_grid: bool


@dataclass(frozen=True, slots=True)
class Address:
    """A building by its address."""

    id: int
    street: str
    house_number: str
    community: str | None
    community_name: str | None
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Located:
    """The answer, and the same in one sentence.

    Attributes
    ----------
    grid : None: the point lies in no grid.
    community : None: there are no communities.
    """

    said: Text
    grid: GridHere | None
    community: CommunityHere | None
    roles: list[PublicRole]
    address: Address | None = None


def locate(engine: Engine, here: Here, address: Address | None = None) -> Located:
    """Return the grid at a point; outside every grid the community, or the nearest one."""
    at = {"lon": here.lon, "lat": here.lat}
    with reading(engine) as connection:
        row = connection.execute(sql("grid_at"), at).mappings().one_or_none()
        if row is None:
            near = _nearest_community(connection, here)
            return Located(_outside(near), None, near, [], address)
        grid = dict(row)
        community = CommunityHere(grid.pop("community"), grid.pop("community_name"), 0.0)
        asked = {"community": community.code, "grid": grid["code"]}
        roles = [PublicRole(**role._mapping) for role in connection.execute(sql("who_serves"), asked)]
    grid["bbox"] = [float(side) for side in grid["bbox"]]
    found = GridHere(**grid)
    return Located(_inside(found, community), found, community, roles, address)


def locate_address(
    engine: Engine, street: str, house_number: str, *, community: str | None = None
) -> Located:
    """Return the grid of an address, however street and number are abbreviated.

    Parameters
    ----------
    community : code or name; needed where several towns have the address.

    Raises
    ------
    NotFound : no building has the address.
    Invalid : buildings of several communities have it, or it says nothing.
    """
    keys = number_keys(house_number)
    wanted = street_key(street)
    if wanted is None or not keys:
        raise Invalid(
            Text(en="An address needs a street and a house number.", zh="地址须包含街路名称与门牌号。"),
            parameter="street",
        )
    addressed = _buildings(engine, wanted, keys)
    found = [one for one in addressed if community in (None, one.community, one.community_name)]
    if not found:
        raise _no_such_address(street, house_number)
    places = {address.community: address for address in found}
    if len(places) > 1:
        raise _several(street, house_number, list(places.values()))
    return locate(engine, Here(found[0].lon, found[0].lat), found[0])


def search_places(engine: Engine, words: str, *, limit: int = 10) -> list[dict[str, Any]]:
    """Return buildings with the words as their address, then whatever else holds them, best first."""
    addressed = []
    if (said := ADDRESS.fullmatch(words.strip())) is not None:
        street, keys = street_key(said["street"]), number_keys(said["number"])
        addressed = _buildings(engine, street, keys) if street and keys else []
    first = [_result(one) for one in addressed[:limit]]
    known = {one["code"] for one in first}
    others = search(engine, words, limit=limit)
    others = [one for one in others if one["type"] != "building" or one["code"] not in known]
    return (first + others)[:limit]


def _result(address: Address) -> dict[str, Any]:
    point = [round(address.lon, 7), round(address.lat, 7)]
    return {
        "type": "building",
        "code": str(address.id),
        "name": f"{address.street} {address.house_number}",
        "context": address.community_name,
        "bbox": point * 2,
        "point": point,
    }


def _buildings(engine: Engine, street: str, numbers: tuple[str, ...]) -> list[Address]:
    """Return the buildings in a street with any of some house numbers, all as keys."""
    with reading(engine) as connection:
        names = connection.execute(sql("streets")).scalars()
        streets = [name for name in names if street_key(name) == street]
        rows = connection.execute(sql("buildings_in_streets"), {"streets": streets}).mappings()
        found = [Address(**row) for row in rows]
    return [one for one in found if set(numbers) & set(number_keys(one.house_number))]


def _nearest_community(connection: Connection, here: Here) -> CommunityHere | None:
    metres: Any = connection.execute(*farthest_query(AREAS, here, 1, condition=COMMUNITIES)).scalar_one()
    if metres is None:
        return None
    farthest = metres * (1 + NEARLY) + NEARLY
    row = connection.execute(*near_query(AREAS, here, farthest, condition=COMMUNITIES, limit=1)).one()
    name = connection.execute(sql("area_called_by_id"), {"id": row.id}).one()
    return CommunityHere(name.code, name.name, round(row.metres, 1))


def _inside(grid: GridHere, community: CommunityHere) -> Text:
    called = grid.code if grid.name == grid.code else f"{grid.name} ({grid.code})"
    called_zh = grid.code if grid.name == grid.code else f"“{grid.name}”（{grid.code}）"
    return Text(
        en=f"This is grid {called} of {community.name}.", zh=f"此处属于{community.name}网格 {called_zh}。"
    )


def _outside(near: CommunityHere | None) -> Text:
    if near is None:
        return Text(en="There are no communities yet.", zh="尚未导入任何社区。")
    if near.distance_m == 0:
        return Text(
            en=f"This is in {near.name}, which has no grid here.",
            zh=f"此处位于{near.name}，该处尚无网格。",
        )
    if near.distance_m < 1000:
        far = Text(en=f"{near.distance_m:.0f} m", zh=f"{near.distance_m:.0f} 米")
    else:
        far = Text(en=f"{near.distance_m / 1000:,.1f} km", zh=f"{near.distance_m / 1000:,.1f} 公里")
    return Text(
        en=f"No grid covers this point; the nearest community is {near.name}, {far.en} away.",
        zh=f"此处不在任何网格内，最近的社区是{near.name}，相距 {far.zh}。",
    )


def _no_such_address(street: str, house_number: str) -> NotFound:
    return NotFound(
        Text(
            en=f"No building has the address {street} {house_number}.",
            zh=f"没有地址为“{street}{house_number}”的楼栋。",
        ),
        hint=Text(
            en="Check street and number, or click the place on the map.",
            zh="请核对街路与门牌号，或在地图上点击该位置。",
        ),
    )


def _several(street: str, house_number: str, found: list[Address]) -> Invalid:
    names = [address.community_name or "–" for address in found[:10]]
    return Invalid(
        Text(
            en=f"{street} {house_number} exists in {len(found)} communities.",
            zh=f"有 {len(found)} 个社区都有“{street}{house_number}”。",
        ),
        hint=Text(
            en=f"Add community=, one of: {', '.join(names)}.",
            zh=f"请加上 community=，可选：{'、'.join(names)}。",
        ),
        parameter="community",
        communities=[address.community for address in found[:10]],
    )
