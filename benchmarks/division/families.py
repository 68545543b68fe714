"""Divide cities that do not exist, and compare with peers on the same cells.

Ours: `gridmap.core.division`, quality mode, on families of cities from seeds that nothing was tuned on. Peers divide the
same graphs of cells: METIS k-way (one seed; the best of ten), METIS repaired by pieces, joins, moves and new divisions of
neighbourhoods, KaHIP kaffpa ECO, the recursive trees of GerryChain, and the max-p heuristic of spopt, the last two on some
communities only; what takes too long, or errs, is a failure. Communities are worked on in turns. A metre of border costs 5
on nothing, 2 on a wall or service road, 1 on a road; costs are compared where both sides have every grid in the band.
Polygons are scored by a program that knows only them and the buildings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import geopandas as gpd
import numpy as np
import pandas as pd

from benchmarks.city import Cities
from benchmarks.division.contest import METIS_BEST, REPAIRED, Entry, Outcome, asked, both_good, contest
from benchmarks.division.proofs import Proofs
from benchmarks.division.warming import warm_up
from benchmarks.families import FAMILIES, HELD_OUT, Town, make_town
from benchmarks.measuring import Line
from benchmarks.scoring import Score, score, slack
from gridmap.core.division import Division, divide
from gridmap.core.model import Verdict

TITLE = "Division of synthetic cities"
MOST = {"GerryChain": 5, "max-p": 1}
"""Communities of a family, all of its first city, that a slow peer is asked for."""
GIANTS = 8
"""Communities of other families for one giant."""


@dataclass(frozen=True, slots=True)
class TownTrial:
    """One city divided, scored, and divided by the peers."""

    town: Town
    divisions: list[Division]
    score: Score
    outcomes: dict[str, list[Outcome | None]]


@dataclass(frozen=True, slots=True)
class Trial:
    """The cities of one family."""

    name: str
    towns: list[TownTrial]

    def count(self, verdict: Verdict) -> int:
        """Return how many communities have a verdict."""
        return sum(one.verdict is verdict for town in self.towns for one in town.divisions)

    def outcomes(self, name: str) -> list[Outcome | None]:
        """Return what one contender made of all communities."""
        return [one for town in self.towns for one in town.outcomes[name]]

    @property
    def faults(self) -> int:
        """Hard rules broken."""
        return sum(one.score.faults(slack(one.town.communities)) for one in self.towns)


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    warm_up()
    trials = [_trial(name, cities.sizes.communities) for name in FAMILIES]
    return [*(_family_line(trial, cities.proofs) for trial in trials), *_lines_of_all(trials)]


def _trial(name: str, communities: int) -> Trial:
    """Divide cities of a family, one for each seed that its communities can be shared out to."""
    recipe = FAMILIES[name]
    count = max(1, communities // GIANTS) if recipe.superblocks else communities
    seeds = HELD_OUT[:count]
    shares = [len(range(nth, count, len(seeds))) for nth in range(len(seeds))]
    towns = [
        make_town(recipe, communities=share, seed=seed) for share, seed in zip(shares, seeds, strict=True)
    ]
    nobody = dict.fromkeys(MOST, 0)
    return Trial(name, [_town_trial(town, nobody if nth else MOST) for nth, town in enumerate(towns)])


def _town_trial(town: Town, most: Mapping[str, int]) -> TownTrial:
    divisions = divide(
        town.communities, buildings=town.buildings, cells=None, lines=town.lines, mode="quality"
    )
    outcomes = contest([Entry.of(one) for one in divisions], most=most)
    return TownTrial(town, divisions, _scored(town, divisions), outcomes)


def _scored(town: Town, divisions: Sequence[Division]) -> Score:
    grids = pd.concat([one.grids.assign(code=one.code) for one in divisions], ignore_index=True)
    return score(gpd.GeoDataFrame(grids), town.communities, town.buildings, town.lines)


def _good(outcomes: Sequence[Outcome | None]) -> int:
    return sum(one.is_good for one in asked(outcomes))


def _family_line(trial: Trial, proofs: Proofs) -> Line:
    """Tell how many communities of a family have every grid in the band."""
    found = [one for town in trial.towns for one in town.divisions]
    impossible = [one for one in found if one.verdict is Verdict.INFEASIBLE]
    accepted = sum(proofs.accepts(one.layout.graph, one.certificate) for one in impossible)
    undecided = trial.count(Verdict.UNKNOWN)
    is_planted = trial.towns[0].town.planted is not None
    feasible = len(found) - (0 if is_planted else accepted)
    in_band = sum(int(town.score.in_band.sum()) for town in trial.towns)
    households = sum(int(town.score.households.sum()) for town in trial.towns)
    peers = ", ".join(f"{name} {_good(trial.outcomes(name))}" for name in (METIS_BEST, REPAIRED))
    return Line(
        f"{trial.name}: {len(found)} communities of {len(trial.towns)} cities, {households:,} households, fully in band",
        f"{in_band}; {len(impossible)} impossible, {accepted} of the proofs accepted, {undecided} undecided",
        peers,
        f"{in_band / max(feasible, 1):.3f} (of the feasible)",
        "all feasible, none undecided",
        reached=in_band == feasible == trial.count(Verdict.DIVIDED) and undecided == 0,
    )


def _lines_of_all(trials: Sequence[Trial]) -> list[Line]:
    whole: dict[str, list[Outcome | None]] = {
        name: [one for trial in trials for one in trial.outcomes(name)]
        for name in trials[0].towns[0].outcomes
    }
    ours = whole["quality"]
    scores = [town.score for trial in trials for town in trial.towns]
    roundness = np.concatenate([one.polsby_popper for one in scores])
    faults = sum(trial.faults for trial in trials)
    return [
        _more(ours, whole[METIS_BEST], METIS_BEST, 1.15),
        _more(ours, whole[REPAIRED], REPAIRED, 1.0),
        *(_information(name, whole[name]) for name in whole),
        _cheaper(ours, whole[METIS_BEST], METIS_BEST, 0.70),
        _cheaper(ours, whole[REPAIRED], REPAIRED, None),
        _cheaper(ours, whole["KaHIP"], "KaHIP", 0.80),
        _at_least("border on roads and walls", float(np.mean([one.on_lines for one in scores])), 0.94),
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
