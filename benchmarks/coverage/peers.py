"""The same question put to SciPy, pandana and pgRouting, each with its network prepared beforehand."""

import io
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from sqlalchemy import Connection, text

from benchmarks.coverage.walks import Walks
from gridmap.core.coverage.answers import TOLERANCE_M
from gridmap.core.coverage.network import Network
from gridmap.core.coverage.snapping import Positions
from gridmap.core.topology import Floats, Integers

Question = Callable[[], Floats]
"""Asks for the metres from each building to its nearest facility; inf beyond the radius."""


def by_scipy(walks: Walks, facilities: Positions, radius: float) -> Question:
    """One call of ``dijkstra(min_only=True, limit=radius)``, with a node of its own for each facility."""
    network, nodes = walks.network, len(walks.network.xy)
    own, to_first, to_second = _ends(network, facilities, nodes)
    edge = facilities.edge
    graph = _matrix(
        np.concatenate([network.first, network.second, own, own]),
        np.concatenate([network.second, network.first, network.first[edge], network.second[edge]]),
        np.concatenate([network.metres, network.metres, to_first, to_second]),
        nodes + len(facilities),
    )
    homes = walks.buildings
    first, second = network.first[homes.edge], network.second[homes.edge]
    rest = network.metres[homes.edge] - homes.offset
    same = _same_edge(walks, facilities)

    def ask() -> Floats:
        reached, _, _ = dijkstra(
            graph, indices=own, min_only=True, limit=radius + TOLERANCE_M, return_predecessors=True
        )
        metres = np.minimum(reached[first] + homes.offset, reached[second] + rest) + homes.leg
        return _within(metres, same, radius)

    return ask


def by_pandana(walks: Walks, facilities: Positions, radius: float) -> Question:
    """``nearest_pois`` on the network cut at each building and facility; the legs of the facilities are edges of it."""
    import pandana  # noqa: PLC0415 (a peer that need not be installed)

    network = walks.network
    both = [
        np.concatenate([getattr(walks.buildings, name), getattr(facilities, name)])
        for name in ("edge", "offset", "leg")
    ]
    edge, offset, leg = both
    homes, nodes = len(walks.buildings), len(network.xy)
    order = np.lexsort((offset, edge))
    place = nodes + np.arange(len(edge))
    start, end, metres = _cut(network, edge[order], offset[order], place[order])
    doors = nodes + len(edge) + np.arange(len(facilities))
    xy = network.xy[network.first[edge]] + (
        (network.xy[network.second[edge]] - network.xy[network.first[edge]])
        * (offset / network.metres[edge])[:, None]
    )
    whole = np.concatenate([network.xy, xy, xy[homes:] + 1e-4])
    graph = pandana.Network(
        pd.Series(whole[:, 0]),
        pd.Series(whole[:, 1]),
        pd.Series(np.concatenate([start, place[homes:]])),
        pd.Series(np.concatenate([end, doors])),
        pd.DataFrame({"metres": np.concatenate([metres, leg[homes:]])}),
        twoway=True,
    )
    graph.set_pois("facilities", radius, 1, pd.Series(whole[doors, 0]), pd.Series(whole[doors, 1]))

    def ask() -> Floats:
        found = graph.nearest_pois(radius, "facilities", num_pois=1, include_poi_ids=True)
        reached = found[1].to_numpy()[place[:homes]].astype(np.float64)
        metres = np.where(reached < radius, reached, np.inf) + walks.buildings.leg
        return np.where(metres <= radius, metres, np.inf)

    return ask


TABLES = """
CREATE EXTENSION IF NOT EXISTS pgrouting;
CREATE UNLOGGED TABLE edge (id int, source int, target int, cost float8);
CREATE UNLOGGED TABLE stub (kind int, id int, source int, target int, cost float8);
CREATE UNLOGGED TABLE home (id int, first int, second int, to_first float8, to_second float8);
CREATE UNLOGGED TABLE beside (kind int, home int, metres float8);
"""
NEAREST = """
WITH reached AS MATERIALIZED (
    SELECT node, min(agg_cost) AS metres
    FROM pgr_drivingDistance(
        format('SELECT id, source, target, cost FROM edge
                UNION ALL SELECT id, source, target, cost FROM stub WHERE kind = %s', :kind),
        ARRAY(SELECT DISTINCT source FROM stub WHERE kind = :kind), :radius, directed => false, equicost => false
    ) GROUP BY node
)
SELECT id, min(metres) FROM (
    SELECT home.id, reached.metres + to_first AS metres FROM home JOIN reached ON reached.node = first
    UNION ALL SELECT home.id, reached.metres + to_second FROM home JOIN reached ON reached.node = second
    UNION ALL SELECT home, metres FROM beside WHERE kind = :kind
) AS ways WHERE metres <= :radius GROUP BY id
"""


def load_pgrouting(connection: Connection, walks: Walks) -> None:
    """Put network, buildings and facilities into tables of a database of their own."""
    network, homes, nodes = walks.network, walks.buildings, len(walks.network.xy)
    for statement in TABLES.strip().split("\n"):
        connection.execute(text(statement))
    _copy(connection, "edge", np.arange(len(network.first)), network.first, network.second, network.metres)
    rest = network.metres[homes.edge] - homes.offset
    _copy(connection, "home", np.arange(len(homes)), network.first[homes.edge], network.second[homes.edge],
          homes.leg + homes.offset, homes.leg + rest)  # fmt: skip
    for kind, facilities in walks.facilities.items():
        own, to_first, to_second = _ends(network, facilities, nodes)
        ids = len(network.first) + np.arange(2 * len(own))
        ends = network.first[facilities.edge], network.second[facilities.edge]
        _copy(connection, "stub", np.full(2 * len(own), kind), ids, np.tile(own, 2), np.concatenate(ends),
              np.concatenate([to_first, to_second]))  # fmt: skip
        home, metres = _same_edge(walks, facilities)
        _copy(connection, "beside", np.full(len(home), kind), home, metres)
    for column in ("first", "second"):
        connection.execute(text(f"CREATE INDEX ON home ({column})"))
    connection.execute(text("ANALYZE edge, stub, home, beside"))


def by_pgrouting(connection: Connection, walks: Walks, kind: int, radius: float) -> Question:
    """``pgr_drivingDistance`` from all facilities with ``equicost => false``, the least for each node, joined to the buildings."""

    def ask() -> Floats:
        rows = connection.execute(text(NEAREST), {"kind": kind, "radius": radius}).all()
        metres = np.full(len(walks.buildings), np.inf)
        if rows:
            home, found = zip(*rows, strict=True)
            metres[list(home)] = found
        return metres

    return ask


def _copy(connection: Connection, table: str, *columns: Floats | Integers) -> None:
    buffer = io.StringIO()
    frame = pd.DataFrame(dict(enumerate(columns)))
    frame.to_csv(buffer, header=False, index=False, float_format="%.17g")
    buffer.seek(0)
    with connection.connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT csv)", buffer)  # type: ignore[attr-defined]


def _ends(network: Network, facilities: Positions, nodes: int) -> tuple[Integers, Floats, Floats]:
    """Return a node of its own for each facility, and the metres to the ends of its edge."""
    rest = network.metres[facilities.edge] - facilities.offset
    return nodes + np.arange(len(facilities)), facilities.leg + facilities.offset, facilities.leg + rest


def _matrix(start: Integers, end: Integers, metres: Floats, size: int) -> csr_array:
    order = np.lexsort((metres, end, start))
    start, end, metres = start[order], end[order], metres[order]
    least = (np.diff(start, prepend=-1) != 0) | (np.diff(end, prepend=-1) != 0)
    return csr_array((metres[least], (start[least], end[least])), shape=(size, size))


def _same_edge(walks: Walks, facilities: Positions) -> tuple[Integers, Floats]:
    """Return buildings on the edge of a facility, and the metres between the two along it."""
    homes = walks.buildings
    order = np.argsort(homes.edge, kind="stable")
    low = np.searchsorted(homes.edge[order], facilities.edge, side="left")
    high = np.searchsorted(homes.edge[order], facilities.edge, side="right")
    facility = np.repeat(np.arange(len(facilities)), high - low)
    home = np.concatenate([order[a:b] for a, b in zip(low, high, strict=True)]).astype(np.int64)
    apart = np.abs(homes.offset[home] - facilities.offset[facility])
    return home, homes.leg[home] + apart + facilities.leg[facility]


def _within(metres: Floats, same: tuple[Integers, Floats], radius: float) -> Floats:
    np.minimum.at(metres, same[0], same[1])
    metres[metres > radius + TOLERANCE_M] = np.inf
    return metres


def _cut(
    network: Network, edge: Integers, offset: Floats, place: Integers
) -> tuple[Integers, Integers, Floats]:
    """Return the edges of the network cut at places that are sorted by edge and offset."""
    first, second, metres = (each.copy() for each in (network.first, network.second, network.metres))
    begins = np.diff(edge, prepend=-1) != 0
    ends = np.append(begins[1:], [True])
    following = np.append(place[1:], [0])
    until = np.where(ends, network.metres[edge], np.append(offset[1:], [0.0]))
    start, end = place, np.where(ends, network.second[edge], following)
    second[edge[begins]], metres[edge[begins]] = place[begins], offset[begins]
    return (
        np.concatenate([first, start]),
        np.concatenate([second, end]),
        np.concatenate([metres, until - offset]),
    )
