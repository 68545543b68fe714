"""What siting answers, and how good it is known to be."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gridmap.core.topology import Floats, Integers

PROVED = 1e-9
"""A gap of no more than this is an error of rounding."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A choice of candidates, its value, and what no choice can beat.

    Attributes
    ----------
    chosen : shape (k,), rows of candidates, ascending.
    value : demand covered or served; sites or cost; demand times metres: what the model is about, ``goal`` says which way.
    bound : no choice within the limits has more (``most``) or less (``least``) than this.
    served : shape (n,), demand of each target that is covered or served, by standing facilities too.
    goal : whether the value is to be as large or as small as can be.
    """

    chosen: Integers
    value: float
    bound: float
    served: Floats
    goal: Literal["most", "least"] = "most"

    @property
    def covered(self) -> float:
        """Demand that is covered or served."""
        return float(self.served.sum())

    @property
    def gap(self) -> float:
        """How far the value can be from the best there is, as a share of the bound; 0 if it is the best."""
        away = self.bound - self.value if self.goal == "most" else self.value - self.bound
        return max(0.0, away) / max(abs(self.bound), np.finfo(float).tiny)

    @property
    def is_proved(self) -> bool:
        """Tell whether there is no better choice."""
        return self.gap <= PROVED
