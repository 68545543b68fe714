"""Maps for notebooks and stand-alone reports: folium maps that open without a network.

Nothing is fetched: Leaflet stands in the page itself, there are no tiles, and the roads, water and buildings one has
are the ground.
"""

from gridmap.maps.coverage import Service, coverage_map
from gridmap.maps.offline import save
from gridmap.maps.page import area_map

__all__ = ["Service", "area_map", "coverage_map", "save"]
