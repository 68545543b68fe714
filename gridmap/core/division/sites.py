"""Dedicated sites 专属网格: campuses, markets, office parks, large parks, which are grids of their own."""

import geopandas as gpd
import numpy as np
import shapely

from gridmap.core.division.carriers import Carriers
from gridmap.core.topology import Geometries, Integers, polygonal

SITE_M2 = 600.0
"""What a community holds of a site counts if it is no smaller than a sliver."""


def read_sites(frame: gpd.GeoDataFrame, communities: Geometries) -> Carriers:
    """Return the parts of sites in each community, as shapes that carry no households of their own.

    Where two sites overlap, the first has it. A part is one connected piece of at least 600 m² of one community.

    Parameters
    ----------
    frame : Polygon or MultiPolygon, and optionally ``name``.
    communities : shape (c,), valid polygons.

    Returns
    -------
    the parts; their ``labels`` are those of the rows, their ``estate`` is -1.
    """
    shapes = _apart(polygonal(shapely.force_2d(np.asarray(frame.geometry.to_numpy(), dtype=object))))
    row, community = shapely.STRtree(communities).query(shapes, predicate="intersects")
    pieces, piece = shapely.get_parts(
        shapely.intersection(shapes[row], communities[community]), return_index=True
    )
    large = (shapely.get_dimensions(pieces) == 2) & (shapely.area(pieces) >= SITE_M2)
    pieces, row, community = pieces[large], row[piece[large]], community[piece[large]]
    names = frame["name"].fillna("") if "name" in frame else np.full(len(frame), "")
    return Carriers(
        shapes=pieces,
        points=shapely.point_on_surface(pieces),
        households=np.zeros(len(pieces), dtype=np.int64),
        is_counted=np.ones(len(pieces), dtype=bool),
        community=community.astype(np.int64),
        labels=frame.index.to_numpy(dtype=object)[row],
        names=np.asarray(names, dtype=object)[row],
        estate=np.full(len(pieces), -1, dtype=np.int64),
    )


def _apart(shapes: Geometries) -> Geometries:
    """Take away from each shape what lies in an earlier one."""
    apart = shapes.copy()
    later, earlier = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for one in np.unique(later[later > earlier]):
        before = earlier[(later == one) & (earlier < one)]
        apart[one] = shapely.difference(shapes[one], shapely.union_all(shapes[before]))
    return apart


def site_of(carriers: Carriers, sites: Carriers) -> Integers:
    """Return the row of the site on which the point of each carrier lies, -1 if on none of its community."""
    found = np.full(len(carriers.points), -1, dtype=np.int64)
    site, carrier = shapely.STRtree(carriers.points).query(sites.shapes, predicate="covers")
    own = sites.community[site] == carriers.community[carrier]
    found[carrier[own]] = site[own]
    return found
