"""Estates: buildings that people take as one place, because a compound, a name or a street holds them together.

翠苑一区 1幢, 2幢, 3幢      one name, numbered buildings
文三路 101, 103, 105        a run of house numbers on one side of a street
文三路 102, 104             the other side, across the street
Blk 101, 102, 103           blocks numbered one after the other
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap.core.division.parts import components
from gridmap.core.topology import Floats, Geometries, Integers

RUN_M = 150.0
"""Buildings with neighbouring house numbers that stand farther apart than this are two estates."""
_COUNTED = r"(?:第?[0-9]+|[一二三四五六七八九十百]+|[a-z])\s*(?:号楼|号院?|幢|栋|座|楼)"
_ENGLISH = r"(?:block|blk|tower|building|bldg|no)\.?\s*[0-9]+[a-z]?|[0-9]+[a-z]?"
_TAIL = re.compile(rf"[\s,#-]*(?:{_COUNTED}|{_ENGLISH})$", re.IGNORECASE)
_NUMBER = re.compile(
    r"^(?P<lane>.*?(?:弄|巷|里|号院))?\D*?(?P<first>[0-9]+)(?:\D*?[-~至]\D*?(?P<last>[0-9]+))?"
)

Texts = NDArray[np.object_]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Addresses:
    """What is written on buildings; None where nothing is known.

    Attributes
    ----------
    name, street, house_number : shape (n,).
    """

    name: Texts
    street: Texts
    house_number: Texts


def find_estates(
    points: Geometries, community: Integers, addresses: Addresses, compounds: Geometries
) -> Integers:
    """Return the estate of each building, -1 where it stands for itself.

    The first of these that two or more buildings of one community share makes an estate: the smallest compound that
    covers them; their name but for the number of the building; a run of house numbers on one street. Numbers run on
    from one to the next but one on the same side (101, 103), or to the next where that is nearer (blocks numbered in
    turn).

    Parameters
    ----------
    points : shape (n,), a point on each building; metres.
    community : shape (n,).
    compounds : shape (c,), polygons; metres.
    """
    estate = np.full(len(points), -1, dtype=np.int64)
    for found in (
        _compound(points, compounds),
        _numbered(*_each(stem, addresses.name)),
        _run(points, community, addresses),
    ):
        bare = np.flatnonzero((estate < 0) & (found >= 0))
        estate[bare] = _shared(community[bare], found[bare], first=int(estate.max(initial=-1)) + 1)
    return estate


def stem(name: str | None) -> str | None:
    """Return a name without the number of the building at its end; None if nothing is left.

    >>> stem("翠苑一区12幢"), stem("Hillview Tower 3"), stem("12号楼")
    ('翠苑一区', 'Hillview', None)
    """
    if name is None:
        return None
    plain, shorter = unicodedata.normalize("NFKC", name).strip(), ""
    while plain != shorter:
        plain, shorter = _TAIL.sub("", plain).rstrip(), plain
    return plain or None


def house_number(text: str | None) -> tuple[str, int, int] | None:
    """Return lane, first and last number of a house number; None if there is no number in it.

    >>> house_number("12弄3号"), house_number("Blk 101A"), house_number("101-105")
    (('12弄', 3, 3), ('', 101, 101), ('', 101, 105))
    """
    found = _NUMBER.match(unicodedata.normalize("NFKC", text)) if text is not None else None
    if found is None:
        return None
    first, last = int(found["first"][:9]), int((found["last"] or found["first"])[:9])
    return found["lane"] or "", first, max(first, last)


def _each(read: Callable[[str | None], T], texts: Texts) -> tuple[list[T], Integers]:
    """Read every text, equal ones once: return what they mean, and the place there of each text."""
    nth, occurring = pd.factorize(texts, use_na_sentinel=False)
    return [read(None if pd.isna(text) else str(text)) for text in occurring], nth.astype(np.int64)


def _shared(community: Integers, found: Integers, *, first: int) -> Integers:
    """Give numbers from `first` to what two or more buildings of one community share; -1 for the others."""
    _, nth, times = np.unique(
        np.column_stack([community, found]), axis=0, return_inverse=True, return_counts=True
    )
    number = np.where(times > 1, first + np.cumsum(times > 1) - 1, -1)
    return np.asarray(number[nth.ravel()], dtype=np.int64)


def _numbered(meanings: Sequence[str | None], nth: Integers) -> Integers:
    """Give equal meanings one number; -1 to None."""
    return np.append(pd.factorize(np.array([*meanings, None], dtype=object))[0], -1)[nth].astype(np.int64)


def _compound(points: Geometries, compounds: Geometries) -> Integers:
    """Return the smallest compound that holds each point."""
    found = np.full(len(points), len(compounds), dtype=np.int64)
    smallest = np.argsort(shapely.area(compounds), kind="stable")
    compound, point = shapely.STRtree(points).query(compounds[smallest], predicate="covers")
    np.minimum.at(found, point, compound)
    return np.where(found < len(compounds), found, -1)


def _run(points: Geometries, community: Integers, addresses: Addresses) -> Integers:
    """Return the run of house numbers of each building."""
    numbers, nth = _each(house_number, addresses.house_number)
    lane = _numbered([number[0] if number else None for number in numbers], nth)
    street = _numbered(*_each(lambda text: text or None, addresses.street))
    rows = np.flatnonzero((street >= 0) & (lane >= 0))
    keys = np.column_stack([community[rows], street[rows], lane[rows]])
    _, road = np.unique(keys, axis=0, return_inverse=True)
    between = np.array([number[1:] if number else (0, 0) for number in numbers], dtype=np.int64)
    first, last = between.reshape(-1, 2)[nth[rows]].T
    one, two = _links(road.ravel(), first, last, np.asarray(shapely.get_coordinates(points[rows])))
    run = np.full(len(points), -1, dtype=np.int64)
    run[rows] = components(len(rows), one, two)
    return run


def _links(road: Integers, first: Integers, last: Integers, at: Floats) -> tuple[Integers, Integers]:
    """Return pairs of buildings of one road whose numbers follow each other."""
    one, two, apart = _following(road, first, last, at, step=1)
    same, other, beside = _following(2 * road + last % 2, first, last, at, step=2)
    same_side = np.full(len(road), np.inf)
    np.minimum.at(same_side, same, beside)
    np.minimum.at(same_side, other, beside)
    nearer = (apart <= np.minimum(same_side[one], same_side[two])) | (first[two] <= last[one])
    return np.concatenate([one[nearer], same]), np.concatenate([two[nearer], other])


def _following(
    side: Integers, first: Integers, last: Integers, at: Floats, *, step: int
) -> tuple[Integers, Integers, Floats]:
    """Return neighbours along a side whose numbers differ by `step` at most, and the metres between them."""
    order = np.lexsort((last, first, side))
    one, two = order[:-1], order[1:]
    apart = np.hypot(*(at[one] - at[two]).T)
    near = (side[one] == side[two]) & (first[two] - last[one] <= step) & (apart <= RUN_M)
    return one[near], two[near], apart[near]
