"""The grids of an area as one page that holds everything it needs."""

import folium
import geopandas as gpd

from gridmap.core.model import Band
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
from gridmap.maps.offline import Behaviour, bare_map, check_layers, dress, plain
from gridmap.maps.style import definitions, legend_box, title_box


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
    check_layers(communities, [grids, communities, buildings, facilities, roads, places])
    chosen = band if band is not None else Band()
    page = bare_map(communities)
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
    Behaviour(plain(attribution), width=typical_width(grids) if len(grids) else 0.0).add_to(page)
    boxes = definitions() + title_box(title, language=language, synthetic=synthetic)
    if len(grids):
        boxes += legend_box(
            legend_counts(grids, chosen),
            band=(chosen.minimum, chosen.maximum),
            language=language,
            has_estimates=has_estimates(grids),
        )
    dress(page, title=title, boxes=boxes)
    return page
