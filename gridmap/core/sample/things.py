"""Facilities, organisations and public roles of the sample district, each at a house."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from shapely.geometry import Point

from gridmap.core.sample.ground import place
from gridmap.core.sample.houses import Address
from gridmap.core.sample.settings import PlannedCommunity, PlannedThing, SampleSettings
from gridmap.errors import Invalid, Text

HOUSEHOLDS_OF_A_WORKER = 400
"""One grid worker for about one grid."""
STEMS = "甲乙丙丁戊己庚辛壬癸"
"""Stand for names: 示例甲 is nobody."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something at a point, with the values of its row."""

    point: Point
    values: dict[str, Any]


def put_facilities(
    settings: SampleSettings, addresses: list[Address], rng: np.random.Generator
) -> list[Thing]:
    """Put the planned facilities into their houses, and everyday ones into houses drawn by lot."""
    planned = [_put(plan, addresses, settings) for plan in settings.facilities]
    everyday = [
        thing
        for community in settings.communities
        for kind in settings.everyday
        for thing in _drawn(kind, community, addresses, rng)
    ]
    return _numbered("F", [*planned, *everyday])


def put_organisations(settings: SampleSettings, addresses: list[Address]) -> list[Thing]:
    """Put the planned organisations into their houses, and those each community has beside its main station."""
    planned = [_put(plan, addresses, settings) for plan in settings.organisations]
    stations = {
        plan.values["name"][: len(community.name)]: _put(plan, addresses, settings)
        for community in settings.communities
        for plan in settings.facilities
        if plan.values["kind"] == "service_station" and plan.values["name"].startswith(community.name)
    }
    everywhere = [
        Thing(
            stations[community.name].point,
            {"kind": each["kind"], "name": _own_name(each, community), **_address(stations[community.name])},
        )
        for community in settings.communities
        for each in settings.everywhere
    ]
    return _numbered("O", [*planned, *everywhere])


def put_candidates(settings: SampleSettings, addresses: list[Address]) -> list[Thing]:
    """Put the rooms and plots that could take a facility into their houses."""
    found = [_put(plan, addresses, settings) for plan in settings.candidates]
    kept = ("kind", "name", "floor_area_m2", "capacity", "cost")
    return [Thing(each.point, {key: each.values[key] for key in kept}) for each in found]


def name_roles(settings: SampleSettings, households: Mapping[str, int]) -> list[dict[str, str]]:
    """Return public roles with made-up names and numbers that nobody answers.

    Parameters
    ----------
    households : by code of community; one grid worker for about `HOUSEHOLDS_OF_A_WORKER`, and one mediator.
    """
    rows: list[dict[str, str]] = []
    for community in settings.communities:
        workers = max(1, round(households[community.code] / HOUSEHOLDS_OF_A_WORKER))
        for kind in ["grid_worker"] * workers + ["mediator"]:
            serial = len(rows)
            rows.append(
                {
                    "kind": kind,
                    "holder": f"示例{STEMS[serial // 10 % 10]}{STEMS[serial % 10]}",
                    "contact": f"000-0000-{serial + 1:04d}",
                    "community": community.code,
                }
            )
    return rows


def _own_name(each: Mapping[str, Any], community: PlannedCommunity) -> str:
    pattern: str = each["rural"] if community.name.endswith("村") else each["name"]
    return pattern.format(community=community.name)


def _put(plan: PlannedThing, addresses: list[Address], settings: SampleSettings) -> Thing:
    """Put a thing into the house of its block nearest to where it is planned, or to the block's middle."""
    own = [each for each in addresses if each.block.plan.name == plan.block]
    if not own:
        raise Invalid(
            Text(
                en=f"{plan.values['name']} is planned in the block {plan.block}, which has no houses.",
                zh=f"“{plan.values['name']}”规划在“{plan.block}”，但该块没有楼栋。",
            )
        )
    target = own[0].block.inner.centroid if plan.at is None else place(plan.at, settings)
    nearest = min(own, key=lambda each: each.house.shape.distance(target))
    return _at(nearest, dict(plan.values))


def _drawn(
    kind: Mapping[str, Any], community: PlannedCommunity, addresses: list[Address], rng: np.random.Generator
) -> Iterable[Thing]:
    """Draw houses for one kind of outlet, the larger the likelier."""
    own = [each for each in addresses if each.block.community.code == community.code and each.households > 0]
    weights = np.array([each.households for each in own], dtype=np.float64)
    count = min(len(own), max(1, round(float(weights.sum()) / kind["households"])))
    for number in rng.choice(len(own), size=count, replace=False, p=weights / weights.sum()):
        address = own[int(number)]
        area = round(float(rng.uniform(*kind["floor_area_m2"])))
        name = f"{address.block.plan.name}{kind['name']}"
        values = {key: kind[key] for key in ("kind", "tier", "hours")}
        yield _at(address, {**values, "name": name, "floor_area_m2": area})


def _at(address: Address, values: dict[str, Any]) -> Thing:
    return Thing(
        address.house.shape.representative_point(),
        {**values, "house_number": f"{address.number}号", "street": address.street},
    )


def _address(thing: Thing) -> dict[str, Any]:
    return {key: thing.values[key] for key in ("house_number", "street")}


def _numbered(letter: str, things: list[Thing]) -> list[Thing]:
    return [
        Thing(each.point, {"source_id": f"{letter}{number:04d}", **each.values})
        for number, each in enumerate(things, start=1)
    ]
