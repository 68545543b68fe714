"""People of the sample district: households by address, and residents with nothing to know them by."""

from typing import Any

import numpy as np
import pandas as pd

from gridmap.core.model import CommunityType
from gridmap.core.sample.houses import Address

SIZES = np.array([0.254, 0.297, 0.210, 0.132, 0.107])
"""Share of households of 1, 2, 3, 4 and 5 people; the last stands for 5 and more. China, census 2020 (about 2.6 a household)."""
AGES = np.array([0.1795, 0.6335, 0.0520, 0.1350])
"""Share of people of 0–14, 15–59, 60–64 and 65 years and more. China, census 2020."""
AGE_STEPS = np.array([[0, 14], [15, 59], [60, 64], [65, 94]])
FLOATING = {
    CommunityType.VILLAGE_TURNED_URBAN: 0.62,
    CommunityType.NEW: 0.28,
    CommunityType.OLD_TOWN: 0.24,
    CommunityType.UNMANAGED_ESTATE: 0.22,
    CommunityType.RESETTLEMENT: 0.14,
    CommunityType.WORK_UNIT: 0.08,
    CommunityType.RURAL: 0.05,
}
"""Share of residents registered elsewhere; invented."""
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def household_table(addresses: list[Address], points: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Return households by address as an office would keep them, with a little dirt.

    Eight house numbers are in full-width digits, six rows lack their position, and one row names a house that was
    pulled down, with 0 households.

    Parameters
    ----------
    points : shape (n, 2), longitude and latitude in each house.
    """
    listed = [place for place, each in enumerate(addresses) if each.listed and each.households > 0]
    table = pd.DataFrame(
        {
            "house_number": [f"{addresses[place].number}号" for place in listed],
            "street": [addresses[place].street for place in listed],
            "households": [addresses[place].households for place in listed],
            "lon": np.round(points[listed, 0], 6),
            "lat": np.round(points[listed, 1], 6),
        }
    )
    dirty = rng.choice(len(table), size=14, replace=False)
    numbers = table["house_number"].to_list()
    for row in dirty[:8]:
        numbers[row] = numbers[row].translate(FULL_WIDTH)
    table["house_number"] = numbers
    table.loc[dirty[8:], ["lon", "lat"]] = np.nan
    gone = pd.DataFrame({"house_number": ["999号"], "street": ["西井巷"], "households": [0]})
    return pd.concat([table, gone], ignore_index=True)


def residents(addresses: list[Address], year: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return a row for each resident: building, stub of the household, year of birth, sex, registration."""
    frames = [_of_house(each, year, rng) for each in addresses if each.listed and each.households > 0]
    return pd.concat(frames, ignore_index=True)


def _of_house(address: Address, year: int, rng: np.random.Generator) -> pd.DataFrame:
    sizes = rng.choice(np.arange(1, 6), size=address.households, p=SIZES / SIZES.sum())
    people = int(sizes.sum())
    step = AGE_STEPS[rng.choice(4, size=people, p=AGES / AGES.sum())]
    stays = rng.random(address.households) >= FLOATING[address.block.community.type]
    stub = np.repeat(np.arange(address.households), sizes)
    columns: dict[str, Any] = {
        "building": address.source_id,
        "household": [f"{address.source_id}-{number + 1:03d}" for number in stub],
        "birth_year": year - rng.integers(step[:, 0], step[:, 1] + 1),
        "sex": np.where(rng.random(people) < 0.4876, "female", "male"),
        "registration": np.where(stays[stub], "registered", "floating"),
    }
    return pd.DataFrame(columns)
