"""Dedicated sites that are new, or no more, since the former plan was made."""

from dataclasses import replace

import numpy as np

from gridmap.core.division.dedicated import site_grids
from gridmap.core.division.layout import Layout
from gridmap.core.division.redivision.redivide import Redivision
from gridmap.core.topology import Booleans, Integers


def as_sites_are_now(layout: Layout, former: Integers, is_dedicated: Booleans) -> tuple[Integers, Booleans]:
    """Return a former plan as it would be with the sites of today set aside.

    A site within a general grid becomes a dedicated grid, numbered behind the others. A dedicated grid in which people
    live and of which nothing is a site any more becomes a general one.

    Parameters
    ----------
    former : shape (n,), the former grid of each cell; -1 if it was in none.
    is_dedicated : shape (g,), of the former grids.
    """
    on_site, count = layout.site >= 0, len(is_dedicated)
    was = np.append(is_dedicated, False)[former]
    lived_in = np.bincount(former + 1, layout.graph.households, minlength=count + 1)[1:] > 0
    still = np.isin(np.arange(count), former[on_site])
    is_new = on_site & ~was
    number = np.unique(site_grids(layout, first=0)[is_new], return_inverse=True)[1]
    moved = former.copy()
    moved[is_new] = count + number
    added = int(number.max(initial=-1)) + 1
    return moved, np.append(is_dedicated & (still | ~lived_in), np.ones(added, dtype=bool))


def without_new(found: Redivision, count: int, households: Integers) -> Redivision:
    """Return a re-division in which sites that were no former grid continue none, and who lives there has moved.

    Parameters
    ----------
    count : grids of the former plan.
    households : shape (n,), of each cell.
    """
    is_new = found.predecessor >= count
    moved = int(households[is_new[found.label]].sum())
    return replace(
        found,
        predecessor=np.where(is_new, -1, found.predecessor),
        households_moved=found.households_moved + moved,
        at_least=found.at_least + moved,
        is_as_before=found.is_as_before and not is_new.any(),
    )
