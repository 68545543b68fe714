"""What carries households: buildings or small areas, repaired and given to their communities."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap.core.division.estates import Addresses, find_estates
from gridmap.core.division.findings import FindingKind, Ledger
from gridmap.core.threads import in_runs
from gridmap.core.topology import Booleans, Floats, Geometries, Integers, polygonal
from gridmap.errors import Invalid, Text

ASTRIDE_SHARE = 0.05
ASTRIDE_M2 = 2.0
"""A shape lies across a line if more than this share, and more than this area, is on the other side."""
BARELY_INSIDE = 0.6
_PLAIN = (shapely.GeometryType.POINT, shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True, slots=True)
class Carriers:
    """Buildings or small areas of some communities.

    Attributes
    ----------
    shapes : shape (n,), Point, Polygon or MultiPolygon: of a building the part inside the own community.
    points : shape (n,), a point on that part; where it lies decides in which grid the households are.
    households : shape (n,), 0 where there is no count.
    is_counted : shape (n,), False where the count was null.
    community : shape (n,), index of the community.
    labels : the index labels of the rows.
    names : what people call them: ``name``, else ``source_id``, else the index label.
    estate : shape (n,), the estate of each (see `estates`), -1 if none.
    """

    shapes: Geometries
    points: Geometries
    households: Integers
    is_counted: Booleans
    community: Integers
    labels: NDArray[np.object_]
    names: NDArray[np.object_]
    estate: Integers

    def chosen(self, rows: Booleans | Integers) -> "Carriers":
        """Return some of the carriers."""
        return Carriers(*(getattr(self, field.name)[rows] for field in fields(self)))


def together(tables: Sequence[Carriers]) -> Carriers:
    """Return the carriers of several tables one after the other; estates of one do not reach into another."""
    joined = {
        field.name: np.concatenate([getattr(table, field.name) for table in tables])
        for field in fields(Carriers)
    }
    reached = np.cumsum([0, *(int(table.estate.max(initial=-1)) + 1 for table in tables[:-1])])
    shift = np.repeat(reached, [len(table.estate) for table in tables])
    joined["estate"] = np.where(joined["estate"] >= 0, joined["estate"] + shift, -1)
    return Carriers(**joined)


def read_carriers(
    frame: gpd.GeoDataFrame,
    communities: Geometries,
    ledger: Ledger,
    *,
    is_whole: bool,
    compounds: Geometries | None = None,
) -> tuple[Carriers, Floats]:
    """Repair the shapes of a table and give each row to the community that holds the larger part of it.

    Rows of which the larger part lies outside all communities, and rows without geometry, are left out.

    Parameters
    ----------
    frame : geometry, ``households`` (nullable), and optionally ``name``, ``source_id``, ``street`` and ``house_number``.
    communities : shape (c,), valid polygons.
    is_whole : keep shapes whole (small areas, which redraw the community) rather than the part inside (buildings).
    compounds : polygons whose buildings are one estate; None if there are none.

    Returns
    -------
    the carriers, and the share of the area of each inside its community.

    Raises
    ------
    Invalid : a household count is negative, or ``households`` is missing.
    """
    names = _names(frame)
    households, is_counted = _households(frame, names)
    repaired, was_invalid = _usable(np.asarray(frame.geometry.to_numpy(), dtype=object))
    community, share, inside = home(repaired, communities)
    shapes = repaired if is_whole else inside
    points = shapely.point_on_surface(shapes)
    labels = frame.index.to_numpy(dtype=object)
    walls = np.empty(0, dtype=object) if compounds is None else compounds
    estate = find_estates(points, community, _addresses(frame), walls)
    carriers = Carriers(shapes, points, households, is_counted, community, labels, names, estate)
    _note(carriers, share, shapely.area(repaired), was_invalid, ledger)
    placed = community >= 0
    return (carriers, share) if placed.all() else (carriers.chosen(placed), share[placed])


def _names(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    names = np.full(len(frame), None, dtype=object)
    for column in ("name", "source_id"):
        if column in frame:
            told = frame[column].to_numpy(dtype=object)
            bare = np.flatnonzero((names == None) & ~pd.isna(told))  # noqa: E711 (elementwise)
            names[bare] = [str(value).strip() or None for value in told[bare].tolist()]
    bare = np.flatnonzero(names == None)  # noqa: E711 (elementwise)
    names[bare] = [str(label) for label in frame.index[bare]]
    return names


def _addresses(frame: gpd.GeoDataFrame) -> Addresses:
    nothing = np.full(len(frame), None, dtype=object)
    columns = ("name", "street", "house_number")
    return Addresses(
        *(frame[column].to_numpy(dtype=object) if column in frame else nothing for column in columns)
    )


def _households(frame: gpd.GeoDataFrame, names: NDArray[np.object_]) -> tuple[Integers, Booleans]:
    if "households" not in frame:
        raise Invalid(Text(en="The table has no column “households”.", zh="表中没有“households”（户数）列。"))
    count = pd.to_numeric(frame["households"]).to_numpy(dtype=float, na_value=np.nan)
    is_counted = np.isfinite(count)
    if (count[is_counted] < 0).any():
        culprits = [str(name) for name in names[is_counted & (count < 0)][:10]]
        listed = ", ".join(culprits)
        raise Invalid(
            Text(en=f"Household counts below 0: {listed}.", zh=f"户数为负：{listed}。"), rows=culprits
        )
    return np.rint(np.where(is_counted, count, 0)).astype(np.int64), is_counted


def _usable(shapes: Geometries) -> tuple[Geometries, Booleans]:
    """Keep points, repair areas, and let a point stand for anything else that has a place.

    Returns
    -------
    the shapes, and which of them were invalid.
    """
    usable = shapes.copy()
    high = shapely.has_z(shapes)
    usable[high] = shapely.force_2d(shapes[high])
    placed = ~shapely.is_missing(usable) & ~shapely.is_empty(usable)
    is_valid = np.concatenate(in_runs(lambda run: shapely.is_valid(usable[run]), len(usable)))
    was_invalid = ~is_valid & ~shapely.is_missing(usable)
    plain = np.isin(shapely.get_type_id(usable), _PLAIN)
    odd = np.flatnonzero(~plain | was_invalid | ~placed)
    areas = polygonal(usable[odd])
    stand_in = placed[odd] & shapely.is_missing(areas)
    areas[stand_in] = shapely.centroid(usable[odd[stand_in]])
    usable[odd] = areas
    return usable, was_invalid


def home(shapes: Geometries, communities: Geometries) -> tuple[Integers, Floats, Geometries]:
    """Find the community that holds the larger part of each shape.

    Returns
    -------
    the index of the community, -1 where the larger part lies outside all of them; the share of the area inside it;
    and the part inside it.
    """
    runs = in_runs(lambda run: _home(shapes[run], communities), len(shapes))
    community, share, inside = (np.concatenate(parts) for parts in zip(*runs, strict=True))
    return community, share, inside


def _home(shapes: Geometries, communities: Geometries) -> tuple[Integers, Floats, Geometries]:
    """Do what `home` does for some of the shapes."""
    found, share, inside = np.full(len(shapes), len(communities)), np.ones(len(shapes)), shapes.copy()
    community, shape = shapely.STRtree(shapes).query(communities, predicate="contains_properly")
    np.minimum.at(found, shape, community)
    rest = np.flatnonzero(found == len(communities))
    found[rest], share[rest], inside[rest] = _larger_part(shapes[rest], communities)
    return found, share, inside


def _larger_part(shapes: Geometries, communities: Geometries) -> tuple[Integers, Floats, Geometries]:
    """Do what `home` does for shapes that may lie across a community line."""
    shape, community = shapely.STRtree(communities).query(shapes, predicate="intersects")
    extent = shapely.area(shapes)
    parts = shapely.intersection(shapes[shape], communities[community])
    overlap = shapely.area(parts)
    outside = extent.copy()
    np.subtract.at(outside, shape, overlap)

    order = np.lexsort((community, -overlap, shape))
    first = order[np.diff(shape[order], prepend=-1) > 0]
    first = first[overlap[first] >= outside[shape[first]] - 1e-6]
    found, share, inside = np.full(len(shapes), -1), np.zeros(len(shapes)), shapes.copy()
    found[shape[first]] = community[first]
    with np.errstate(invalid="ignore"):
        share[shape[first]] = np.where(extent[shape[first]] > 0, overlap[first] / extent[shape[first]], 1.0)
    cut = first[(share[shape[first]] < 1) & (extent[shape[first]] > 0)]
    inside[shape[cut]] = polygonal(parts[cut])
    return found, share, inside


def _note(carriers: Carriers, share: Floats, extent: Floats, was_invalid: Booleans, ledger: Ledger) -> None:
    outside_m2 = (1 - share) * extent
    noted: Iterable[tuple[FindingKind, Booleans]] = (
        (FindingKind.INVALID_GEOMETRY, was_invalid),
        (FindingKind.NO_COUNT, ~carriers.is_counted),
        (FindingKind.ASTRIDE_COMMUNITY, (1 - share > ASTRIDE_SHARE) & (outside_m2 > ASTRIDE_M2)),
        (FindingKind.DUPLICATE, _repeated(carriers.shapes)),
    )
    for kind, rows in noted:
        chosen = rows & (carriers.community >= 0)
        ledger.note_each(carriers.community[chosen], kind, carriers.names[chosen])


def note_barely_inside(cells: Carriers, shares: Floats, ledger: Ledger) -> None:
    """Name the small areas less than 60 % inside their community."""
    barely = shares < BARELY_INSIDE
    ledger.note_each(cells.community[barely], FindingKind.BARELY_INSIDE, cells.names[barely])


def _repeated(shapes: Geometries) -> Booleans:
    """Tell which shapes have come before. Only those with one envelope are compared."""
    repeated = np.zeros(len(shapes), dtype=bool)
    alike = pd.DataFrame(shapely.bounds(shapes)).duplicated(keep=False).to_numpy() & ~shapely.is_missing(
        shapes
    )
    repeated[alike] = pd.Series(shapely.to_wkb(shapely.normalize(shapes[alike]))).duplicated()
    return repeated
