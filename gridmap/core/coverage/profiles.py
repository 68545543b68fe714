"""Who walks: how fast, whether by steps, and through which gates at which moment."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from gridmap.core.coverage.gates import Gates
from gridmap.core.coverage.hours import Moment, is_open
from gridmap.core.coverage.network import Network
from gridmap.core.topology import Booleans

DAY = Moment(1, 10 * 60)
"""Tuesday at ten in the morning."""
NIGHT = Moment(1, 23 * 60 + 30)
"""Tuesday at half past eleven in the evening."""


class ProfileName(StrEnum):
    """The profiles gridmap knows."""

    ADULT = "adult"
    ELDER = "elder"
    WHEELCHAIR = "wheelchair"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Profile:
    """A way of walking. A search is in metres; the speed makes minutes of them.

    Attributes
    ----------
    speed_kmh : km/h.
    uses_steps : whether stairs can be walked.
    moment : when this walker walks if no moment is given.
    trusts_gates : whether a gate with unknown hours counts as open.
    """

    name: ProfileName
    speed_kmh: float
    uses_steps: bool = True
    moment: Moment = DAY
    trusts_gates: bool = True

    def metres(self, minutes: float) -> float:
        """Return how far one walks in so many minutes."""
        return self.speed_kmh * 1000.0 / 60.0 * minutes

    def minutes(self, metres: float) -> float:
        """Return how long one walks so many metres."""
        return metres / (self.speed_kmh * 1000.0 / 60.0)


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(ProfileName.ADULT, 4.8),
        Profile(ProfileName.ELDER, 4.67),
        Profile(ProfileName.WHEELCHAIR, 4.0, uses_steps=False),
        Profile(ProfileName.NIGHT, 4.8, moment=NIGHT, trusts_gates=False),
    )
}
"""4.8 km/h for adults and 4.67 km/h for older people (Land 2025, 14, 2272); 4.0 km/h for wheelchairs and prams is assumed."""


def passable(
    network: Network, profile: Profile, moment: Moment | None = None, *, is_resident: bool = False
) -> Booleans:
    """Tell which edges of a network a walker may use, shape (m,).

    Parameters
    ----------
    moment : the time of the week that gates are judged by; None: the profile's own.
    is_resident : whether gates for residents only let the walker through.
    """
    through = np.append(gates_open(network, profile, moment, is_resident=is_resident), [True])
    return np.asarray(through[network.gate] & walked(network, profile))


def walked(network: Network, profile: Profile) -> Booleans:
    """Tell which edges a walker could use if all gates were open, shape (m,)."""
    return np.asarray(profile.uses_steps | ~network.is_steps)


def gates_open(
    network: Network, profile: Profile, moment: Moment | None = None, *, is_resident: bool = False
) -> Booleans:
    """Tell which gates of a network let a walker through, shape (g,); parameters as of `passable`."""
    return lets_through(network.gates, profile, moment, is_resident=is_resident)


def lets_through(
    gates: Gates, profile: Profile, moment: Moment | None = None, *, is_resident: bool = False
) -> Booleans:
    """Tell which gates let a walker through, shape (g,); parameters as of `passable`."""
    when = profile.moment if moment is None else moment
    known = [is_open(hours, when.weekday, when.minute) for hours in gates.hours]
    lets = np.array([profile.trusts_gates if it is None else it for it in known], dtype=bool)
    return np.asarray(lets & (is_resident | ~gates.residents_only))
