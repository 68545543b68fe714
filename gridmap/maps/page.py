"""A map as one page that holds everything it needs."""

from functools import cache
from pathlib import Path

import folium
import geopandas as gpd
from branca.element import Element, Figure, MacroElement
from jinja2 import Template

from gridmap.core.crs import WGS84
from gridmap.core.model import Band
from gridmap.errors import Invalid, Text
from gridmap.maps.layers import (
    building_layer,
    community_layer,
    facility_layer,
    grid_layer,
    ground_layers,
    has_estimates,
    label_layer,
    legend_counts,
    typical_width,
)
from gridmap.maps.style import SHEET, definitions, legend_box, title_box

LABEL_PIXELS = 46
"""Numbers are shown where the middle one of the grids is at least so wide."""
ASSETS = Path(__file__).parent / "assets"


class _Behaviour(MacroElement):
    """Name whose data and whose program this is, and hide the numbers of grids where there is no room for them."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        L.control.scale({imperial: false, position: "bottomright"}).addTo({{ this._parent.get_name() }});
        {{ this._parent.get_name() }}.attributionControl.setPrefix("gridmap · Leaflet");
        {{ this._parent.get_name() }}.attributionControl.addAttribution({{ this.attribution|tojson }});
        (function (map) {
            function fit() {
                var metres = 156543.034 * Math.cos(map.getCenter().lat * Math.PI / 180) / Math.pow(2, map.getZoom());
                map.getContainer().classList.toggle("gm-far", {{ this.width }} / metres < {{ this.room }});
            }
            map.on("zoomend", fit);
            fit();
        })({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, attribution: str, *, width: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Behaviour"
        self.attribution = attribution
        self.width = width
        self.room = LABEL_PIXELS


def area_map(
    grids: gpd.GeoDataFrame,
    *,
    communities: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame | None = None,
    facilities: gpd.GeoDataFrame | None = None,
    roads: gpd.GeoDataFrame | None = None,
    places: gpd.GeoDataFrame | None = None,
    title: str,
    language: str = "zh",
    attribution: str = "",
    synthetic: bool = False,
    band: Band | None = None,
) -> folium.Map:
    """Draw the grids of an area on ground of one's own: no tiles, nothing fetched.

    Parameters
    ----------
    grids : ``code``, ``households``; optional ``kind``, ``community`` (code or name) and ``households_estimated``
        (whether, or how many). May be empty: then the communities are drawn alone.
    communities : their polygons, at least one; with ``code`` and ``name`` a grid tells its community's name.
    buildings, facilities, roads, places : drawn if given; facilities have ``kind``, roads ``class``, places ``kind``.
    language : ``zh`` or ``en`` comes first, the other stands beside it.
    attribution : who must be named, as plain text.
    synthetic : whether the data are invented; the map then says 示意.
    band : households a general grid may hold; None is 300–500.

    Raises
    ------
    Invalid : there are no communities, or a frame has no CRS.
    """
    _check(communities, [grids, communities, buildings, facilities, roads, places])
    chosen = band if band is not None else Band()
    west, south, east, north = communities.to_crs(WGS84).total_bounds
    page = folium.Map(
        location=((south + north) / 2, (west + east) / 2),
        tiles=None,
        zoom_snap=0.25,
        zoom_delta=0.5,
        font_size="12px",
    )
    for layer in ground_layers(roads, places, language):
        layer.add_to(page)
    if len(grids):
        grid_layer(grids, communities, chosen, language).add_to(page)
    if buildings is not None and len(buildings):
        building_layer(buildings, language).add_to(page)
    community_layer(communities, language).add_to(page)
    if facilities is not None and len(facilities):
        facility_layer(facilities, language).add_to(page)
    if len(grids):
        label_layer(grids, language).add_to(page)
    folium.LayerControl(collapsed=True).add_to(page)
    page.fit_bounds([(south, west), (north, east)], padding_top_left=(10, 64), padding_bottom_right=(10, 34))
    _Behaviour(_plain(attribution), width=typical_width(grids) if len(grids) else 0.0).add_to(page)
    _dress(page, grids, title=title, language=language, synthetic=synthetic, band=chosen)
    return page


def save(page: folium.Map, file: Path) -> None:
    """Write a map as one HTML file that opens without a network."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_figure(page).render(), encoding="utf-8")


def _dress(
    page: folium.Map, grids: gpd.GeoDataFrame, *, title: str, language: str, synthetic: bool, band: Band
) -> None:
    """Put Leaflet into the page instead of links to it, and add title, legend and patterns."""
    page.default_js, page.default_css = [], []
    root = _figure(page)
    root.title = _plain(title)
    root.header.add_child(_Verbatim(f"<style>{_asset('leaflet.css')}</style>"), name="leaflet_css")
    root.header.add_child(_Verbatim(f"<script>{_asset('leaflet.js')}</script>"), name="leaflet_js")
    root.header.add_child(_Verbatim(f"<style>{SHEET}</style>"), name="gridmap_css")
    boxes = definitions() + title_box(title, language=language, synthetic=synthetic)
    if len(grids):
        boxes += legend_box(
            legend_counts(grids, band),
            band=(band.minimum, band.maximum),
            language=language,
            has_estimates=has_estimates(grids),
        )
    root.html.add_child(_Verbatim(boxes), name="gridmap_boxes")


def _figure(page: folium.Map) -> Figure:
    figure = page.get_root()
    if not isinstance(figure, Figure):
        raise TypeError("the map stands in no page")
    return figure


class _Verbatim(Element):
    """HTML that is not a template, whatever braces it holds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html

    def render(self, **_: object) -> str:
        return self.html


@cache
def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _check(communities: gpd.GeoDataFrame, frames: list[gpd.GeoDataFrame | None]) -> None:
    if communities.empty:
        raise Invalid(
            Text(en="There is nothing to draw: no community.", zh="没有可绘制的内容：缺少社区。"),
            hint=Text(en="Give at least one community.", zh="请至少提供一个社区。"),
        )
    if any(frame is not None and len(frame) and frame.crs is None for frame in frames):
        raise Invalid(
            Text(en="A layer has no coordinate system.", zh="有图层未声明坐标系。"),
            hint=Text(en="Set it with `set_crs`.", zh="请用 set_crs 声明坐标系。"),
        )
