"""How far 100,000 buildings are from the nearest facility, exact on the edge and up to a radius.

Ours: `gridmap.core.coverage.reach` on the synthetic city of `benchmarks.coverage.walks`, made ready beforehand as each peer's
network is. SciPy: one call of ``dijkstra`` with ``min_only`` and ``limit``. pandana: the same exact task, the network cut at
every building and facility, ``nearest_pois`` alone timed. pgRouting: ``pgr_drivingDistance`` with ``equicost => false`` and
SQL to the buildings.

What if: a full recompute is what an answer costs without a state to start from: the ways of a profile made a graph with the
buildings on it, all pairs searched, the nearest facility of each building. Told beside it: the last two alone, on a graph that
is ready. A step is timed as a planner waits for it, from a facility's new place on the network to all buildings that change.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import numpy as np

from benchmarks.city import ACTOR, Cities
from benchmarks.coverage.peers import Question, by_pandana, by_pgrouting, by_scipy, load_pgrouting
from benchmarks.coverage.walks import KINDS, Walks, large_city, small_city
from benchmarks.measuring import Line, against, in_turns, seconds_of, spread
from gridmap.core.coverage.reach import Reach
from gridmap.core.coverage.reference import pairs_by_scipy
from gridmap.core.coverage.whatif import Standing
from gridmap.core.topology import Floats
from gridmap.db.engine import transaction

TITLE = "Reach on foot"
ASKED, RADIUS = (100, 278, 500), 500.0
"""Facilities of the kinds asked for one by one, and the radius in metres."""
ROUNDS, SLOW_ROUNDS = 9, 3
TIMES, AT_LEAST_S = 5, 0.5
"""Whoever's turn it is is asked so often, and for so many seconds at least, and the median counts: the first answers after
another's turn would time how memory that the other left behind fills again."""
FLIPS_RADIUS = 1600.0
STEPS = 40


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    walks = small_city()
    reach = Reach.of(walks.network, walks.buildings, walks.passable)
    return [
        *_against_peers(cities, walks, reach),
        _exactness(walks, reach),
        _growth(reach),
        *_ten_kinds(),
        *_steps(walks, reach),
    ]


def _against_peers(cities: Cities, walks: Walks, reach: Reach) -> list[Line]:
    what = f"nearest of {'/'.join(map(str, ASKED))} facilities, {RADIUS:.0f} m, {len(walks.network.xy):,} nodes, 1 thread"
    scipy = {kind: by_scipy(walks, walks.facilities[kind], RADIUS) for kind in ASKED}
    lines = [_contest(f"{what}: SciPy", walks, reach, scipy, figure=4, rounds=ROUNDS)]
    cities.cluster.create_database("reach", "empty")
    with cities.open("reach") as engine:
        with transaction(engine, actor=ACTOR) as connection:
            load_pgrouting(connection, walks)
        with engine.connect() as connection:
            asked = {kind: by_pgrouting(connection, walks, kind, RADIUS) for kind in ASKED}
            lines.append(_contest(f"{what}: pgRouting", walks, reach, asked, figure=300, rounds=SLOW_ROUNDS))
    pandana = {kind: by_pandana(walks, walks.facilities[kind], RADIUS) for kind in ASKED}
    return [*lines, _contest(f"{what}: pandana", walks, reach, pandana, figure=300, rounds=SLOW_ROUNDS)]


def _contest(
    what: str, walks: Walks, reach: Reach, peer: dict[int, Question], *, figure: float, rounds: int
) -> Line:
    """Compare seconds of all kinds asked for, and tell how far the answers are apart."""

    def ours() -> list[Floats]:
        return [reach.nearest(walks.facilities[kind], RADIUS).metres for kind in peer]

    def theirs() -> list[Floats]:
        return [ask() for ask in peer.values()]

    apart, flips = _apart(np.concatenate(ours()), np.concatenate(theirs()))
    times = in_turns(
        {"ours": lambda: _median_seconds(ours), "peer": lambda: _median_seconds(theirs)}, rounds=rounds
    )
    what = f"{what} (apart by {apart:.1e} m, {flips} within for one only)"
    return against(what, times["ours"], times["peer"], figure=figure, goal="least")


def _median_seconds(work: Callable[[], object]) -> float:
    times = list[float]()
    while len(times) < TIMES or sum(times) < AT_LEAST_S:
        times.append(seconds_of(work))
    return median(times)


def _apart(one: Floats, other: Floats) -> tuple[float, int]:
    """Return the largest difference, and how many are within the radius for one only."""
    within = np.isfinite(one), np.isfinite(other)
    both = within[0] & within[1]
    return float(np.abs(one[both] - other[both]).max(initial=0.0)), int((within[0] != within[1]).sum())


def _exactness(walks: Walks, reach: Reach) -> Line:
    """Compare a million pairs with SciPy's on the network that is not reduced."""
    count, worst, flips = 0, 0.0, 0
    for facilities in walks.facilities.values():
        ours = reach.pairs(facilities, FLIPS_RADIUS)
        theirs = pairs_by_scipy(walks.network, facilities, walks.buildings, FLIPS_RADIUS, walks.passable)
        keys = [each.source.astype(np.int64) * reach.targets + each.target for each in (ours, theirs)]
        shared, here, there = np.intersect1d(*keys, assume_unique=True, return_indices=True)
        flips += len(keys[0]) + len(keys[1]) - 2 * len(shared)
        worst = max(worst, float(np.abs(ours.metres[here] - theirs.metres[there]).max(initial=0.0)))
        count += len(shared)
    is_exact = count >= 1_000_000 and worst <= 1e-9 and flips == 0
    return Line(
        f"{count:,} pairs within {FLIPS_RADIUS:.0f} m", f"apart by {worst:.1e} m, {flips} flips", "SciPy", "–",
        "≤ 1e-9 m, 0 flips on 10⁶ pairs", is_exact,
    )  # fmt: skip


def _growth(small: Reach) -> Line:
    """Compare the same facilities and buildings in the small city and in one of four times its nodes."""
    cities = {
        "small": (small, small_city()),
        "large": (_ready(walks := large_city(only_in_first=True)), walks),
    }

    def asked(reach: Reach, walks: Walks) -> Callable[[], float]:
        return lambda: _median_seconds(
            lambda: [reach.nearest(walks.facilities[kind], RADIUS) for kind in ASKED]
        )

    times = in_turns({name: asked(*city) for name, city in cities.items()}, rounds=ROUNDS)
    nodes = len(large_city(only_in_first=True).network.xy)
    return against(
        f"the same on {nodes:,} nodes, against the small city",
        times["large"],
        times["small"],
        figure=1.2,
        goal="most",
    )


def _ready(walks: Walks) -> Reach:
    return Reach.of(walks.network, walks.buildings, walks.passable)


def _ten_kinds() -> list[Line]:
    """Ask for ten kinds on the large city, with two threads; SciPy one after the other."""
    walks = large_city(only_in_first=False)
    reach = _ready(walks)
    scipy = [by_scipy(walks, walks.facilities[kind], radius) for kind, radius in KINDS.items()]
    largest_first = sorted(KINDS.items(), key=lambda kind: -kind[0] * kind[1] ** 2)
    with ThreadPoolExecutor(2) as pool:

        def ours() -> list[object]:
            return list(
                pool.map(lambda kind: reach.nearest(walks.facilities[kind[0]], kind[1]), largest_first)
            )

        ours()
        times = in_turns(
            {
                "ours": lambda: _median_seconds(ours),
                "peer": lambda: seconds_of(lambda: [ask() for ask in scipy]),
            },
            rounds=5,
        )
        load = f"load {os.getloadavg()[0]:.1f}, {_processor_seconds(ours):.3f} s of both processors"
    what = f"10 kinds, 300/500/1000 m, {len(walks.buildings):,} buildings, {len(walks.network.xy):,} nodes"
    middle = median(times["ours"])
    return [
        Line(f"{what}, 2 threads ({load})", spread(times["ours"]), "–", "–", "≤ 0.040 s", middle <= 0.040),
        against(f"{what}: SciPy in one thread", times["ours"], times["peer"], figure=None, goal="least"),
    ]


def _processor_seconds(work: Callable[[], object]) -> float:
    """Return the seconds of processors that work takes, which others at work do not prolong so much."""
    start = time.process_time()
    work()
    return time.process_time() - start


def _steps(walks: Walks, reach: Reach) -> list[Line]:
    """Take steps from one state, each against the whole searched again, and see that both say the same."""
    standing = Standing.of(reach, walks.facilities[500], RADIUS)
    rng = np.random.default_rng(9)
    chosen = rng.choice(500, STEPS, replace=False).tolist()
    gates = _gates_near(walks, standing)[:STEPS]
    spots = [walks.facilities[456].where(np.array([k])) for k in range(STEPS)]
    kinds: dict[str, list[Callable[[], Standing]]] = {
        "add a facility": [lambda spot=spot: standing.add(spot) for spot in spots],  # type: ignore[misc]
        "move one": [
            lambda k=k, spot=spot: standing.move(k, spot) for k, spot in zip(chosen, spots, strict=True)
        ],  # type: ignore[misc]
        "close one": [lambda k=k: standing.close(k) for k in chosen],  # type: ignore[misc]
        "close a gate": [lambda gate=gate: standing.close_gate(gate) for gate in gates],  # type: ignore[misc]
    }
    return [line for name, steps in kinds.items() for line in _step_lines(name, steps, walks, standing)]


def _step_lines(
    name: str, steps: list[Callable[[], Standing]], walks: Walks, standing: Standing
) -> list[Line]:
    after = [step() for step in steps]
    same = sum(_is_same(each, _anew(each)) for each in after)
    times = [median(seconds_of(step) for _ in range(3)) for step in steps]
    whole = [seconds_of(lambda: _from_ways(walks, standing)) for _ in range(5)]
    search = [seconds_of(lambda: _anew(standing)) for _ in range(9)]
    changed = median(len(each.change.target) for each in after)
    what = f"what if: {name} ({changed:.0f} buildings change; {same} of {len(after)} identical)"
    figure = 100 if "gate" in name else 2000
    return [
        against(f"{what}, against a full recompute", times, whole, figure=figure, goal="least"),
        against("the same, against the search alone", times, search, figure=None, goal="least"),
    ]


def _from_ways(walks: Walks, standing: Standing) -> Standing:
    return Standing.of(_ready(walks), standing.sources, standing.radius, is_open=standing.is_open)


def _anew(standing: Standing) -> Standing:
    return Standing.of(standing.reach, standing.sources, standing.radius, is_open=standing.is_open)


def _is_same(one: Standing, other: Standing) -> bool:
    found = zip([*one.nearest(), *one.pairs()], [*other.nearest(), *other.pairs()], strict=True)
    return all(np.array_equal(mine, its) for mine, its in found)


def _gates_near(walks: Walks, standing: Standing) -> list[int]:
    """Return gates within the radius of a facility."""
    gates = np.random.default_rng(3).permutation(len(walks.network.gates))
    reach, links = standing.reach, standing.reach.linked(standing.sources)
    near = (reach.near_gate(int(gate), links, RADIUS, standing.is_open) for gate in gates[:2000])
    return [int(gate) for gate, sources in zip(gates, near, strict=False) if len(sources)]
