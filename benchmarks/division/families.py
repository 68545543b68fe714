"""Divide cities that do not exist, and compare with peers on the same cells.

Ours: `gridmap.core.division`, quality mode, on families of cities from seeds that nothing was tuned on. Peers divide the
same graphs of cells: METIS k-way (one seed; the best of ten), METIS repaired by pieces, joins, moves and new divisions of
neighbourhoods, KaHIP kaffpa ECO, the recursive trees of GerryChain, and the max-p heuristic of spopt, the last two on some
communities only; what takes too long, or errs, is a failure. Communities are worked on in turns. A metre of border costs 5
on nothing, 2 on a wall or service road, 1 on a road; costs are compared where both sides have every grid in the band.
Polygons are scored by a program that knows only them and the buildings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import geopandas as gpd
import numpy as np
import pandas as pd

from benchmarks.city import Cities
from benchmarks.division import estates
from benchmarks.division.contest import METIS_BEST, REPAIRED, Entry, Outcome, asked, both_good, contest
from benchmarks.families import FAMILIES, HELD_OUT, Town, make_town
from benchmarks.measuring import Line
from benchmarks.scoring import Score, score, slack
from gridmap.core.division import Division, divide
from gridmap.core.division.verify import verify
from gridmap.core.model import Band, Verdict

TITLE = "Division of synthetic cities"
MOST = {"GerryChain": 4, "max-p": 1}
"""Communities of a family that a slow peer is asked for."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One family divided, scored, and divided by the peers."""

    name: str
    town: Town
    divisions: list[Division]
    score: Score
    outcomes: dict[str, list[Outcome | None]]

    def count(self, verdict: Verdict) -> int:
        """Return how many communities have a verdict."""
        return sum(one.verdict is verdict for one in self.divisions)

    @property
    def faults(self) -> int:
        """Hard rules broken."""
        return self.score.faults(slack(self.town.communities))


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    trials = [_trial(name, cities.sizes.communities) for name in FAMILIES]
    return [
        *(_family_line(trial) for trial in trials),
        *estates.measure(cities.sizes.estates),
        _proofs(trials),
        *_lines_of_all(trials),
    ]


def _proofs(trials: Sequence[Trial]) -> Line:
    """Tell how many verdicts of impossibility the independent checker accepts."""
    found = [one for trial in trials for one in trial.divisions if one.verdict is Verdict.INFEASIBLE]
    accepted = sum(
        bool(one.certificate and verify(one.layout.graph, Band(), one.certificate)) for one in found
    )
    return Line(
        "proofs of impossibility accepted by the independent checker",
        f"{accepted} of {len(found)}", "–", "–", "all", accepted == len(found),
    )  # fmt: skip


def _trial(name: str, communities: int) -> Trial:
    recipe = FAMILIES[name]
    count = max(1, communities // 8) if recipe.superblocks else communities
    town = make_town(recipe, communities=count, seed=HELD_OUT[0])
    divisions = divide(
        town.communities, buildings=town.buildings, cells=None, lines=town.lines, mode="quality"
    )
    outcomes = contest([Entry.of(one) for one in divisions], most=MOST)
    return Trial(name, town, divisions, _scored(town, divisions), outcomes)


def _scored(town: Town, divisions: Sequence[Division]) -> Score:
    grids = pd.concat([one.grids.assign(code=one.code) for one in divisions], ignore_index=True)
    return score(gpd.GeoDataFrame(grids), town.communities, town.buildings, town.lines)


def _good(outcomes: Sequence[Outcome | None]) -> int:
    return sum(one.is_good for one in asked(outcomes))


def _family_line(trial: Trial) -> Line:
    """Tell how many communities of a family have every grid in the band."""
    divided, undecided = trial.count(Verdict.DIVIDED), trial.count(Verdict.UNKNOWN)
    impossible, total = trial.count(Verdict.INFEASIBLE), len(trial.divisions)
    feasible = total if trial.town.planted is not None else total - impossible
    in_band = int(trial.score.in_band.sum())
    peers = ", ".join(f"{name} {_good(trial.outcomes[name])}" for name in (METIS_BEST, REPAIRED))
    return Line(
        f"{trial.name}: {total} communities, {int(trial.score.households.sum()):,} households, fully in band",
        f"{in_band}; {impossible} impossible, {undecided} undecided",
        peers,
        f"{in_band / max(feasible, 1):.3f} (of the feasible)",
        "all feasible, none undecided",
        reached=in_band == feasible == divided and undecided == 0,
    )


def _lines_of_all(trials: Sequence[Trial]) -> list[Line]:
    whole: dict[str, list[Outcome | None]] = {
        name: [one for trial in trials for one in trial.outcomes[name]] for name in trials[0].outcomes
    }
    ours = whole["quality"]
    borders = [(trial.score.on_lines, trial.score.weighted_m) for trial in trials]
    roundness = np.concatenate([trial.score.polsby_popper for trial in trials])
    faults = sum(trial.faults for trial in trials)
    return [
        _more(ours, whole[METIS_BEST], METIS_BEST, 1.15),
        _more(ours, whole[REPAIRED], REPAIRED, 1.0),
        *(_information(name, whole[name]) for name in whole),
        _cheaper(ours, whole[METIS_BEST], METIS_BEST, 0.70),
        _cheaper(ours, whole[REPAIRED], REPAIRED, None),
        _cheaper(ours, whole["KaHIP"], "KaHIP", 0.80),
        _at_least("border on roads and walls", float(np.mean([share for share, _ in borders])), 0.94),
        _at_least("mean Polsby–Popper of the grids", float(roundness.mean()), 0.68),
        Line(
            "pieces, cut buildings, lost households, gaps, overlaps, invalid coverages",
            str(faults), "–", "–", "0", faults == 0,
        ),
    ]  # fmt: skip


def _more(ours: Sequence[Outcome | None], peer: Sequence[Outcome | None], name: str, figure: float) -> Line:
    mine, theirs = _good(ours), _good(peer)
    sign, reached = ("≥", mine >= figure * theirs) if figure > 1 else (">", mine > theirs)
    ratio = f"{mine / max(theirs, 1):.2f} (ours ÷ peer)"
    return Line(
        f"communities fully in band against {name}",
        str(mine),
        str(theirs),
        ratio,
        f"{sign} {figure:g}×",
        reached,
    )


def _cheaper(
    ours: Sequence[Outcome | None], peer: Sequence[Outcome | None], name: str, figure: float | None
) -> Line:
    count, mine, theirs = both_good(ours, peer)
    ratio = mine / max(theirs, 1e-9)
    return Line(
        f"cost of the borders against {name}, {count} communities",
        f"{mine:,.0f}",
        f"{theirs:,.0f}",
        f"{ratio:.3f} (ours ÷ peer)",
        "–" if figure is None else f"≤ {figure:g}×",
        None if figure is None else ratio <= figure,
    )


def _information(name: str, outcomes: Sequence[Outcome | None]) -> Line:
    done = asked(outcomes)
    failed = sum(one.label is None for one in done)
    told = f"{_good(done)} of {len(done)} fully in band, {failed} failed, {sum(one.cpu for one in done):.1f} s CPU"
    middle = f"{median(one.cpu for one in done) * 1000:.1f} ms a community"
    mine, theirs = (f"{told}, {middle}", "–") if name in ("fast", "quality") else ("–", f"{told}, {middle}")
    return Line(f"{name}", mine, theirs, "–", "–", None)


def _at_least(what: str, value: float, figure: float) -> Line:
    return Line(what, f"{value:.3f}", "–", "–", f"≥ {figure:g}", value >= figure)
