"""Land cut into blocks and compounds: an arterial lattice, streets as bent binary splits, walls as finer ones."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.core.topology import Floats, Geometries, Integers

ORIGIN = np.array([500_000.0, 3_320_000.0])
SPACING_M = 800.0
GRAIN_M = 0.01
"""Everything lies on a grid of a centimetre."""


@dataclass(frozen=True, slots=True)
class Splits:
    """Land split again and again.

    Attributes
    ----------
    shapes : shape (n,), Polygon; the first are the land itself, children come after their parent.
    parent : shape (n,), -1 for the land itself.
    depth : shape (n,), splits above it.
    is_leaf : shape (n,), False for what was split further.
    cuts, cut_depth : shape (m,), the lines of the splits, and the depth of what each split.
    """

    shapes: Geometries
    parent: Integers
    depth: Integers
    is_leaf: np.ndarray
    cuts: Geometries
    cut_depth: Integers


def superblocks(side: int, rng: np.random.Generator) -> tuple[Geometries, Geometries, list[str]]:
    """Return ``side × side`` superblocks between jittered arterials, those arterials, and the class of each.

    Every third arterial is a primary road.
    """
    corner = SPACING_M * np.stack(np.meshgrid(*[np.arange(side + 1.0)] * 2, indexing="ij"), axis=-1)
    corner = ORIGIN + corner + rng.uniform(-80, 80, corner.shape)
    east, north = (_bent(corner[:-1], corner[1:], rng), _bent(corner[:, :-1], corner[:, 1:], rng))
    rings = np.stack(
        [
            corner[:-1, :-1], east[:, :-1], corner[1:, :-1], north[1:],
            corner[1:, 1:], east[:, 1:], corner[:-1, 1:], north[:-1],
        ],
        axis=2,
    )  # fmt: skip
    across = np.stack([corner[:-1], east, corner[1:]], axis=2)
    upward = np.stack([corner[:, :-1], north, corner[:, 1:]], axis=2)
    names = [_arterial(row) for _ in range(side) for row in range(side + 1)]
    names += [_arterial(column) for column in range(side + 1) for _ in range(side)]
    arterials = np.concatenate([across.reshape(-1, 3, 2), upward.reshape(-1, 3, 2)])
    return (
        _on_grain(shapely.polygons(rings.reshape(-1, 8, 2))),
        _on_grain(shapely.linestrings(arterials)),
        names,
    )


def _arterial(number: int) -> str:
    return "primary" if number % 3 == 0 else "secondary"


def _bent(start: Floats, end: Floats, rng: np.random.Generator) -> Floats:
    return np.asarray((start + end) / 2 + rng.normal(0, 12, start.shape))


def _on_grain(shapes: Geometries) -> Geometries:
    return np.asarray(shapely.set_precision(shapes, GRAIN_M))


def split(land: Geometries, *, area_m2: float, bend: float, rng: np.random.Generator) -> Splits:
    """Split land across its longer side until the pieces have about an area.

    Parameters
    ----------
    bend : how far a split leaves the straight line, as a share of its length; above a quarter the pieces are
        far from convex.
    """
    shapes, parent = list(land), [np.full(len(land), -1, dtype=np.int64)]
    depth, cuts, cut_depth = [np.zeros(len(land), dtype=np.int64)], [], []
    first, leaf = 0, []
    while first < len(shapes):
        current = np.array(shapes[first:], dtype=object)
        large = shapely.area(current) > area_m2 * rng.uniform(1.05, 1.85, len(current))
        leaf.append(~large)
        pieces, whole, lines = _halves(current[large], bend, rng)
        number = len(depth) - 1
        cuts.append(lines)
        cut_depth.append(np.full(len(lines), number, dtype=np.int64))
        parent.append(first + np.flatnonzero(large)[whole])
        depth.append(np.full(len(pieces), number + 1, dtype=np.int64))
        first = len(shapes)
        shapes += list(pieces)
    return Splits(
        np.array(shapes, dtype=object),
        np.concatenate(parent),
        np.concatenate(depth),
        np.concatenate(leaf),
        np.concatenate(cuts),
        np.concatenate(cut_depth),
    )


def frame(shapes: Geometries) -> tuple[Floats, Floats, Floats]:
    """Return centre, unit vector of the longer side, and both side lengths of the box turned to fit each shape."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(shapes)).reshape(-1, 5, 2)
    sides = np.stack([corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 1]], axis=1)
    lengths = np.hypot(sides[..., 0], sides[..., 1])
    longer = lengths.argmax(axis=1)
    row = np.arange(len(shapes))
    along = sides[row, longer] / lengths[row, longer][:, None]
    return corners[:, :4].mean(axis=1), along, np.sort(lengths, axis=1)[:, ::-1]


def _halves(
    shapes: Geometries, bend: float, rng: np.random.Generator
) -> tuple[Geometries, Integers, Geometries]:
    """Return the pieces of each shape on either side of a bent line, whose pieces they are, and the lines."""
    if not len(shapes):
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    centre, along, sides = frame(shapes)
    length, width = sides[:, :1], sides[:, 1:]
    turn = rng.normal(0, 0.06, len(shapes))
    along = np.stack(
        [
            along[:, 0] * np.cos(turn) - along[:, 1] * np.sin(turn),
            along[:, 0] * np.sin(turn) + along[:, 1] * np.cos(turn),
        ],
        axis=1,
    )
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    middle = centre + along * length * rng.uniform(-0.1, 0.1, length.shape)
    far, aside = (
        3 * length,
        along * width * bend * rng.choice([-1, 1], width.shape) * rng.uniform(0.3, 1, width.shape),
    )
    path = np.stack(
        [
            middle - across * far,
            middle - across * width * 0.15 + aside,
            middle + across * width * 0.15 - aside,
            middle + across * far,
        ],
        axis=1,
    )
    side = shapely.polygons(np.concatenate([path, path[:, ::-1][:, [0, 3]] + (along * far)[:, None]], axis=1))
    one = shapely.intersection(shapes, side, grid_size=GRAIN_M)
    two = shapely.difference(shapes, side, grid_size=GRAIN_M)
    pieces, whole = shapely.get_parts(np.concatenate([one, two]), return_index=True)
    areal = shapely.get_dimensions(pieces) == 2
    lines = shapely.get_parts(shapely.intersection(shapely.linestrings(path), shapes, grid_size=GRAIN_M))
    return pieces[areal], whole[areal] % len(shapes), lines[shapely.get_dimensions(lines) == 1]


def noded(lines: Geometries, names: list[str]) -> tuple[Geometries, np.ndarray]:
    """Cut lines where they meet, each piece once, with the class of the line it comes from."""
    pieces = shapely.get_parts(shapely.unary_union(lines, grid_size=GRAIN_M))
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    piece, line = shapely.STRtree(lines).query_nearest(middle, all_matches=False)
    found = np.empty(len(pieces), dtype=object)
    found[piece] = np.array(names, dtype=object)[line]
    return pieces, found
