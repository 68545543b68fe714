"""Layouts as bytes, and many of them into the database at once.

Format 1. Four bytes (unsigned, little-endian) tell the length of a header; the header is JSON in UTF-8: ``version``,
``origin`` (x and y in whole millimetres) and ``arrays``, a list of name, NumPy type and shape. The arrays follow one
after the other, little-endian, in C order:

===================  ==========================================================================================
``start, end``       (s, 2) of the segments of the borders, in millimetres from the origin
``left, right``      (s,) the cell on either side; -1 is the outside of the community
``graph.…``          the fields of `Graph`
``carriers``         (k,) ids of the buildings or small areas that have a cell
``carried``          (k,) households of each
``cell_of_carrier``  (k,)
``site``             (n,) the dedicated site that each cell is part of; -1 if none
===================  ==========================================================================================

Cells are numbered in 16 bits where these are enough.
"""

import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from gridmap.core.division.graph import Graph
from gridmap.core.division.layout import Layout
from gridmap.core.topology import Integers, Segments
from gridmap.db.copying import copy_rows
from gridmap.db.queries import sql

VERSION = 1
MILLIMETRES = 1000.0
CELLS = {"left", "right", "graph.first", "graph.second", "cell_of_carrier"}
"""Arrays that hold numbers of cells."""
_LENGTH = struct.Struct("<I")

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class NewDrawing:
    """A plan and what it is drawn on, to be kept.

    Attributes
    ----------
    content : the layout, encoded.
    grid_of_cell : shape (n,).
    """

    plan_id: int
    community_id: int
    content: bytes
    grid_of_cell: Integers


def insert_drawings(connection: Connection, drawings: Sequence[NewDrawing], crs: str) -> None:
    """Keep layouts and which grid each cell is in, by COPY in its binary form."""
    ids = connection.execute(sql("new_layout_ids"), {"count": len(drawings)}).scalars().all()
    name = crs.encode()
    copy_rows(
        connection,
        "gridmap.layout (id, community_id, crs, cells, content)",
        (
            (_big(layout), _big(one.community_id), name, _whole(len(one.grid_of_cell)), one.content)
            for layout, one in zip(ids, drawings, strict=True)
        ),
    )
    copy_rows(
        connection,
        "gridmap.drawing (plan_id, layout_id, grid_of_cell, last_number)",
        (
            (_big(one.plan_id), _big(layout), encode_grids(one.grid_of_cell), _whole(_last(one.grid_of_cell)))
            for layout, one in zip(ids, drawings, strict=True)
        ),
    )


def encode_grids(grid_of_cell: Integers) -> bytes:
    """Return the grid of each cell as bytes."""
    return grid_of_cell.astype("<i4").tobytes()


def decode_grids(content: bytes) -> Integers:
    """Return the grid of each cell."""
    return np.frombuffer(content, "<i4").astype(np.int64)


def encode_layout(layout: Layout, carrier_ids: Integers) -> bytes:
    """Return a layout as bytes; corners are rounded to a millimetre, where they lie.

    Parameters
    ----------
    carrier_ids : shape (k,), what the database calls the carriers.
    """
    corners = [
        np.rint(ends * MILLIMETRES).astype(np.int64) for ends in (layout.borders.start, layout.borders.end)
    ]
    origin = corners[0][0] if len(corners[0]) else np.zeros(2, dtype=np.int64)
    arrays = {
        "start": corners[0] - origin,
        "end": corners[1] - origin,
        "left": layout.borders.left,
        "right": layout.borders.right,
        **{f"graph.{field.name}": getattr(layout.graph, field.name) for field in fields(Graph)},
        "carriers": carrier_ids,
        "carried": layout.carried,
        "cell_of_carrier": layout.cell_of_carrier,
        "site": layout.site,
    }
    is_small = len(layout.graph.households) < 2**15
    packed = {name: array.astype(_kind(name, array, is_small=is_small)) for name, array in arrays.items()}
    told = [[name, array.dtype.str, array.shape] for name, array in packed.items()]
    header = json.dumps({"version": VERSION, "origin": origin.tolist(), "arrays": told}).encode()
    return b"".join([_LENGTH.pack(len(header)), header, *(array.tobytes() for array in packed.values())])


def decode_layout(content: bytes) -> Layout:
    """Return a layout; the labels of its carriers are their ids, and they have no names.

    Raises
    ------
    ValueError : the bytes are of another version.
    """
    start = _LENGTH.size + _LENGTH.unpack_from(content)[0]
    header = json.loads(content[_LENGTH.size : start])
    if header["version"] != VERSION:
        raise ValueError(f"a layout of version {header['version']}")
    arrays = _arrays(content, start, header["arrays"])
    origin = np.array(header["origin"], dtype=np.int64)
    starts, ends = ((arrays[name] + origin) / MILLIMETRES for name in ("start", "end"))
    graph = Graph(**{field.name: arrays[f"graph.{field.name}"] for field in fields(Graph)})
    return Layout(
        graph=graph,
        borders=Segments(arrays["left"], arrays["right"], starts, ends),
        carriers=arrays["carriers"].astype(object),
        names=np.full(len(arrays["carriers"]), "", dtype=object),
        carried=arrays["carried"],
        cell_of_carrier=arrays["cell_of_carrier"],
        site=arrays["site"],
    )


def _kind(name: str, array: NDArray[Any], *, is_small: bool) -> str:
    """Return the NumPy type in which an array is kept."""
    if array.dtype.kind == "f":
        return "<f4"
    if name == "carriers":
        return "<i8"
    return "<i2" if is_small and name in CELLS else "<i4"


def _arrays(content: bytes, start: int, told: Iterable[tuple[str, str, list[int]]]) -> Arrays:
    arrays: Arrays = {}
    for name, kind, shape in told:
        count = int(np.prod(shape))
        read = np.frombuffer(content, kind, count, start).reshape(shape)
        arrays[name] = read.astype(np.float64 if read.dtype.kind == "f" else np.int64)
        start += read.nbytes
    return arrays


def _last(grid_of_cell: Integers) -> int:
    return int(grid_of_cell.max(initial=0))


def _big(value: int) -> bytes:
    return struct.pack(">q", value)


def _whole(value: int) -> bytes:
    return struct.pack(">i", value)
