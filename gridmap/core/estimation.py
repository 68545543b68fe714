"""Households where nobody counted them: floors × footprint, as integers, with an interval, labelled an estimate.

The dasymetric estimate without a register is

    households = footprint · residential floors · share · (1 − vacancy) ÷ dwelling area

where footprint · floors is gross floor area, as the census's 建筑面积 of a dwelling is (shared parts included).
Floor-area methods err by about 20 % on 1 km cells (Pirowski & Szypuła, Cracow: MAPE 19–22 %) and reach R² ≈ 0.8 by
community (Wuhan, doi:10.1080/10095020.2023.2281571), so a single building carries ± 25 % and the word “estimated”.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from gridmap.errors import Invalid, Text

Counts = NDArray[np.int64]
Numbers = NDArray[np.float64]

DWELLING_AREA_M2 = 92.0
"""Gross area of a household's dwelling in cities, m². China, census 2020: 92.17 (national 111.18 with the country)."""
DWELLING_AREA_BEIJING_M2 = 77.64
DWELLING_AREA_SHANGHAI_M2 = 73.86
"""Census 2020, 建筑面积 per 家庭户."""
STOREY_M = 3.0
"""Height of a storey, to tell floors from a height."""
RELATIVE_ERROR = 0.25
"""Half of the interval of one building's estimate, as a share of it."""


NEIGHBOURS, NEIGHBOURS_WITHIN_M = 8, 120.0
"""How many neighbours are asked for their floors, and how far away."""


class FloorsFrom(StrEnum):
    """How the floors of a building came to be known."""

    STATED = "stated"
    HEIGHT = "height"
    NEIGHBOURS = "neighbours"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class UseOfBuilding:
    """How people live in buildings of one use.

    Parameters
    ----------
    share : of the gross floor area that is dwellings, 0–1; 0 for buildings nobody lives in.
    shop_floors : floors from the ground up that are not dwellings.
    floors : assumed where neither floors, height nor neighbours are known.
    houses : houses of one family each, side by side: counted by their footprint, whatever their floors.
    """

    share: float = 1.0
    shop_floors: int = 0
    floors: int = 3
    houses: bool = False


HOMES = UseOfBuilding()
ONE_FAMILY = UseOfBuilding(floors=2, houses=True)
NO_HOMES = UseOfBuilding(share=0.0)

RESIDENTIAL_USES: Mapping[str, UseOfBuilding] = {
    "residential": HOMES,
    "apartments": UseOfBuilding(floors=6),
    "住宅": HOMES,
    "居住": HOMES,
    "house": ONE_FAMILY,
    "detached": ONE_FAMILY,
    "bungalow": ONE_FAMILY,
    "terrace": ONE_FAMILY,
    "semidetached_house": ONE_FAMILY,
    "farm": ONE_FAMILY,
    "mixed": UseOfBuilding(shop_floors=1, floors=4),
    "商住": UseOfBuilding(shop_floors=1, floors=6),
    "shophouse": UseOfBuilding(shop_floors=1, floors=3),
    "dormitory": NO_HOMES,
}
"""What is lived in. A dormitory holds 集体户, which are not family households (户口登记条例 art. 5)."""

UNKNOWN_USES = frozenset({"", "yes", "nan", "unknown", "其他"})
"""What says nothing of the use: OSM's ``building=yes`` most of all."""


@dataclass(frozen=True, slots=True)
class EstimateParameters:
    """What is assumed where nothing was counted. Every figure can be set to the local one.

    Parameters
    ----------
    dwelling_area_m2 : gross floor area of one household's dwelling, m².
    vacancy : share of dwellings without a household, 0–1.
    storey_m : height of a storey, m.
    least_footprint_m2 : smaller footprints are sheds and garages.
    least_unknown_m2, largest_unknown_m2 : a building of unknown use with a smaller footprint is a shelter or a
        substation; with a larger one a podium, mall, car park or school.
    house_m2 : footprint of a house of one family; a footprint of twice that is two of them, drawn as one.
    low_floors : a building of unknown use with at most so many floors is taken for houses.
    tower_floors : among neighbours of so many floors, a building of unknown use and floors is a shelter, a shop or a
        car park.
    uses : how people live in buildings, by use; a use that is not there is not lived in.
    unknown_use : what is assumed of a building whose use says nothing.
    """

    dwelling_area_m2: float = DWELLING_AREA_M2
    vacancy: float = 0.05
    storey_m: float = STOREY_M
    least_footprint_m2: float = 30.0
    least_unknown_m2: float = 50.0
    largest_unknown_m2: float = 2500.0
    house_m2: float = 150.0
    low_floors: int = 3
    tower_floors: int = 8
    uses: Mapping[str, UseOfBuilding] = field(default_factory=lambda: RESIDENTIAL_USES)
    unknown_use: UseOfBuilding = UseOfBuilding(floors=2)

    def __post_init__(self) -> None:
        positive = (self.dwelling_area_m2, self.storey_m, self.house_m2)
        if min(positive) <= 0 or not 0 <= self.vacancy < 1 or self.least_footprint_m2 < 0:
            raise Invalid(
                Text(
                    en="Dwelling area, house and storey height must be above 0, vacancy at least 0 and below 1.",
                    zh="户均建筑面积、独户占地和层高须大于 0，空置率须不小于 0 且小于 1。",
                ),
                dwelling_area_m2=self.dwelling_area_m2,
                storey_m=self.storey_m,
                vacancy=self.vacancy,
            )


@dataclass(frozen=True, slots=True)
class Estimate:
    """Households of buildings, each array of shape (n,).

    Parameters
    ----------
    households : the estimate; 0 where nobody lives.
    lowest, highest : the interval of each, ± `RELATIVE_ERROR`, outward to whole households.
    floors : the floors used; 0 where nobody lives.
    floors_from : where they came from, values of `FloorsFrom`.
    """

    households: Counts
    lowest: Counts
    highest: Counts
    floors: Counts
    floors_from: NDArray[np.str_]


def estimate_households(
    *,
    footprint_m2: ArrayLike,
    floors: ArrayLike,
    height_m: ArrayLike,
    uses: Sequence[str | None],
    neighbours_floors: ArrayLike,
    parameters: EstimateParameters | None = None,
    control_total: int | None = None,
) -> Estimate:
    """Estimate the households of buildings that have no count.

    Houses of one family, and low buildings of unknown use, are counted by footprint; the floors of the neighbours
    are asked for blocks of flats only: a shelter among towers is not a tower.

    Parameters
    ----------
    footprint_m2 : shape (n,), m².
    floors, height_m : shape (n,); NaN or 0: not known.
    uses : n words of the source; None: not known.
    neighbours_floors : shape (n,), median of the floors known around each building; NaN: none known.
    parameters : assumptions; None: `EstimateParameters` with its defaults.
    control_total : the households they must add up to, when known; the estimates become shares of it.

    Raises
    ------
    Invalid : shapes disagree, a footprint is negative, or a control total has nothing to be spread over.
    """
    assumed = parameters if parameters is not None else EstimateParameters()
    footprint = np.asarray(footprint_m2, dtype=np.float64)
    stated, height, around = (
        np.asarray(values, dtype=np.float64) for values in (floors, height_m, neighbours_floors)
    )
    if any(each.shape != footprint.shape for each in (stated, height, around)) or len(uses) != len(footprint):
        raise ValueError("the arrays differ in length")
    if (footprint < 0).any():
        raise Invalid(Text(en="A footprint is negative.", zh="存在负的占地面积。"))
    unheard_of = ~(np.nan_to_num(stated) > 0) & ~(np.nan_to_num(height) > 0)
    among_towers = unheard_of & (np.nan_to_num(around) >= assumed.tower_floors)
    living = [_use(*each, assumed=assumed) for each in zip(uses, footprint, among_towers, strict=True)]
    says_nothing = np.array([_plain(word) in UNKNOWN_USES for word in uses], dtype=bool)
    houses = np.array([use.houses for use in living], dtype=bool)
    around = np.where(houses | says_nothing, np.nan, around)
    storeys, sources = _floors(stated, height, around, living=living, assumed=assumed)
    houses |= says_nothing & (storeys <= assumed.low_floors)
    expected = _expected(footprint, storeys, living=living, houses=houses, assumed=assumed)
    counts = (
        apportion(expected, control_total)
        if control_total is not None
        else np.rint(expected).astype(np.int64)
    )
    lived_in = counts > 0
    return Estimate(
        households=counts,
        lowest=np.floor(counts * (1 - RELATIVE_ERROR)).astype(np.int64),
        highest=np.ceil(counts * (1 + RELATIVE_ERROR)).astype(np.int64),
        floors=np.where(lived_in, storeys, 0).astype(np.int64),
        floors_from=sources,
    )


def floors_around(
    points: NDArray[np.float64],
    floors: ArrayLike,
    *,
    within_m: float = NEIGHBOURS_WITHIN_M,
    most: int = NEIGHBOURS,
) -> Numbers:
    """Return the median of the floors known around each building; NaN where none is known.

    Parameters
    ----------
    points : shape (n, 2), metres.
    floors : shape (n,); NaN or 0: not known. A building is not its own neighbour.
    within_m, most : how far neighbours may be, and how many of the nearest are asked.
    """
    stated = np.asarray(floors, dtype=np.float64)
    known = np.flatnonzero(np.nan_to_num(stated) > 0)
    around = np.full(len(stated), np.nan)
    if len(known) == 0 or len(points) == 0:
        return around
    reach, found = cKDTree(points[known]).query(
        points, k=min(most + 1, len(known)), distance_upper_bound=within_m
    )
    reach, found = reach.reshape(len(points), -1), found.reshape(len(points), -1)
    heights = np.append(stated[known], np.nan)[found]
    itself = np.append(known, -1)[found] == np.arange(len(points))[:, None]
    heights[itself | ~np.isfinite(reach)] = np.nan
    any_known = np.isfinite(heights).any(axis=1)
    around[any_known] = np.nanmedian(heights[any_known], axis=1)
    return around


def apportion(weights: ArrayLike, total: int) -> Counts:
    """Spread a whole number over weights: integers that sum to it, by the largest remainders (Hamilton).

    Parameters
    ----------
    weights : shape (n,), not negative. Equal remainders are served in order.

    Raises
    ------
    Invalid : `total` is negative, a weight is, or all weights are 0 and `total` is not.
    """
    shares = np.asarray(weights, dtype=np.float64)
    whole = float(shares.sum())
    if total < 0 or (shares < 0).any() or (whole == 0 and total > 0) or not np.isfinite(whole):
        raise Invalid(
            Text(
                en=f"{total} households cannot be spread: no building here is lived in.",
                zh=f"无法分摊 {total} 户：此处没有可居住的楼栋。",
            ),
            hint=Text(
                en="Check the uses of the buildings, or leave out the control total.",
                zh="请检查楼栋用途，或不指定控制总数。",
            ),
            total=total,
        )
    if total == 0:
        return np.zeros(len(shares), dtype=np.int64)
    exact = shares / whole * total
    counts = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[: total - int(counts.sum())]] += 1
    return counts


def _use(
    word: str | None, footprint: float, among_towers: np.bool_, *, assumed: EstimateParameters
) -> UseOfBuilding:
    """Return how a building is lived in; what is too small or, of unknown use, too large is not."""
    if footprint < assumed.least_footprint_m2:
        return NO_HOMES
    plain = _plain(word)
    if plain in UNKNOWN_USES:
        is_home = assumed.least_unknown_m2 <= footprint <= assumed.largest_unknown_m2
        return assumed.unknown_use if is_home and not among_towers else NO_HOMES
    return assumed.uses.get(plain, NO_HOMES)


def _plain(word: str | None) -> str:
    return (word or "").strip().casefold()


def _floors(
    stated: Numbers,
    height: Numbers,
    neighbours: Numbers,
    *,
    living: list[UseOfBuilding],
    assumed: EstimateParameters,
) -> tuple[Numbers, NDArray[np.str_]]:
    """Return floors of each building and where they came from: stated, height, neighbours, default."""
    default = np.array([use.floors for use in living], dtype=np.float64)
    from_height = np.maximum(np.round(height / assumed.storey_m), 1.0)
    has = [np.nan_to_num(each) > 0 for each in (stated, height, neighbours)]
    storeys = np.select(has, [stated, from_height, np.maximum(np.round(neighbours), 1.0)], default)
    source = np.select(
        has,
        [FloorsFrom.STATED.value, FloorsFrom.HEIGHT.value, FloorsFrom.NEIGHBOURS.value],
        FloorsFrom.DEFAULT.value,
    )
    return storeys, source.astype(np.str_)


def _expected(
    footprint: Numbers,
    storeys: Numbers,
    *,
    living: list[UseOfBuilding],
    houses: NDArray[np.bool_],
    assumed: EstimateParameters,
) -> Numbers:
    """Return the households expected of each building, not rounded; whole numbers of houses."""
    share = np.array([use.share for use in living])
    shops = np.array([use.shop_floors for use in living])
    area = footprint * np.maximum(storeys - shops, 0) * share
    occupied = 1 - assumed.vacancy
    side_by_side = np.maximum(np.rint(footprint / assumed.house_m2), 1.0) * (share > 0)
    return np.where(houses, side_by_side, area * occupied / assumed.dwelling_area_m2)
