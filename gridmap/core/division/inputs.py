"""The input of a division, checked and repaired."""

from collections import Counter
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from gridmap.core.division.carriers import Carriers, note_barely_inside, read_carriers, together
from gridmap.core.division.fabric.lines import Barriers, read_barriers
from gridmap.core.division.fabric.seeds import Seeds, choose_seeds
from gridmap.core.division.findings import FindingKind, Ledger
from gridmap.core.division.sites import read_sites, site_of
from gridmap.core.model import Band
from gridmap.core.threads import at_once
from gridmap.core.topology import Booleans, Geometries, Integers, polygonal
from gridmap.errors import Invalid, Text


@dataclass(frozen=True, slots=True)
class City:
    """Communities to be divided together, sorted by code, with all that shapes their cells.

    Attributes
    ----------
    codes, names : of each community.
    communities : shape (c,), valid Polygon or MultiPolygon.
    carriers : buildings of communities without small areas, then small areas, then parts of sites, which hold nothing.
    seeds : the buildings that shape cells; those on a site do not.
    small_areas : imported cells, of which a community that has any is made alone; then parts of sites in the others.
    has_areas : shape (c,), which communities have imported cells.
    barriers : lines that bound blocks.
    sites : parts of dedicated sites.
    site : shape (n,), the row in `sites` of each carrier that makes the cell it lies in part of a site; -1 for others.
    is_site : shape (n,), which carriers are parts of sites.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    communities: Geometries
    carriers: Carriers
    seeds: Seeds
    small_areas: Carriers
    has_areas: Booleans
    barriers: Barriers
    sites: Carriers
    site: Integers
    is_site: Booleans


def read_city(
    communities: gpd.GeoDataFrame,
    *,
    buildings: gpd.GeoDataFrame | None,
    cells: gpd.GeoDataFrame | None,
    lines: gpd.GeoDataFrame,
    compounds: gpd.GeoDataFrame | None = None,
    sites: gpd.GeoDataFrame | None = None,
    band: Band,
    ledger: Ledger,
) -> City:
    """Check and repair the input, and give every carrier to its community.

    Raises
    ------
    Invalid : see `divide`.
    """
    others = (buildings, cells, lines, compounds, sites)
    _check_crs(communities, [table for table in others if table is not None])
    codes, shapes = _communities(communities, ledger)
    areas, share = read_carriers(_rows(cells), shapes, ledger, is_whole=True)
    note_barely_inside(areas, share, ledger)
    has_areas = np.zeros(len(shapes), dtype=bool)
    has_areas[areas.community] = True
    walls = None if compounds is None else _areas(compounds)
    (built, _), barriers = at_once(
        lambda: read_carriers(_rows(buildings), shapes, ledger, is_whole=False, compounds=walls),
        lambda: read_barriers(lines, shapes),
    )
    built = built.chosen(~has_areas[built.community])
    _note_what_is_missing(shapes, together([built, areas]), areas, barriers, ledger)
    dedicated = read_sites(_rows(sites), shapes)
    bounding = dedicated.chosen(~has_areas[dedicated.community])
    row_of_bounding = np.flatnonzero(~has_areas[dedicated.community])
    nothing = np.full(len(built.points), -1, dtype=np.int64)
    return City(
        codes=codes,
        names=tuple(str(name) for name in communities["name"]) if "name" in communities else codes,
        communities=shapes,
        carriers=together([built, areas, bounding]),
        seeds=choose_seeds(built, ledger, aside=site_of(built, bounding) >= 0, most_households=band.maximum),
        small_areas=together([areas, bounding]),
        has_areas=has_areas,
        barriers=barriers,
        sites=dedicated,
        site=np.concatenate([nothing, site_of(areas, dedicated), row_of_bounding]),
        is_site=np.arange(len(built.points) + len(areas.points) + len(bounding.points))
        >= len(built.points) + len(areas.points),
    )


def _rows(table: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """Return a table as it is, or an empty one with the columns needed."""
    return table if table is not None and len(table) else gpd.GeoDataFrame({"households": []}, geometry=[])


def _areas(table: gpd.GeoDataFrame) -> Geometries:
    """Return the polygons of a table, repaired."""
    shapes = polygonal(shapely.force_2d(np.asarray(table.geometry.to_numpy(), dtype=object)))
    return np.asarray(shapes[~shapely.is_missing(shapes)])


def _check_crs(communities: gpd.GeoDataFrame, others: list[gpd.GeoDataFrame]) -> None:
    crs = communities.crs
    if crs is not None and not crs.is_projected:
        raise Invalid(
            Text(en=f"{crs.name} is not a metric CRS.", zh=f"{crs.name} 不是以米为单位的投影坐标系。"),
            hint=Text(en="Project the data to a local metric CRS first.", zh="请先投影到当地的米制坐标系。"),
        )
    if any(other.crs != crs for other in others if len(other)):
        raise Invalid(Text(en="The layers are not in one CRS.", zh="各图层的坐标系不一致。"))


def _communities(frame: gpd.GeoDataFrame, ledger: Ledger) -> tuple[tuple[str, ...], Geometries]:
    """Return codes and valid shapes of communities sorted by code."""
    codes = tuple(str(code) for code in frame["code"])
    repeated = sorted(code for code, times in Counter(codes).items() if times > 1)
    if repeated:
        listed = ", ".join(repeated[:10])
        raise Invalid(Text(en=f"Codes repeat: {listed}.", zh=f"社区代码重复：{listed}。"), codes=repeated)
    given = shapely.force_2d(np.asarray(frame.geometry.to_numpy(), dtype=object))
    shapes = polygonal(given)
    empty = [code for code, shape in zip(codes, shapes, strict=True) if shape is None]
    if empty:
        listed = ", ".join(empty[:10])
        raise Invalid(
            Text(en=f"Communities without area: {listed}.", zh=f"社区没有面积：{listed}。"), codes=empty
        )
    for community in np.flatnonzero(~shapely.is_valid(given)):
        ledger.note(int(community), FindingKind.INVALID_GEOMETRY, codes[community])
    _note_overlaps(shapes, ledger)
    return codes, shapes


def _note_overlaps(shapes: Geometries, ledger: Ledger) -> None:
    loose = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes)))
    one, two = shapely.STRtree(shapes[loose]).query(shapes[loose], predicate="overlaps")
    later, earlier = loose[one[one > two]], loose[two[one > two]]
    common = shapely.area(shapely.intersection(shapes[later], shapes[earlier]))
    for community, area in zip(later[common >= 1.0], common[common >= 1.0], strict=True):
        ledger.note(int(community), FindingKind.OVERLAPPING_COMMUNITY, count=round(float(area)))


def _note_what_is_missing(
    shapes: Geometries, carriers: Carriers, areas: Carriers, barriers: Barriers, ledger: Ledger
) -> None:
    count = len(shapes)
    redrawn = np.bincount(areas.community, minlength=count)
    bare = np.bincount(carriers.community, minlength=count) == 0
    near = np.zeros(count, dtype=bool)
    near[shapely.STRtree(barriers.lines).query(shapes, predicate="intersects")[0]] = True
    for community in range(count):
        if redrawn[community]:
            ledger.note(community, FindingKind.LINE_REDRAWN, count=int(redrawn[community]))
        if bare[community]:
            ledger.note(community, FindingKind.NO_CARRIERS)
        if not near[community]:
            ledger.note(community, FindingKind.NO_LINES)
