"""Divide real places, and compare with peers on the same cells.

Ours: `gridmap.core.division`, quality mode. Bishan (Singapore): three subzones by building; public blocks have true counts,
private homes are estimates from floors × footprint scaled to official totals. Da'an (Taipei): 53 villages made of
statistical areas. Peers as for synthetic cities. Borders count as lying on a road within 12 m of its axis; land within 50 m
of a home of the same grid is lived in; an arterial is spanned where homes of one grid lie on both sides of it, its
carriageways and slip roads taken together; a tail is a part narrower than 30 m, longer than 100 m and without a home.
Which footprints in Bishan hold private flats is a guess made after the results were seen: those of all four guesses are
printed.
"""

import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd

from benchmarks.city import Cities
from benchmarks.division.contest import METIS_BEST, REPAIRED, Entry, Outcome, both_good, contest
from benchmarks.division.datasets import CHOSEN, FOLDER, VARIANTS, Dataset, bishan, daan
from benchmarks.division.proofs import Proofs
from benchmarks.division.warming import warm_up
from benchmarks.layouts import layouts_of
from benchmarks.measuring import Line
from benchmarks.peers.network import cut_cost, network_of
from benchmarks.scoring import score
from benchmarks.shapes import compactness, inside_metres, lived_in, spanned_metres, tails
from gridmap.core.division import Division, divide
from gridmap.core.model import Verdict

TITLE = "Division of real places"
SETS: dict[str, tuple[Callable[[], Dataset], str, int]] = {
    "Bishan": (bishan, "sg_bishan", 3),
    "Da'an": (daan, "tw_taipei_daan", 51),
}
"""Where each is, and how many communities must be divided; the others must be proved impossible."""
ON_ROAD_M = 12.0
MOST = {"GerryChain": 3, "max-p": 0}


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    warm_up()
    lines = []
    for name, (read, folder, least) in SETS.items():
        if not (FOLDER / folder).is_dir():
            lines.append(Line(f"{name}: not at {FOLDER / folder}", "skipped", "–", "–", "–", None))
            continue
        lines += _lines(read(), least, cities.proofs)
        if name == "Bishan":
            lines += _guesses()
    return lines


def _guesses() -> list[Line]:
    """Tell what comes out for each guess of which footprints hold private flats."""
    lines = []
    for guess in VARIANTS:
        town = bishan(guess).town
        found = divide(
            town.communities, buildings=town.buildings, cells=None, lines=town.lines, mode="quality"
        )
        told = ", ".join(
            f"{one.code} {one.verdict}, {one.is_in_band.sum()} of {len(one.held)}" for one in found
        )
        kind = " and ".join(
            (["nameless"] if guess.only_nameless else [])
            + (["of the size of a block"] if guess.only_blocks else [])
        )
        what = f"Bishan, private flats in buildings of unknown kind: {kind or 'all'}"
        lines.append(
            Line(what + (" (the guess above)" if guess == CHOSEN else ""), told, "–", "–", "–", None)
        )
    return lines


def _lines(data: Dataset, least: int, proofs: Proofs) -> list[Line]:
    town = data.town
    buildings = None if data.cells is not None else town.buildings
    found = divide(town.communities, buildings=buildings, cells=data.cells, lines=town.lines, mode="quality")
    outcomes = contest([Entry.of(one) for one in found], most=MOST)
    lines = [_in_band(data.name, found, outcomes, least, proofs), *_costs(data.name, found, outcomes)]
    return lines if buildings is None else [*lines, *_shape_lines(data, found)]


def _in_band(
    name: str,
    found: list[Division],
    outcomes: dict[str, list[Outcome | None]],
    least: int,
    proofs: Proofs,
) -> Line:
    divided = sum(one.verdict is Verdict.DIVIDED for one in found)
    impossible = [one for one in found if one.verdict is Verdict.INFEASIBLE]
    accepted = sum(proofs.accepts(one.layout.graph, one.certificate) for one in impossible)
    good = {peer: sum(bool(one and one.is_good) for one in outcomes[peer]) for peer in outcomes}
    households = sum(one.households for one in found)
    is_right = divided >= least and accepted == len(impossible) == len(found) - divided
    return Line(
        f"{name}: {len(found)} communities, {households:,} households, fully in band",
        f"{divided}; {len(impossible)} impossible, {accepted} of the proofs accepted by the checker",
        f"{METIS_BEST} {good[METIS_BEST]}, {REPAIRED} {good[REPAIRED]}, KaHIP {good['KaHIP']}",
        f"{divided / max(good[REPAIRED], 1):.2f} (ours ÷ {REPAIRED})",
        f"{least}, the others proved impossible; never fewer than {REPAIRED}",
        is_right and divided >= good[REPAIRED],
    )


def _costs(name: str, found: list[Division], outcomes: dict[str, list[Outcome | None]]) -> list[Line]:
    """Compare costs over all communities, and over those where both sides are in the band."""
    mine = sum(cut_cost(network_of(one.layout.graph), one.grid_of_cell) for one in found)
    lines = []
    for peer, figure in ((METIS_BEST, 0.75 if name == "Bishan" else None), (REPAIRED, None), ("KaHIP", None)):
        theirs = sum(one.cost for one in outcomes[peer] if one)
        count, ours_good, theirs_good = both_good(outcomes["quality"], outcomes[peer])
        ratio = mine / theirs
        lines.append(
            Line(
                f"{name}: cost of the borders against {peer}, all communities",
                f"{mine:,.0f}",
                f"{theirs:,.0f}",
                f"{ratio:.3f} (ours ÷ peer); {ours_good / max(theirs_good, 1):.3f} where both are in band ({count})",
                "–" if figure is None else f"≤ {figure:g}×",
                None if figure is None else ratio <= figure,
            )
        )
    return lines


def _shape_lines(data: Dataset, found: list[Division]) -> list[Line]:
    town, name = data.town, data.name
    table = gpd.GeoDataFrame(
        pd.concat([one.grids.assign(code=one.code) for one in found], ignore_index=True), crs=found[0].crs
    )
    homes = town.buildings.geometry[town.buildings["households"].fillna(0) > 0].to_numpy()
    shapes = table.geometry.to_numpy()
    driven = score(table, town.communities, town.buildings, data.drive, reach_m=ON_ROAD_M)
    listed = score(table, town.communities, town.buildings, town.lines, reach_m=ON_ROAD_M)
    roundness = compactness(lived_in(shapes, homes))
    spanned = spanned_metres(shapes, homes, town.lines)
    inside = int((inside_metres(shapes, town.lines) > 100).sum())
    wide = np.flatnonzero(spanned > 100)
    named = ", ".join(f"{table['code'][row]}-{table['sequence'][row]} {spanned[row]:.0f} m" for row in wide)
    seconds = _seconds_of_cells(data)
    return [
        _least(f"{name}: border on drive roads", driven.on_roads, 0.60),
        _least(f"{name}: border on any line", listed.on_lines, 0.75),
        _least(f"{name}: mean Polsby–Popper of the land lived in", float(roundness.mean()), 0.55),
        _least(f"{name}: least Polsby–Popper of the land lived in", float(roundness.min()), 0.25),
        _most(
            f"{name}: grids with homes on both sides of more than 100 m of primary road ({named or 'none'})",
            len(wide) / len(table),
            0.02,
        ),
        Line(
            f"{name}: grids with more than 100 m of a carriageway inside, homes beyond it or not",
            f"{inside} of {len(table)}",
            "–",
            "–",
            "–",
            None,
        ),
        _most(f"{name}: tails", tails(shapes, homes), 0),
        _most(
            f"{name}: buildings cut, households lost, grids in pieces",
            driven.cut + driven.lost + driven.multipart,
            0,
        ),
        _most(f"{name}: seconds of CPU for the cells of 1,000 footprints", seconds, 0.1),
    ]


def _seconds_of_cells(data: Dataset) -> float:
    """Return the seconds of CPU for 1,000 footprints, once everything is compiled."""
    layouts_of(data.town)
    start = time.process_time()
    layouts_of(data.town)
    return (time.process_time() - start) / len(data.town.buildings) * 1000


def _least(what: str, value: float, figure: float) -> Line:
    return Line(what, f"{value:.3f}", "–", "–", f"≥ {figure:g}", value >= figure)


def _most(what: str, value: float, figure: float) -> Line:
    return Line(what, f"{value:.3g}", "–", "–", f"≤ {figure:g}", value <= figure)
