"""Who is served on foot as one page: choose a service, see the homes on the map and whoever is not served beside it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from branca.element import MacroElement
from jinja2 import Template

from gridmap.core.coverage.outcomes import Outcome, Reason
from gridmap.core.crs import WGS84
from gridmap.errors import Text
from gridmap.maps import words
from gridmap.maps.layers import DECIMALS, DEGREES_PER_METRE, community_layer, ground_layers
from gridmap.maps.offline import Behaviour, asset, bare_map, check_layers, dress, plain
from gridmap.maps.style import title_box

FILLS = {
    Outcome.MET: ("#7fa99b", ""),
    Outcome.UNCERTAIN: (
        "#e8b04a",
        '<path d="M0 8L8 0" stroke="#1f2933" stroke-opacity=".5" stroke-width="1.2"/>',
    ),
    Outcome.UNMET: (
        "#a3195b",
        '<path d="M0 0L8 8M0 8L8 0" stroke="#fff" stroke-opacity=".7" stroke-width="1.2"/>',
    ),
    Outcome.UNKNOWN: ("#7a8089", ""),
    Outcome.NOT_SET: ("#d3d3cc", ""),
}
"""Colour of homes by outcome, and the pattern that repeats it without colour; as in the web app."""


@dataclass(frozen=True, slots=True)
class Service:
    """What was found of one service.

    Attributes
    ----------
    norm : its id: the homes have columns ``{norm}_distance`` (an `Outcome`), ``{norm}_m``, metres on foot or null, and
        ``{norm}_reason``, a `Reason` or null.
    kinds : kinds of facilities that give it.
    within, judged : households near enough, and all of whom that could be said.
    households : by `Outcome`; None where a count is too small to be told.
    notes : what a reader must know, such as the radius, the clause and whether somebody checked it.
    """

    norm: str
    name: Text
    kinds: tuple[str, ...]
    within: float
    judged: float
    households: Mapping[str, float | None]
    notes: tuple[Text, ...] = ()


class _Homes(MacroElement):
    """Homes that take the colours of the service that was chosen."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        showCoverage({{ this._parent.get_name() }}, {{ this.data }});
        {% endmacro %}
        """
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Homes"
        self.data = _script_safe(data)


def coverage_map(
    homes: gpd.GeoDataFrame,
    services: Sequence[Service],
    *,
    communities: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame | None = None,
    roads: gpd.GeoDataFrame | None = None,
    places: gpd.GeoDataFrame | None = None,
    title: str,
    language: str = "zh",
    attribution: str = "",
    synthetic: bool = False,
    receipt: Sequence[Text] = (),
) -> folium.Map:
    """Draw who is served on foot, one service at a time: no tiles, nothing fetched.

    Parameters
    ----------
    homes : ``name``, ``households`` (null: not to be shown, or not known), and the columns that `Service` names.
    services : at least one; the first is shown first.
    communities, facilities, roads, places : as for `area_map`; facilities have ``name`` and ``kind``.
    receipt : what the answer was found from: question, dates, edition of the standard.

    Raises
    ------
    Invalid : there are no communities, or a frame has no CRS.
    """
    check_layers(communities, [homes, communities, facilities, roads, places])
    page = bare_map(communities)
    for layer in ground_layers(roads, places, language):
        layer.add_to(page)
    community_layer(communities, language).add_to(page)
    _Homes(_data(homes, services, facilities, language)).add_to(page)
    folium.LayerControl(collapsed=True).add_to(page)
    Behaviour(plain(attribution), width=0.0).add_to(page)
    boxes = _patterns() + title_box(title, language=language, synthetic=synthetic) + _sheet(receipt, language)
    dress(page, title=title, boxes=boxes, styles=asset("coverage.css"), script=asset("coverage.js"))
    return page


def _data(
    homes: gpd.GeoDataFrame, services: Sequence[Service], facilities: gpd.GeoDataFrame | None, language: str
) -> dict[str, Any]:
    shapes = shapely.simplify(np.asarray(homes.to_crs(WGS84).geometry, dtype=object), 0.2 * DEGREES_PER_METRE)
    light = shapely.transform(shapes, lambda points: np.round(points, DECIMALS))
    return {
        "homes": [
            {"shape": json.loads(shape), "name": _known(name), "households": _whole(households)}
            for shape, name, households in zip(
                shapely.to_geojson(light), homes["name"], homes["households"], strict=True
            )
        ],
        "services": [
            {**_service(homes, service, language), "facilities": _facilities(facilities, service)}
            for service in services
        ],
        "colours": {outcome.value: colour for outcome, (colour, _) in FILLS.items()},
        "words": {name: text.in_language(language) for name, text in words.COVERAGE.items()},
        "outcomes": {outcome.value: words.OUTCOMES[outcome].in_language(language) for outcome in Outcome},
        "reasons": {reason.value: words.REASONS[reason].in_language(language) for reason in Reason},
    }


def _service(homes: gpd.GeoDataFrame, service: Service, language: str) -> dict[str, Any]:
    return {
        "name": " · ".join(dict.fromkeys(words.both(service.name, language))),
        "within": round(service.within),
        "judged": round(service.judged),
        "households": {outcome: _known(count) for outcome, count in service.households.items()},
        "notes": [note.in_language(language) for note in service.notes],
        "outcome": [str(outcome) for outcome in homes[f"{service.norm}_distance"]],
        "metres": [_known(metres) for metres in homes[f"{service.norm}_m"].round()],
        "reason": [_known(reason) for reason in homes[f"{service.norm}_reason"]],
    }


def _facilities(facilities: gpd.GeoDataFrame | None, service: Service) -> list[dict[str, Any]]:
    """Return the facilities that give a service, with latitude and longitude."""
    if facilities is None or facilities.empty:
        return []
    serving = facilities[facilities["kind"].isin(service.kinds)].to_crs(WGS84)
    points = shapely.get_coordinates(shapely.point_on_surface(np.asarray(serving.geometry, dtype=object)))
    return [
        {"name": _known(name), "at": [round(float(lat), DECIMALS), round(float(lon), DECIMALS)]}
        for name, (lon, lat) in zip(serving["name"], points, strict=True)
    ]


def _known(value: Any) -> Any:
    """Return a value for the page; null where it is not known."""
    if value is None or pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _whole(households: Any) -> int | None:
    return None if pd.isna(households) else round(households)


def _script_safe(data: Mapping[str, Any]) -> str:
    """Return data as a literal of a script: nothing in it can end the script or begin another."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign, code in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(sign, code)
    return text


def _patterns() -> str:
    patterns = "".join(
        f'<pattern id="gm-{outcome.value}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{colour}"/>{pattern}</pattern>'
        for outcome, (colour, pattern) in FILLS.items()
    )
    return f'<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>{patterns}</defs></svg>'


def _sheet(receipt: Sequence[Text], language: str) -> str:
    """Return the sheet beside the map; the script of the page fills it."""
    told = "".join(f"<li>{escape(line.in_language(language))}</li>" for line in receipt)
    label = escape(words.COVERAGE["service"].in_language(language))
    return (
        f'<aside class="gm-box gm-coverage"><label>{label}<select></select></label>'
        f'<p class="gm-figure"></p><ul class="gm-shares"></ul><ul class="gm-notes"></ul>'
        f'<h2></h2><ol class="gm-uncovered"></ol><ul class="gm-receipt">{told}</ul></aside>'
    )
