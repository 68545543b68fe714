"""Facilities that others cannot stand in for, and the network of main, special and supplementary."""

import numpy as np

from gridmap.core.coverage.norms import Duty
from gridmap.core.coverage.resilience import depending, network_check
from gridmap.core.coverage.situation import serving
from gridmap.core.model import FacilityTier
from tests.core.coverage.rules import norm
from tests.core.coverage.situations import facilities_of, homes_of, walks_of

NORMS = [
    norm("bank", tier=FacilityTier.SUPPLEMENTARY, duty=Duty.AS_NEEDED),
    norm("station", tier=FacilityTier.MAIN),
    norm("day_care"),
    norm("clinic"),
]


def test_households_depend_on_a_facility_that_alone_reaches_them() -> None:
    places, positions = [0.0, 400.0], [-100.0, 200.0, 500.0, 600.0]
    homes, shops = homes_of([10, 20, 30, np.nan]), facilities_of(2)
    near = serving(walks_of(positions, places).pairs, np.full(4, 250.0), homes, shops)
    lost = depending(near, homes.households, 2)
    assert lost.tolist() == [10, 30]


def test_closing_a_facility_leaves_exactly_those_who_depend_on_it() -> None:
    rng = np.random.default_rng(7)
    places, positions = rng.integers(0, 3000, 6).astype(float), rng.integers(0, 3000, 80).astype(float)
    homes = homes_of(rng.integers(0, 90, 80).tolist())
    radius = np.full(80, 400.0)
    near = serving(walks_of(positions, places).pairs, radius, homes, facilities_of(6))  # type: ignore[arg-type]
    before = homes.households[np.unique(near.target)].sum()
    for closed, lost in enumerate(depending(near, homes.households, 6)):
        left = serving(walks_of(positions, np.delete(places, closed)).pairs, radius, homes, facilities_of(5))  # type: ignore[arg-type]
        assert before - homes.households[np.unique(left.target)].sum() == lost


def test_a_tier_is_met_when_all_its_required_services_reach_every_household() -> None:
    served = {
        "station": np.array([True, True, True]),
        "day_care": np.array([True, False, True]),
        "clinic": np.array([False, False, True]),
        "bank": np.array([False, False, False]),
    }
    found = network_check(NORMS, served, np.array([10.0, 20.0, 30.0]), np.array([0, 0, 1]), 3)
    rows = found.set_index(["unit", "tier"])
    assert found["tier"].to_list()[:3] == ["main", "special", "supplementary"]
    assert rows.loc[(0, "main"), "outcome"] == "met"
    assert rows.loc[(0, "special"), "outcome"] == "unmet"
    assert rows.loc[(0, "special"), "partly"] == ("day_care",)
    assert rows.loc[(0, "special"), "missing"] == ("clinic",)
    assert rows.loc[(1, "special"), ["asked", "given", "outcome"]].tolist() == [2, 2, "met"]
    assert rows.loc[(1, "supplementary"), ["given", "missing", "outcome"]].tolist() == [0, ("bank",), "met"]
    assert rows.loc[(2, "main"), "outcome"] == "unknown"


def test_a_service_can_count_as_given_below_everybody() -> None:
    served = {"station": np.array([True, False])}
    households, unit = np.array([80.0, 20.0]), np.array([0, 0])
    for share, outcome in ((0.8, "met"), (0.81, "unmet")):
        found = network_check([NORMS[1]], served, households, unit, 1, share=share)
        assert found["outcome"].to_list() == [outcome]
