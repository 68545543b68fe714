"""Matters of the sample district: what was opened, in which state it is, when it closed. Never who."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np

from gridmap.core.sample.houses import Address
from gridmap.core.sample.settings import SampleSettings
from gridmap.core.sample.things import Thing

DAYS_BACK = 150
"""Matters were opened within so many days before `SampleSettings.today`."""
LATE = 0.12
"""Share of the closed matters that took longer than allowed."""


def open_matters(settings: SampleSettings, addresses: list[Address], rng: np.random.Generator) -> list[Thing]:
    """Open matters at houses drawn by lot, the larger the likelier; most of the older ones are closed."""
    kinds = {kind["kind"]: kind for kind in settings.matter_kinds}
    lived = [each for each in addresses if each.households > 0]
    weights = np.array([each.households for each in lived], dtype=np.float64)
    matters: list[Thing] = []
    for plan in settings.matters:
        count = round(float(weights.sum()) / plan["households"])
        for number in rng.choice(len(lived), size=count, p=weights / weights.sum()):
            values = _matter(plan, kinds[plan["kind"]], settings, rng)
            values["source_id"] = f"M{len(matters) + 1:04d}"
            matters.append(Thing(lived[int(number)].house.shape.representative_point(), values))
    return matters


def _matter(
    plan: Mapping[str, Any], kind: Mapping[str, Any], settings: SampleSettings, rng: np.random.Generator
) -> dict[str, Any]:
    now = datetime.combine(settings.today, time(12), tzinfo=UTC)
    opened = now - timedelta(minutes=int(rng.integers(60, DAYS_BACK * 1440)))
    allowed = timedelta(days=kind["days_allowed"])
    taken = allowed * (rng.uniform(1.05, 1.8) if rng.random() < LATE else rng.uniform(0.05, 0.95))
    is_closed = opened + taken < now and rng.random() < 0.97
    ends, states = list(kind["end_states"]), list(kind["states"])
    on_the_way = [state for state in states if state not in ends]
    return {
        "kind": plan["kind"],
        "state": ends[0 if rng.random() < 0.9 else -1] if is_closed else str(rng.choice(on_the_way)),
        "title": str(rng.choice(plan["titles"])),
        "opened_at": _minute(opened),
        "due_at": _minute(opened + allowed),
        "closed_at": _minute(opened + taken) if is_closed else None,
    }


def _minute(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
