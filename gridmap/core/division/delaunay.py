"""Delaunay triangulations of whole-numbered points.

Points are put in one after the other and edges flipped until no circle holds a further point (Lawson 1977). The side
of a line is told exactly, so that triangles always tile the frame; an edge is flipped only where rounding cannot have
decided (the error bound of Shewchuk 1997), so that points on one circle are joined in any one way.
"""

import numpy as np

from gridmap.core.division._compiled import compiled
from gridmap.core.topology import Floats, Integers

ERROR_BOUND = 1.2e-15


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
    return (at[b, 0] - at[a, 0]) * (at[c, 1] - at[a, 1]) - (at[b, 1] - at[a, 1]) * (at[c, 0] - at[a, 0])


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
def _find(at: Integers, corner: Integers, twin: Integers, point: int, half: int) -> int:
    """Walk from a half-edge to the triangle that holds a point; return its first half-edge."""
    triangle, turn = half // 3, 0
    while True:
        moved = False
        for step in range(3):
            edge = 3 * triangle + (step + turn) % 3
            if _side(at, corner[edge], corner[following(edge)], point) < 0:
                triangle = twin[edge] // 3
                moved = True
                turn += 1
                break
        if not moved:
            return 3 * triangle


@compiled
def _link(twin: Integers, one: int, two: int) -> None:
    twin[one] = two
    if two >= 0:
        twin[two] = one


@compiled
def _divide(corner: Integers, twin: Integers, base: int, last: int, point: int) -> None:
    """Split the triangle at `base` into three around a point; two of them are put at `last`."""
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
def _flip(corner: Integers, twin: Integers, half: int, other: int) -> None:
    """Replace the edge between two triangles by the other diagonal; both edges opposite the apex keep their place."""
    back, front = preceding(half), following(half)
    far, near = preceding(other), following(other)
    apex, beyond = corner[back], corner[far]
    outer_near, outer_far, outer_front = twin[near], twin[far], twin[front]
    source, target = corner[half], corner[front]
    corner[half], corner[front], corner[back] = source, beyond, apex
    corner[other], corner[near], corner[far] = beyond, target, apex
    _link(twin, half, outer_near)
    _link(twin, other, outer_far)
    _link(twin, near, outer_front)
    _link(twin, front, far)


@compiled
def _settle(at: Integers, corner: Integers, twin: Integers, stack: Integers, waiting: int) -> None:
    """Flip edges opposite the newest point until all circles are empty."""
    while waiting > 0:
        waiting -= 1
        half = stack[waiting]
        other = twin[half]
        if other < 0:
            continue
        a, b, apex = corner[half], corner[following(half)], corner[preceding(half)]
        beyond = corner[preceding(other)]
        if _side(at, a, b, apex) == 0 or _is_inside(at, a, b, apex, beyond):
            _flip(corner, twin, half, other)
            stack[waiting], stack[waiting + 1] = half, other
            waiting += 2


@compiled
def triangulate(at: Integers, order: Integers, corner: Integers, twin: Integers, stack: Integers) -> int:
    """Triangulate points inside a frame.

    Parameters
    ----------
    at : shape (n + 4, 2); the last four are the corners of the frame, counter-clockwise, around all others.
    order : the points to put in, best in an order in which neighbours follow each other.
    corner, twin : shape (6n + 6,), filled with the corner that each half-edge starts from, and the half-edge on its
        other side, -1 along the frame; three by three to a triangle, counter-clockwise.
    stack : shape (6n + 6,), for work.

    Returns
    -------
    the number of half-edges.
    """
    count = len(at) - 4
    corner[0], corner[1], corner[2] = count, count + 1, count + 2
    corner[3], corner[4], corner[5] = count, count + 2, count + 3
    twin[:6] = -1
    twin[2], twin[3] = 3, 2
    last, near = 6, 0
    for point in order:
        base = _find(at, corner, twin, point, near)
        near = base
        taken = False
        for step in range(3):
            vertex = corner[base + step]
            taken |= at[vertex, 0] == at[point, 0] and at[vertex, 1] == at[point, 1]
        if taken:
            continue
        _divide(corner, twin, base, last, point)
        stack[0], stack[1], stack[2] = base, last, last + 3
        last += 6
        _settle(at, corner, twin, stack, 3)
    return last


@compiled
def centres(at: Integers, corner: Integers, count: int) -> Floats:
    """Return the centre of the circle through each triangle."""
    found = np.empty((count // 3, 2))
    for triangle in range(count // 3):
        a, b, c = corner[3 * triangle], corner[3 * triangle + 1], corner[3 * triangle + 2]
        bx, by = float(at[b, 0] - at[a, 0]), float(at[b, 1] - at[a, 1])
        cx, cy = float(at[c, 0] - at[a, 0]), float(at[c, 1] - at[a, 1])
        twice = 2.0 * (bx * cy - by * cx)
        bb, cc = bx * bx + by * by, cx * cx + cy * cy
        found[triangle, 0] = at[a, 0] + (cy * bb - by * cc) / twice
        found[triangle, 1] = at[a, 1] + (bx * cc - cx * bb) / twice
    return found
