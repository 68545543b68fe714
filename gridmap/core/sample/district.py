"""The sample district as sets of features in WGS 84, one for each kind of file that gridmap takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely.geometry import Point, Polygon

from gridmap.core.crs import WGS84, metric_crs, transformer
from gridmap.core.model import AreaLevel, CommunityType
from gridmap.core.sample.fill import Layout
from gridmap.core.sample.ground import CENTIMETRE, Block, Ground, lay_out
from gridmap.core.sample.houses import Address, build, number_houses
from gridmap.core.sample.matters import open_matters
from gridmap.core.sample.people import household_table, residents
from gridmap.core.sample.settings import SampleSettings
from gridmap.core.sample.things import Thing, name_roles, put_candidates, put_facilities, put_organisations
from gridmap.core.sample.walking import Line, draw_lines

SHUT = "关闭"
"""Hours of a gate that is never open."""
PLACE_COLUMNS = ("source_id", "name", "kind", "hours", "floor_area_m2", "capacity", "cost")
DECIMALS = 8
"""Of a degree: about a millimetre."""


@dataclass(frozen=True, slots=True)
class SampleDistrict:
    """All that is known of the sample district.

    The columns of `areas` to `residents` are fields of the kinds of import of the same name. `matters`,
    `matter_kinds` and `roles` have the columns of the tables of the database; a role names its community's code.
    `buildings` have no households: these are in `households`, a table of counts by address.

    `expected_households` are the households of each community as they come out of the import of these files, by code;
    `uncounted` are homes that no table lists.
    """

    areas: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    organisations: gpd.GeoDataFrame
    households: pd.DataFrame
    residents: pd.DataFrame
    matters: gpd.GeoDataFrame
    matter_kinds: pd.DataFrame
    roles: pd.DataFrame
    expected_households: Mapping[str, int]
    uncounted: tuple[str, ...]
    attribution: str


@dataclass(frozen=True, slots=True)
class _Globe:
    """The way from metres around the origin to longitude and latitude."""

    crs: CRS
    east: float
    north: float

    def frame(self, rows: list[dict[str, Any]], shapes: Iterable[shapely.Geometry]) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(rows, geometry=self.degrees(np.array(list(shapes), dtype=object)), crs=WGS84)

    def degrees(self, shapes: np.ndarray) -> np.ndarray:
        turned: np.ndarray = shapely.transform(shapes, self._turn)
        return turned

    def _turn(self, metres: np.ndarray) -> np.ndarray:
        lon, lat = transformer(self.crs, WGS84).transform(metres[:, 0] + self.east, metres[:, 1] + self.north)
        return np.round(np.column_stack([lon, lat]), DECIMALS)


def generate(settings: SampleSettings, rng: np.random.Generator) -> SampleDistrict:
    """Generate the district that a plan describes. The same settings and seed give the same district.

    Raises
    ------
    Invalid : the plan contradicts itself: a face without a block, a facility in a block without houses.
    """
    globe = _globe(settings)
    ground = lay_out(settings)
    built = build(ground, rng)
    addresses = number_houses(built, rng)
    lines = draw_lines(ground, built)
    counted = _counted(settings, addresses)
    inside = np.array([each.house.shape.representative_point() for each in addresses])
    return SampleDistrict(
        areas=_areas(settings, ground, globe),
        buildings=_buildings(addresses, globe),
        roads=_roads(lines, globe),
        places=_places(ground, built, put_candidates(settings, addresses), globe),
        facilities=_things(put_facilities(settings, addresses, rng), globe),
        organisations=_things(put_organisations(settings, addresses), globe),
        households=household_table(addresses, shapely.get_coordinates(globe.degrees(inside)), rng),
        residents=residents(addresses, settings.today.year, rng),
        matters=_things(open_matters(settings, addresses, rng), globe),
        matter_kinds=pd.DataFrame([dict(kind) for kind in settings.matter_kinds]),
        roles=pd.DataFrame(name_roles(settings, counted)),
        expected_households=counted,
        uncounted=tuple(each.source_id for each in addresses if not each.listed),
        attribution=settings.attribution,
    )


def _globe(settings: SampleSettings) -> _Globe:
    lon, lat = settings.origin
    crs = metric_crs((lon, lat, lon, lat))
    east, north = transformer(WGS84, crs).transform(lon, lat)
    return _Globe(crs, east, north)


def _counted(settings: SampleSettings, addresses: list[Address]) -> dict[str, int]:
    listed = [each for each in addresses if each.listed]
    return {
        community.code: sum(each.households for each in listed if each.block.community is community)
        for community in settings.communities
    }


def _areas(settings: SampleSettings, ground: Ground, globe: _Globe) -> gpd.GeoDataFrame:
    street = {
        "code": settings.street_code,
        "name": settings.street_name,
        "level": AreaLevel.STREET.value,
        "parent": None,
        "type": None,
        "urban": None,
        "name_en": settings.street_name_en,
    }
    rows: list[dict[str, Any]] = [street]
    rows += [
        {
            "code": each.code,
            "name": each.name,
            "level": AreaLevel.COMMUNITY.value,
            "parent": settings.street_code,
            "type": each.type.value,
            "urban": "rural" if each.type is CommunityType.RURAL else "urban",
            "name_en": each.name_en,
        }
        for each in settings.communities
    ]
    shapes: list[Polygon] = [ground.communities[each.code] for each in settings.communities]
    return globe.frame(rows, [shapely.union_all(shapes, grid_size=CENTIMETRE), *shapes])


def _buildings(addresses: list[Address], globe: _Globe) -> gpd.GeoDataFrame:
    rows = [
        {
            "source_id": each.source_id,
            "name": each.house.name or None,
            "use": each.house.use,
            "floors": each.house.floors,
            "house_number": f"{each.number}号",
            "street": each.street,
        }
        for each in addresses
    ]
    return globe.frame(rows, [each.house.shape for each in addresses])


def _roads(lines: list[Line], globe: _Globe) -> gpd.GeoDataFrame:
    rows = [
        {"source_id": f"R{number:05d}", "class": line_class.value, "name": name or None}
        for number, (_, line_class, name) in enumerate(lines, start=1)
    ]
    return globe.frame(rows, [shape for shape, _, _ in lines])


def _places(
    ground: Ground, built: list[tuple[Block, Layout]], candidates: list[Thing], globe: _Globe
) -> gpd.GeoDataFrame:
    found: list[tuple[Polygon | Point, dict[str, Any]]] = [(ground.water, {"kind": "water", "name": "清溪"})]
    for block, layout in built:
        found += [
            (land.shape, {"kind": land.kind, "name": land.name or None})
            for land in layout.land
            if not land.shape.is_empty
        ]
        found += [
            (gate, {"kind": "gate", "name": f"{block.plan.name}{name}", "hours": hours})
            for name, hours, gates in (("出入口", None, layout.gates), ("侧门", SHUT, layout.shut))
            for gate in gates
        ]
    found += [(thing.point, thing.values) for thing in candidates]
    rows = [
        dict.fromkeys(PLACE_COLUMNS) | {"source_id": f"P{number:05d}"} | values
        for number, (_, values) in enumerate(found, start=1)
    ]
    return globe.frame(rows, [shape for shape, _ in found])


def _things(things: list[Thing], globe: _Globe) -> gpd.GeoDataFrame:
    return globe.frame([thing.values for thing in things], [thing.point for thing in things])
