"""What every map of ours has: Leaflet in the page itself, no tiles, whom to name, and nothing that must be fetched."""

from functools import cache
from pathlib import Path

import folium
import geopandas as gpd
from branca.element import Element, Figure, MacroElement
from jinja2 import Template

from gridmap.core.crs import WGS84
from gridmap.errors import Invalid, Text
from gridmap.maps.style import SHEET

LABEL_PIXELS = 46
"""Numbers are shown where the middle one of the grids is at least so wide."""
ASSETS = Path(__file__).parent / "assets"


class Behaviour(MacroElement):
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


def bare_map(communities: gpd.GeoDataFrame) -> folium.Map:
    """Return a map without tiles that shows all of some communities."""
    west, south, east, north = communities.to_crs(WGS84).total_bounds
    page = folium.Map(
        location=((south + north) / 2, (west + east) / 2),
        tiles=None,
        zoom_snap=0.25,
        zoom_delta=0.5,
        font_size="12px",
    )
    page.fit_bounds([(south, west), (north, east)], padding_top_left=(10, 64), padding_bottom_right=(10, 34))
    return page


def dress(page: folium.Map, *, title: str, boxes: str, styles: str = "", script: str = "") -> None:
    """Put Leaflet into the page instead of links to it, and add what stands around the map.

    Parameters
    ----------
    boxes : HTML, escaped by whoever made it.
    styles, script : added to Leaflet's own.
    """
    page.default_js, page.default_css = [], []
    root = _figure(page)
    root.title = plain(title)
    for name, text in (
        ("leaflet_css", f"<style>{asset('leaflet.css')}</style>"),
        ("leaflet_js", f"<script>{asset('leaflet.js')}</script>"),
        ("gridmap_css", f"<style>{SHEET}{styles}</style>"),
        *([("gridmap_js", f"<script>{script}</script>")] if script else []),
    ):
        root.header.add_child(_Verbatim(text), name=name)
    root.html.add_child(_Verbatim(boxes), name="gridmap_boxes")


def save(page: folium.Map, file: Path) -> None:
    """Write a map as one HTML file that opens without a network."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_figure(page).render(), encoding="utf-8")


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
def asset(name: str) -> str:
    """Return a file that stands in every page."""
    return (ASSETS / name).read_text(encoding="utf-8")


def plain(text: str) -> str:
    """Return words as text of a page."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def check_layers(communities: gpd.GeoDataFrame, frames: list[gpd.GeoDataFrame | None]) -> None:
    """Refuse a map of nothing, and layers without a system.

    Raises
    ------
    Invalid : there are no communities, or a frame has no CRS.
    """
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
