"""Layers of a map from frames: light geometry, escaped words, one colour and pattern for each position in the band."""

import math
from collections.abc import Mapping
from html import escape
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from folium.features import GeoJson, GeoJsonTooltip

from gridmap.core.crs import WGS84, metric_crs
from gridmap.core.model import Band, BandPosition, GridKind
from gridmap.maps import words
from gridmap.maps.style import FILLS, GROUND, LINES, fill

DEGREES_PER_METRE = 1 / 111_320
DECIMALS = 6
"""Of a degree: about a decimetre, more than a screen shows."""

Style = Mapping[str, Any]


def positions(grids: gpd.GeoDataFrame, band: Band) -> list[BandPosition]:
    """Return where each grid lies against the band; ``kind`` tells the dedicated ones."""
    kinds = grids["kind"] if "kind" in grids else [GridKind.GENERAL] * len(grids)
    return [
        BandPosition.DEDICATED if kind == GridKind.DEDICATED else band.position(int(households))
        for kind, households in zip(kinds, grids["households"], strict=True)
    ]


def grid_layer(grids: gpd.GeoDataFrame, communities: gpd.GeoDataFrame, band: Band, language: str) -> GeoJson:
    """Return the grids with code and households on hover, ★ where some are estimated; communities by their name."""
    places = positions(grids, band)
    frame = gpd.GeoDataFrame(
        {
            "code": [_safe(code) for code in grids["code"]],
            "households": list(_households(grids)),
            "state": [_safe(words.POSITIONS[place].in_language(language)) for place in places],
            "fill": [fill(place) for place in places],
        },
        geometry=_light(shapely.coverage_simplify(_shapes(grids), 1.5 * DEGREES_PER_METRE)),
        crs=WGS84,
    )
    fields = {"code": words.CODE, "households": words.HOUSEHOLDS, "state": words.STATE}
    if "community" in grids:
        is_named = {"code", "name"} <= set(communities.columns)
        names = dict(zip(communities["code"], communities["name"], strict=True)) if is_named else {}
        frame["community"] = [_safe(names.get(each, each)) for each in grids["community"]]
        fields["community"] = words.COMMUNITY
    return GeoJson(
        frame,
        name=words.GRIDS.in_language(language),
        style_function=_grid_style,
        highlight_function=lambda _: {"weight": 3.5, "color": "#10243a"},
        tooltip=_tooltip(fields, language),
        smooth_factor=0,
    )


def label_layer(grids: gpd.GeoDataFrame, language: str) -> folium.FeatureGroup:
    """Return the running number and the households of each grid, written on it."""
    group = folium.FeatureGroup(name=words.NUMBER.in_language(language))
    points = shapely.get_coordinates(shapely.point_on_surface(_shapes(grids)))
    unit = " 户" if language.lower().startswith("zh") else ""
    for code, households, (lon, lat) in zip(grids["code"], _households(grids, unit), points, strict=True):
        text = f'<div class="gm-label">{_safe(str(code)[-3:])}<i>{households}</i></div>'
        icon = folium.DivIcon(html=text, icon_size=(64, 28), icon_anchor=(32, 14), class_name="gm-mark")
        folium.Marker((lat, lon), icon=icon, interactive=False, keyboard=False).add_to(group)
    return group


def community_layer(communities: gpd.GeoDataFrame, language: str) -> GeoJson:
    """Return the lines of the communities, not filled."""
    frame = gpd.GeoDataFrame(
        geometry=_light(shapely.coverage_simplify(_shapes(communities), 1.5 * DEGREES_PER_METRE)), crs=WGS84
    )
    style = {"color": "#2b3440", "weight": 2.6, "dashArray": "9 4 2 4", "fill": False, "interactive": False}
    return GeoJson(
        frame, name=words.COMMUNITIES.in_language(language), style_function=lambda _: style, smooth_factor=0
    )


def building_layer(buildings: gpd.GeoDataFrame, language: str) -> GeoJson:
    """Return footprints as quiet shapes."""
    style = {"color": "#26323e", "weight": 0.5, "opacity": 0.35, "fillColor": "#26323e", "fillOpacity": 0.2}
    return _quiet(buildings, style, words.BUILDINGS.in_language(language))


def ground_layers(
    roads: gpd.GeoDataFrame | None, places: gpd.GeoDataFrame | None, language: str
) -> list[folium.FeatureGroup]:
    """Return one layer of water, greens and roads; none if there is nothing of them."""
    group = folium.FeatureGroup(name=words.ROADS.in_language(language))
    parts: list[GeoJson] = []
    if places is not None:
        for kind, colour in sorted(GROUND.items(), key=lambda item: item[0] == "water"):
            chosen = places[(places["kind"] == kind) & (places.geom_type != "Point")]
            if len(chosen):
                parts.append(_quiet(chosen, {"stroke": False, "fillColor": colour, "fillOpacity": 1.0}))
    if roads is not None:
        has_water = places is not None and bool((places["kind"] == "water").any())
        for line_class, (colour, width, dashes) in reversed(LINES.items()):
            chosen = roads[roads["class"] == line_class]
            if len(chosen) and not (line_class == "river" and has_water):
                style = {"color": colour, "weight": width, "dashArray": dashes, "fill": False}
                parts.append(_quiet(chosen, style))
    for part in parts:
        part.add_to(group)
    return [group] if parts else []


def facility_layer(facilities: gpd.GeoDataFrame, language: str) -> folium.FeatureGroup:
    """Return facilities as small circles with name and kind on hover."""
    group = folium.FeatureGroup(name=words.FACILITIES.in_language(language), show=False)
    points = shapely.get_coordinates(shapely.point_on_surface(_shapes(facilities)))
    names = facilities["name"] if "name" in facilities else [""] * len(facilities)
    for name, kind, (lon, lat) in zip(names, facilities["kind"], points, strict=True):
        text = " · ".join(part for part in (_safe(name), _safe(kind)) if part)
        folium.CircleMarker(
            (lat, lon), radius=4.5, weight=1.5, color="#ffffff", fill=True, fill_color="#8a2d6b", fill_opacity=0.95,
            tooltip=folium.Tooltip(text),
        ).add_to(group)  # fmt: skip
    return group


def typical_width(grids: gpd.GeoDataFrame) -> float:
    """Return the side, in metres, of a square as large as the middle one of the grids."""
    metric = grids.to_crs(metric_crs(tuple(grids.to_crs(WGS84).total_bounds)))
    return float(np.sqrt(np.median(shapely.area(metric.geometry.to_numpy()))))


def legend_counts(grids: gpd.GeoDataFrame, band: Band) -> dict[BandPosition, int]:
    """Return the number of grids in each position."""
    found = positions(grids, band)
    return {position: found.count(position) for position in FILLS}


def has_estimates(grids: gpd.GeoDataFrame) -> bool:
    """Tell whether any grid's households are estimated in part."""
    return "households_estimated" in grids and bool(
        grids["households_estimated"].fillna(0).astype(bool).any()
    )


def _quiet(frame: gpd.GeoDataFrame, style: Style, name: str | None = None) -> GeoJson:
    shapes = shapely.simplify(_shapes(frame), 0.4 * DEGREES_PER_METRE)
    plain = gpd.GeoDataFrame(geometry=_light(shapes), crs=WGS84)
    return GeoJson(
        plain, name=name, style_function=lambda _: {**style, "interactive": False}, smooth_factor=0.5
    )


def _grid_style(feature: Mapping[str, Any]) -> Style:
    return {
        "color": "#5f6b77",
        "weight": 1.6,
        "fillColor": feature["properties"]["fill"],
        "fillOpacity": 0.38 if feature["properties"]["fill"] == fill(BandPosition.IN) else 0.68,
    }


def _households(grids: gpd.GeoDataFrame, unit: str = "") -> list[str]:
    flags = (
        grids["households_estimated"].fillna(0).astype(bool) if has_estimates(grids) else [False] * len(grids)
    )
    return [
        f"{int(households)}{unit}{' ★' if estimated else ''}"
        for households, estimated in zip(grids["households"], flags, strict=True)
    ]


def _tooltip(fields: Mapping[str, Any], language: str) -> GeoJsonTooltip:
    aliases = [text.in_language(language) for text in fields.values()]
    return GeoJsonTooltip(fields=list(fields), aliases=aliases, sticky=True)


def _shapes(frame: gpd.GeoDataFrame) -> np.ndarray:
    shapes: np.ndarray = np.asarray(frame.to_crs(WGS84).geometry.to_numpy(), dtype=object)
    return shapes


def _light(shapes: np.ndarray) -> np.ndarray:
    """Round coordinates; shapes stay matched since equal points round alike."""
    rounded: np.ndarray = shapely.transform(shapes, lambda points: np.round(points, DECIMALS))
    return rounded


def _safe(value: object) -> str:
    """Return words as text of a page: what came from a file must not become part of its code."""
    unknown = value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))
    return "" if unknown else escape(str(value)).replace("`", "&#96;").replace("$", "&#36;")
