"""How QGIS draws the layer of a GeoPackage: a style in its table ``layer_styles``, which QGIS takes by itself.

Colours are those of the web application. Rules name the kind of geometry, as QGIS opens a layer of several kinds as
several layers with one style.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from xml.sax.saxutils import quoteattr

from gridmap.errors import Text
from gridmap.io.writing.formats import FieldTitle, Headers


@dataclass(frozen=True, slots=True)
class Look:
    """What features of a kind look like.

    Parameters
    ----------
    chosen : expression of QGIS; empty for all that no other rule draws.
    color : ``#rrggbb`` of areas, lines and points.
    outline : of areas and points.
    width : of lines and outlines, mm.
    """

    label: Text
    color: str
    chosen: str = ""
    outline: str = "#5f6b77"
    width: float = 0.26


def _road(label_en: str, label_zh: str, classes: str, color: str, width: float) -> Look:
    return Look(Text(en=label_en, zh=label_zh), color, f'"class" IN ({classes})', width=width)


LOOKS: Mapping[str, tuple[Look, ...]] = MappingProxyType(
    {
        "areas": (Look(Text(en="Areas", zh="区域"), "#f6f5f1", outline="#2b3440", width=0.5),),
        "grids": (
            Look(Text(en="Dedicated", zh="专属网格"), "#b6b6c2", "\"kind\" = 'dedicated'"),
            Look(Text(en="In the band", zh="户数在区间内"), "#d8e2cb", '"in_band"'),
            Look(Text(en="Out of the band", zh="户数不在区间内"), "#d2763c", 'NOT "in_band"'),
        ),
        "buildings": (Look(Text(en="Buildings", zh="楼栋"), "#9aa3ab", outline="#26323e", width=0.1),),
        "cells": (Look(Text(en="Cells", zh="单元"), "#dfe8d2"),),
        "places": (
            Look(Text(en="Gates", zh="出入口"), "#10243a", "\"kind\" = 'gate'"),
            Look(Text(en="Water", zh="水域"), "#b9c1c4", "\"kind\" = 'water'"),
            Look(Text(en="Places", zh="地点"), "#bcd9ad"),
        ),
        "facilities": (
            Look(Text(en="Main", zh="主体设施"), "#6b4fa0", "\"tier\" = 'main'"),
            Look(Text(en="Special", zh="配套设施"), "#2e6b4f", "\"tier\" = 'special'"),
            Look(Text(en="Other", zh="其他设施"), "#5b6570"),
        ),
        "roads": (
            _road("Rivers", "河流", "'river'", "#b9c1c4", 1.2),
            _road("Railways", "铁路", "'railway'", "#9a9a98", 0.5),
            _road("Walls", "围墙", "'wall'", "#8a8478", 0.3),
            _road("Main roads", "主要道路", "'motorway', 'primary', 'secondary', 'tertiary'", "#3c424a", 0.7),
            Look(Text(en="Other ways", zh="其他道路"), "#7a8089"),
        ),
        "organisations": (Look(Text(en="Organisations", zh="组织"), "#1f6fb2"),),
    }
)

SYMBOLS = {
    "Polygon": ("fill", "SimpleFill"),
    "Line": ("line", "SimpleLine"),
    "Point": ("marker", "SimpleMarker"),
}
"""By the kind of geometry as QGIS names it: the type of the symbol, and the class of its one layer."""

_TABLE = """CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')))"""
_REGISTERED = "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('layer_styles', 'attributes', 'layer_styles')"
_STYLE = """INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,
    styleSLD, useAsDefault, description, owner) SELECT '', '', table_name, column_name, table_name, ?, '', 1, '', ''
    FROM gpkg_geometry_columns WHERE table_name = ?"""


def add_style(file: Path, layer: str, fields: Sequence[FieldTitle]) -> None:
    """Put the style of a layer into its GeoPackage."""
    with closing(sqlite3.connect(file)) as package, package:
        package.execute(_TABLE)
        package.execute(_REGISTERED)
        package.execute(_STYLE, (qml(layer, fields), layer))


def qml(layer: str, fields: Sequence[FieldTitle]) -> str:
    """Return the style of a layer as QGIS 3 writes it, with the Chinese titles of its fields."""
    looks = LOOKS[layer]
    drawn = [(look, kind) for kind in SYMBOLS for look in looks]
    rules = "".join(_rule(number, look, kind, looks) for number, (look, kind) in enumerate(drawn))
    symbols = "".join(_symbol(number, look, kind) for number, (look, kind) in enumerate(drawn))
    aliases = "".join(
        f"<alias field={quoteattr(field.name)} name={quoteattr(field.heading(Headers.ZH))}/>"
        for field in fields
    )
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.22.0" styleCategories="Symbology|Fields">'
        '<renderer-v2 type="RuleRenderer" symbollevels="0" forceraster="0" enableorderby="0">'
        f'<rules key="all">{rules}</rules><symbols>{symbols}</symbols></renderer-v2>'
        f"<aliases>{aliases}</aliases></qgis>"
    )


def _rule(number: int, look: Look, kind: str, looks: Sequence[Look]) -> str:
    chosen = (
        look.chosen or " AND ".join(f"({one.chosen}) IS NOT TRUE" for one in looks if one.chosen) or "true"
    )
    filtered = f"geometry_type($geometry) = '{kind}' AND {chosen}"
    label = f"{look.label.zh} {look.label.en}"
    return (
        f'<rule key="rule {number}" symbol="{number}" label={quoteattr(label)} filter={quoteattr(filtered)}/>'
    )


def _symbol(number: int, look: Look, kind: str) -> str:
    symbol, layer = SYMBOLS[kind]
    looks: dict[str, dict[str, str | float]] = {
        "fill": {"color": _rgba(look.color), "style": "solid"},
        "line": {"line_color": _rgba(look.color), "line_width": look.width, "line_width_unit": "MM"},
        "marker": {"color": _rgba(look.color), "name": "circle", "size": 2.4, "size_unit": "MM"},
    }
    options = looks[symbol]
    if symbol != "line":
        options |= {
            "outline_color": _rgba(look.outline),
            "outline_width": look.width,
            "outline_width_unit": "MM",
        }
    written = "".join(
        f'<Option type="QString" name="{name}" value="{value}"/>' for name, value in options.items()
    )
    return (
        f'<symbol type="{symbol}" name="{number}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{layer}" enabled="1" locked="0" pass="0"><Option type="Map">{written}</Option></layer></symbol>'
    )


def _rgba(color: str) -> str:
    return ",".join(str(int(color[place : place + 2], 16)) for place in (1, 3, 5)) + ",255"
