"""Who walks: how fast, whether by steps, and through which gates at which moment."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from gridmap.core.coverage.network import Network
from gridmap.core.topology import Booleans


class ProfileName(StrEnum):
    """The profiles gridmap knows."""

    ADULT = "adult"
    ELDER = "elder"
    WHEELCHAIR = "wheelchair"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Profile:
    """A way of walking.

    Attributes
    ----------
    speed_kmh : km/h. Metres, not minutes, are searched; the speed turns one into the other.
    uses_steps : whether stairs can be walked.
    moment_if_unknown : the moment to judge gates by when none is given; None: gates are open.
    """

    name: ProfileName
    speed_kmh: float
    uses_steps: bool = True
    moment_if_unknown: "Moment | None" = None

    def metres(self, minutes: float) -> float:
        """Return how far one walks in so many minutes."""
        return self.speed_kmh * 1000.0 / 60.0 * minutes

    def minutes(self, metres: float) -> float:
        """Return how long one walks so many metres."""
        return metres / (self.speed_kmh * 1000.0 / 60.0)


class Moment(NamedTuple):
    """A time of the week.

    Attributes
    ----------
    weekday : 0 for Monday to 6 for Sunday.
    minute : minutes since midnight, 0–1439.
    """

    weekday: int
    minute: int


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(ProfileName.ADULT, 4.8),
        Profile(ProfileName.ELDER, 4.67),
        Profile(ProfileName.WHEELCHAIR, 4.0, uses_steps=False),
        Profile(ProfileName.NIGHT, 4.8, moment_if_unknown=Moment(2, 23 * 60 + 30)),
    )
}
"""4.8 km/h: 300 m in 5 minutes leaves time to wait (GB 50180-2018 §2.0.4–2.0.6 count 300, 500 and 800–1000 m for 5, 10 and
15 minutes). 4.67 km/h: older people (Land 2025, 14, 2272). Wheelchair or pram: 4.0 km/h, an assumption."""
