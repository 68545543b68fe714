"""OpenStreetMap extracts (.osm.pbf, .osm): buildings, lines, facilities, places and areas, by their tags.

Data © OpenStreetMap contributors, ODbL 1.0: whoever shows them names the source.
"""

import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.geometry.base import BaseGeometry

from gridmap.core.crs import WGS84
from gridmap.core.model import AreaLevel, Cover, LineClass, Progress
from gridmap.core.quality import Finding
from gridmap.errors import Invalid, Text
from gridmap.io.layers import UNREADABLE
from gridmap.io.osm_tags import BORDERS, CLOSED_TO_THE_PUBLIC, FACILITIES, PLACES
from gridmap.io.raw import Raw
from gridmap.io.schemas import LINE_CLASSES

ATTRIBUTION = "© OpenStreetMap contributors (ODbL)"
_SETTINGS = Path(__file__).with_name("osm.ini")
_LAYERS = ("points", "lines", "multipolygons")
_LEAST_WATER_M2 = 1_000.0
"""Smaller ponds are no borders."""


_LINE_OF = {spelling: line for line, spellings in LINE_CLASSES.items() for spelling in spellings}

_UNDERGROUND = frozenset({LineClass.RAILWAY.value, LineClass.RIVER.value})


@dataclass(frozen=True, slots=True)
class Extract:
    """What an extract holds: a raw table for each kind, and the region it covers (hull of its buildings)."""

    raws: dict[str, Raw]
    outline: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class _Layer:
    """One layer of the extract: tags as columns, OSM identifier and shape of each feature."""

    tags: pd.DataFrame
    ids: pd.Series
    shapes: NDArray[np.object_]
    unreadable: NDArray[np.bool_]

    def tag(self, key: str) -> pd.Series:
        """Return a column of tags; all missing if the layer does not have it."""
        return self.tags[key] if key in self.tags else pd.Series(None, index=self.tags.index, dtype=object)

    def raw(self, chosen: NDArray[np.bool_], columns: Mapping[str, pd.Series]) -> Raw:
        """Return the chosen features with columns called as the fields of a kind."""
        table = pd.DataFrame({"source_id": self.ids} | dict(columns), dtype=object)[chosen].reset_index(
            drop=True
        )
        raw = Raw(
            table.astype(object).where(table.notna(), None),
            np.arange(1, len(table) + 1),
            self.shapes[chosen],
            WGS84,
        )
        for position in np.flatnonzero(self.unreadable[chosen]).tolist():
            raw.findings.append(
                Finding(position + 1, None, str(table["source_id"].iloc[position]), UNREADABLE)
            )
        return raw


def read_osm(path: Path, *, progress: Progress) -> Extract:
    """Read an extract.

    Raises
    ------
    Invalid
        If the file is no OSM extract or is damaged.
    """
    layers = {}
    for number, name in enumerate(_LAYERS):
        progress("read", number, len(_LAYERS))
        layers[name] = _read(path, name)
    points, lines, polygons = (layers[name] for name in _LAYERS)
    raws = {
        "areas": _areas(polygons),
        "buildings": _buildings(polygons),
        "roads": _joined(_roads(lines), _shores(polygons)),
        "places": _joined(_places(points), _places(polygons)),
        "facilities": _joined(_facilities(points), _facilities(polygons)),
    }
    progress("read", len(_LAYERS), len(_LAYERS))
    return Extract(raws, _outline(raws["buildings"], polygons))


def _read(path: Path, layer: str) -> _Layer:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            info, _, wkb, columns = pyogrio.raw.read(
                path, layer=layer, force_2d=True, CONFIG_FILE=str(_SETTINGS)
            )
            shapes = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    except (DataSourceError, DataLayerError, ValueError, RuntimeError) as error:
        raise Invalid(
            Text(
                en=f"{path.name} is no OSM extract or is damaged.",
                zh=f"{path.name} 不是 OSM 数据，或已损坏。",
            ),
            hint=Text(en="Download it again (.osm.pbf).", zh="请重新下载（.osm.pbf）。"),
            reason="file.broken",
            file=str(path),
        ) from error
    tags = pd.DataFrame(dict(zip(info["fields"], columns, strict=True)))
    tags = tags.astype(object).where(tags.notna(), None)
    present = np.array([one is not None for one in wkb], dtype=bool)
    return _Layer(tags, _identifiers(tags, layer), shapes, present & shapely.is_missing(shapes))


def _identifiers(tags: pd.DataFrame, layer: str) -> pd.Series:
    """Return identifiers as OSM writes them: node/1, way/2, relation/3."""
    if layer != "multipolygons":
        return tags["osm_id"].map(lambda one: f"{'node' if layer == 'points' else 'way'}/{one}")
    ways = tags["osm_way_id"].map(lambda one: None if one is None else f"way/{one}")
    return ways.where(ways.notna(), tags["osm_id"].map(lambda one: f"relation/{one}"))


def _buildings(layer: _Layer) -> Raw:
    building = layer.tag("building")
    return layer.raw(
        (building.notna() & (building != "no")).to_numpy(dtype=bool),
        {
            "name": layer.tag("name"),
            "households": layer.tag("building:flats").map(_whole),
            "floors": layer.tag("building:levels").map(_number),
            "height": layer.tag("height").map(_number),
            "use": building,
            "house_number": layer.tag("addr:housenumber"),
            "street": layer.tag("addr:street"),
        },
    )


def _roads(layer: _Layer) -> Raw:
    line = pd.Series(None, index=layer.tags.index, dtype=object)
    for key, values in BORDERS.items():
        stated = layer.tag(key)
        line = line.where(line.notna(), stated.where(stated.isin(values)).map(_LINE_OF))
    hidden = line.isin(_UNDERGROUND) & layer.tag("tunnel").notna() & (layer.tag("tunnel") != "no")
    chosen = (line.notna() & ~hidden).to_numpy(dtype=bool)
    return layer.raw(
        chosen,
        {
            "class": line,
            "name": layer.tag("name"),
            "level": layer.tag("layer").where(layer.tag("layer").notna(), layer.tag("level")).map(_storey),
            "covered": _covered(layer),
            "walkable": _public(layer).map({True: None, False: "false"}),
        },
    )


def _covered(layer: _Layer) -> pd.Series:
    """Return what takes a way off the ground: corridors and ``indoor`` first, then bridges, then tunnels."""
    stated = {
        Cover.INDOOR: _is_stated(layer.tag("indoor")) | (layer.tag("highway") == "corridor"),
        Cover.BRIDGE: _is_stated(layer.tag("bridge")),
        Cover.TUNNEL: _is_stated(layer.tag("tunnel")) & (layer.tag("tunnel") != "building_passage"),
    }
    covered = pd.Series(None, index=layer.tags.index, dtype=object)
    for cover, here in stated.items():
        covered = covered.where(covered.notna() | ~here, cover.value)
    return covered


def _is_stated(tag: pd.Series) -> pd.Series:
    return tag.notna() & (tag != "no")


def _public(layer: _Layer) -> pd.Series:
    """Tell where people may walk: ``foot`` decides, and ``access`` where it is silent."""
    stated = layer.tag("foot").where(layer.tag("foot").notna(), layer.tag("access"))
    return ~stated.isin(CLOSED_TO_THE_PUBLIC)


def _storey(value: object) -> str | None:
    """Return the first whole number of a tag such as ``-1`` or ``0;1``; what is no storey is left out."""
    found = re.match(r"\s*\+?(-?\d)(?![\d.])", value) if isinstance(value, str) else None
    return str(int(found[1])) if found else None


def _shores(layer: _Layer) -> Raw:
    """Return the outlines of rivers and lakes as lines."""
    water = (layer.tag("natural") == "water") | (layer.tag("waterway") == "riverbank")
    latitude = np.radians(np.nan_to_num(shapely.bounds(layer.shapes)[:, 1]))
    area_m2 = np.nan_to_num(shapely.area(layer.shapes)) * 111_320.0**2 * np.cos(latitude)
    chosen = water.to_numpy(dtype=bool) & (area_m2 >= _LEAST_WATER_M2)
    river = pd.Series(LineClass.RIVER.value, index=layer.tags.index, dtype=object)
    raw = layer.raw(chosen, {"class": river, "name": layer.tag("name")})
    raw.shapes = np.asarray(shapely.boundary(raw.shapes), dtype=object)
    return raw


def _facilities(layer: _Layer) -> Raw:
    found = _first_tag(layer, FACILITIES)
    return layer.raw(
        found.notna().to_numpy(dtype=bool),
        {
            "name": layer.tag("name"),
            "kind": found.map(lambda one: one[0], na_action="ignore"),
            "tier": found.map(lambda one: one[1].value, na_action="ignore"),
            "capacity": layer.tag("capacity").map(_whole),
            "hours": layer.tag("opening_hours"),
            "house_number": layer.tag("addr:housenumber"),
            "street": layer.tag("addr:street"),
        },
    )


def _places(layer: _Layer) -> Raw:
    found = _first_tag(layer, PLACES)
    is_gate = found == "gate"
    return layer.raw(
        found.notna().to_numpy(dtype=bool),
        {
            "name": layer.tag("name"),
            "kind": found,
            "hours": layer.tag("opening_hours").where(is_gate),
            "residents_only": (~_public(layer)).map({True: "true", False: None}).where(is_gate, None),
        },
    )


def _areas(layer: _Layer) -> Raw:
    """Return administrative areas; their codes are the ``ref`` tag, else the number of the OSM relation."""
    level = layer.tag("admin_level").map(_level)
    chosen = (
        (layer.tag("boundary") == "administrative") & level.notna() & layer.tag("name").notna()
    ).to_numpy(bool)
    code = layer.tag("ref").where(layer.tag("ref").notna(), layer.ids.str.replace("/", "-"))
    raw = layer.raw(chosen, {"code": code, "name": layer.tag("name"), "level": level})
    raw.table = raw.table.drop(columns="source_id")
    return raw


def _first_tag(layer: _Layer, table: Mapping[str, Mapping[str, object]]) -> pd.Series:
    """Return for each feature what the first of its known tags stands for; None if it has none."""
    found = pd.Series(None, index=layer.tags.index, dtype=object)
    for key, values in table.items():
        meaning = layer.tag(key).map(_meaning(values))
        found = found.where(found.notna(), meaning)
    return found


def _meaning(values: Mapping[str, object]) -> Callable[[object], object]:
    other = values.get("*")

    def of(value: object) -> object:
        if value is None or value in {"no", "vacant", "disused"}:
            return None
        return values.get(str(value), other)

    return of


def _level(value: object) -> str | None:
    """Return the level of an ``admin_level`` as OSM uses it in China: 4, 5, 6, 8, 10."""
    if not isinstance(value, str) or not value.isdigit():
        return None
    order = ((4, AreaLevel.PROVINCE), (5, AreaLevel.CITY), (7, AreaLevel.COUNTY), (9, AreaLevel.STREET))
    if int(value) < 3:
        return None
    return next((level.value for limit, level in order if int(value) <= limit), AreaLevel.COMMUNITY.value)


def _number(value: object) -> str | None:
    """Return the first number of a tag such as ``6;7`` or ``12 m``; tags that hold none say nothing."""
    found = re.match(r"\s*(\d+(?:\.\d+)?)(?!\s*')", value) if isinstance(value, str) else None
    return found[1] if found else None


def _whole(value: object) -> str | None:
    return value if isinstance(value, str) and value.isdigit() else None


def _joined(first: Raw, second: Raw) -> Raw:
    """Put the rows of two tables after one another."""
    if first.shapes is None or second.shapes is None:
        raise ValueError("layers of an extract have shapes")
    count = len(first.table)
    table = pd.concat([first.table, second.table], ignore_index=True).astype(object)
    shapes = np.concatenate([first.shapes, second.shapes])
    raw = Raw(table.where(table.notna(), None), np.arange(1, len(table) + 1), shapes, WGS84)
    moved = (Finding(one.row + count, one.column, one.value, one.problem) for one in second.findings)
    raw.findings = [*first.findings, *moved]
    return raw


def _outline(buildings: Raw, layer: _Layer) -> BaseGeometry | None:
    shapes = buildings.shapes if buildings.shapes is not None and len(buildings.shapes) else layer.shapes
    present = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    if len(present) == 0:
        return None
    hull = shapely.convex_hull(shapely.geometrycollections(present))
    return hull if hull.geom_type == "Polygon" else None
