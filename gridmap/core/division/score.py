"""How good a division is, in numbers that do not depend on how it was made."""

import numpy as np
import shapely

from gridmap.core.division.lines import INNER, ROAD, WEAK
from gridmap.core.model import Band
from gridmap.core.topology import Booleans, Floats, Geometries, Integers

WEIGHTS = (5.0, 2.0, 1.0, 1.0)
"""Cost of a metre of border by rank, for the score: 5 inside a compound, 2 on a weak line, 1 on a street or better."""


def score(
    polygons: Geometries, households: Integers, is_general: Booleans, border_metres: Floats, band: Band
) -> dict[str, float]:
    """Score the grids of one community.

    Parameters
    ----------
    polygons, households : shape (g,).
    is_general : shape (g,), False for dedicated grids, which are outside the band by rule.
    border_metres : shape (4,), metres of border between grids by rank (see `lines`).

    Returns
    -------
    ``grids``; ``in_band``, the share of general grids; ``on_roads`` and ``on_lines``, the shares of border along
    streets or better, and along any line; ``weighted_border_m``; ``polsby_popper``, the mean of 4·π·area/perimeter²
    (Polsby and Popper 1991); ``households_deviation``, the standard deviation over general grids. NaN where there is
    nothing to measure.
    """
    general = households[is_general]
    whole = border_metres.sum()
    compactness = 4 * np.pi * shapely.area(polygons) / shapely.length(polygons) ** 2
    in_band = (general >= band.minimum) & (general <= band.maximum)
    return {
        "grids": float(len(polygons)),
        "in_band": float(in_band.mean()) if len(general) else float("nan"),
        "on_roads": float(border_metres[ROAD:].sum() / whole) if whole else float("nan"),
        "on_lines": float(border_metres[WEAK:].sum() / whole) if whole else float("nan"),
        "border_m": float(whole),
        "inner_m": float(border_metres[INNER]),
        "weighted_border_m": float(border_metres @ np.array(WEIGHTS)),
        "polsby_popper": float(compactness.mean()) if len(polygons) else float("nan"),
        "households_deviation": float(general.std()) if len(general) else float("nan"),
    }
