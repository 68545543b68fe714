import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point

from gridmap.core.coverage.hours import Moment
from gridmap.core.coverage.network import build_network
from gridmap.core.coverage.profiles import PROFILES, ProfileName, gates_open, passable
from tests.core.coverage.towns import CRS, lattice, lines_of

ADULT, NIGHT, CHAIR = (
    PROFILES[name] for name in (ProfileName.ADULT, ProfileName.NIGHT, ProfileName.WHEELCHAIR)
)


def test_wheelchairs_do_not_use_steps() -> None:
    network = build_network(lines_of(("footway", [(0, 0), (50, 0)]), ("steps", [(50, 0), (60, 0)])))
    assert passable(network, ADULT).all()
    assert passable(network, CHAIR).tolist() == [True, False]


def test_gates_are_judged_by_hours_and_by_who_walks() -> None:
    gates = gpd.GeoDataFrame(
        {
            "source_id": ["day", "always", "unknown", "residents"],
            "hours": ["周一至周六 08:30-18:00", "24 小时", None, np.nan],
            "residents_only": [False, False, None, True],
        },
        geometry=[Point(50, 0), Point(150, 0), Point(50, 100), Point(150, 100)],
        crs=CRS,
    )
    network = build_network(lattice(), gates)
    assert gates_open(network, ADULT).tolist() == [True, True, True, False]
    assert gates_open(network, ADULT, is_resident=True).all()
    assert gates_open(network, ADULT, Moment(6, 12 * 60)).tolist() == [False, True, True, False]
    assert gates_open(network, NIGHT, is_resident=True).tolist() == [False, True, False, False]
    assert (~passable(network, NIGHT)).sum() == 3


def test_minutes_and_metres_are_one_another_by_the_speed() -> None:
    assert ADULT.metres(5) == pytest.approx(400)
    assert ADULT.minutes(ADULT.metres(7)) == pytest.approx(7)
