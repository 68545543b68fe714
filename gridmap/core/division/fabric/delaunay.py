"""Delaunay triangulations of whole-numbered points.

Points are put in one after the other and edges flipped until no circle holds a further point (Lawson 1977). The side
of a line is told exactly, so that triangles always tile the frame; an edge is flipped only where rounding cannot have
decided (the error bound of Shewchuk 1997), so that points on one circle are joined in any one way.
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.topology import Floats, Integers

ERROR_BOUND = 1.2e-15


class Mesh(NamedTuple):
    """Triangles, three half-edges each, counter-clockwise.

    Attributes
    ----------
    at : shape (n + 4, 2), the points; the last four are the corners of a frame around all others.
    corner : shape (h,), the point each half-edge starts from.
    twin : shape (h,), the half-edge on the other side, -1 along the frame.
    stack : shape (h,), for work.
    """

    at: Integers
    corner: Integers
    twin: Integers
    stack: Integers


@compiled
def following(half: int) -> int:
    """Return the next half-edge of a triangle."""
    return half - 2 if half % 3 == 2 else half + 1


@compiled
def preceding(half: int) -> int:
    """Return the previous half-edge of a triangle."""
    return half + 2 if half % 3 == 0 else half - 1


@compiled
def _side(at: Integers, a: int, b: int, c: int) -> int:
    ax, ay, bx, by = at[b, 0] - at[a, 0], at[b, 1] - at[a, 1], at[c, 0] - at[a, 0], at[c, 1] - at[a, 1]
    return int(ax * by - ay * bx)


@compiled
def _is_inside(at: Integers, a: int, b: int, c: int, d: int) -> bool:
    """Tell whether d lies inside the circle through a, b and c beyond doubt."""
    ax, ay = float(at[a, 0] - at[d, 0]), float(at[a, 1] - at[d, 1])
    bx, by = float(at[b, 0] - at[d, 0]), float(at[b, 1] - at[d, 1])
    cx, cy = float(at[c, 0] - at[d, 0]), float(at[c, 1] - at[d, 1])
    aa, bb, cc = ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy
    one, two, three = bx * cy, cx * ay, ax * by
    four, five, six = cx * by, ax * cy, bx * ay
    value = aa * (one - four) + bb * (two - five) + cc * (three - six)
    size = aa * (abs(one) + abs(four)) + bb * (abs(two) + abs(five)) + cc * (abs(three) + abs(six))
    return value > ERROR_BOUND * size


@compiled
def new_mesh(points: int) -> Mesh:
    """Return memory for so many points and the frame."""
    size = 6 * points + 6
    return Mesh(
        np.empty((0, 2), dtype=np.int64),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.int64),
    )


@compiled
def _find(mesh: Mesh, point: int, half: int) -> int:
    """Walk from a half-edge to the triangle that holds a point; return its first half-edge."""
    base, turn = half - half % 3, 0
    while True:
        moved = False
        for step in range(3):
            edge = base + (step + turn) % 3
            if _side(mesh.at, mesh.corner[edge], mesh.corner[following(edge)], point) < 0:
                base = mesh.twin[edge] - mesh.twin[edge] % 3
                moved = True
                break
        if not moved:
            return base
        turn += 1


@compiled
def _is_taken(mesh: Mesh, point: int, base: int) -> bool:
    """Tell whether a point falls on a corner of the triangle that holds it."""
    x, y = mesh.at[point]
    for half in range(base, base + 3):
        if mesh.at[mesh.corner[half], 0] == x and mesh.at[mesh.corner[half], 1] == y:
            return True
    return False


@compiled
def _link(twin: Integers, one: int, two: int) -> None:
    twin[one] = two
    if two >= 0:
        twin[two] = one


@compiled
def _divide(mesh: Mesh, base: int, last: int, point: int) -> None:
    """Split the triangle at `base` into three around a point; two of them are put at `last`."""
    corner, twin = mesh.corner, mesh.twin
    a, b, c = corner[base], corner[base + 1], corner[base + 2]
    of_b, of_c = twin[base + 1], twin[base + 2]
    corner[base + 2] = point
    corner[last], corner[last + 1], corner[last + 2] = b, c, point
    corner[last + 3], corner[last + 4], corner[last + 5] = c, a, point
    _link(twin, last, of_b)
    _link(twin, last + 3, of_c)
    _link(twin, base + 1, last + 2)
    _link(twin, last + 1, last + 5)
    _link(twin, last + 4, base + 2)


@compiled
def _flip(mesh: Mesh, half: int, other: int) -> None:
    """Replace the edge between two triangles by the other diagonal; both edges opposite the apex keep their place."""
    corner, twin = mesh.corner, mesh.twin
    back, front = preceding(half), following(half)
    far, near = preceding(other), following(other)
    outer_near, outer_far, outer_front = twin[near], twin[far], twin[front]
    apex, beyond, source, target = corner[back], corner[far], corner[half], corner[front]
    corner[half], corner[front], corner[back] = source, beyond, apex
    corner[other], corner[near], corner[far] = beyond, target, apex
    _link(twin, half, outer_near)
    _link(twin, other, outer_far)
    _link(twin, near, outer_front)
    _link(twin, front, far)


@compiled
def _settle(mesh: Mesh, waiting: int) -> None:
    """Flip edges opposite the newest point, as they wait on the stack, until all circles are empty."""
    corner, stack = mesh.corner, mesh.stack
    while waiting > 0:
        waiting -= 1
        half = stack[waiting]
        other = mesh.twin[half]
        if other < 0:
            continue
        a, b, apex = corner[half], corner[following(half)], corner[preceding(half)]
        if _side(mesh.at, a, b, apex) == 0 or _is_inside(mesh.at, a, b, apex, corner[preceding(other)]):
            _flip(mesh, half, other)
            stack[waiting], stack[waiting + 1] = half, other
            waiting += 2


@compiled
def triangulate(memory: Mesh, at: Integers, order: Integers) -> Mesh:
    """Triangulate points inside a frame; of points at one place the first put in counts.

    Parameters
    ----------
    memory : a mesh for as many points or more, which is used up.
    at : shape (n + 4, 2); the last four are the corners of the frame, counter-clockwise.
    order : the points in the order to put them in, best so that neighbours follow each other.
    """
    count = len(at) - 4
    mesh = Mesh(at, memory.corner, memory.twin, memory.stack)
    mesh.corner[0], mesh.corner[1], mesh.corner[2] = count, count + 1, count + 2
    mesh.corner[3], mesh.corner[4], mesh.corner[5] = count, count + 2, count + 3
    mesh.twin[:6] = -1
    _link(mesh.twin, 2, 3)
    last, base = 6, 0
    for point in order:
        base = _find(mesh, point, base)
        if _is_taken(mesh, point, base):
            continue
        _divide(mesh, base, last, point)
        mesh.stack[0], mesh.stack[1], mesh.stack[2] = base, last, last + 3
        last += 6
        _settle(mesh, 3)
    return Mesh(at, mesh.corner[:last], mesh.twin[:last], mesh.stack)


@compiled
def centres(mesh: Mesh, found: Floats) -> None:
    """Enter the centre of the circle through each triangle."""
    at = mesh.at
    for triangle in range(len(mesh.corner) // 3):
        a, b, c = mesh.corner[3 * triangle], mesh.corner[3 * triangle + 1], mesh.corner[3 * triangle + 2]
        bx, by = float(at[b, 0] - at[a, 0]), float(at[b, 1] - at[a, 1])
        cx, cy = float(at[c, 0] - at[a, 0]), float(at[c, 1] - at[a, 1])
        bb, cc, twice = bx * bx + by * by, cx * cx + cy * cy, 2.0 * (bx * cy - by * cx)
        found[triangle, 0] = at[a, 0] + (cy * bb - by * cc) / twice
        found[triangle, 1] = at[a, 1] + (bx * cc - cx * bb) / twice
