"""Maps for notebooks and stand-alone reports: folium maps that open without a network.

Nothing is fetched: Leaflet stands in the page itself, there are no tiles, and the roads, water and buildings one has
are the ground.
"""

from gridmap.maps.page import area_map, save

__all__ = ["area_map", "save"]
