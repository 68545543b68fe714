import numpy as np
import pytest

from gridmap.core.coverage.network import barriers_among, build_network
from gridmap.core.coverage.snapping import snap
from tests.core.coverage.towns import compound, lattice, lines_of, points


def test_a_point_is_linked_to_the_place_nearest_to_it() -> None:
    network = build_network(lattice())
    found = snap(network, points((30, 10)))
    assert found.leg.tolist() == [10.0]
    place = network.geometry[found.edge[0]].interpolate(found.offset[0])
    assert (place.x, place.y) == (30, 0)


def test_no_leg_goes_through_a_wall() -> None:
    lines, gates = compound()
    network = build_network(lines, gates)
    free, walled = (snap(network, points((40, 25)), barriers=bars) for bars in (None, barriers_among(lines)))
    assert free.leg[0] == pytest.approx(25)
    assert walled.leg[0] == pytest.approx(60)


def test_a_point_on_a_wall_is_linked_to_its_own_side_or_the_other_but_not_lost() -> None:
    lines, gates = compound()
    assert snap(build_network(lines, gates), points((40, 20)), barriers=barriers_among(lines)).leg[
        0
    ] == pytest.approx(20)


def test_what_is_not_linked_has_a_reason() -> None:
    lines = lines_of(
        ("footway", [(0, 0), (2000, 0)]),
        ("footway", [(0, 500), (100, 500)]),
        ("footway", [(1000, 300), (1900, 300)]),
        ("wall", [(500, 5), (700, 5)]),
        covered=[None, None, "bridge", None],
    )
    network = build_network(lines)
    found = snap(
        network,
        points((50, 10), (50, 200), (600, 50), (1500, 300), (50, 490), (np.inf, 0)),
        barriers=barriers_among(lines),
        limit_m=90,
    )
    assert found.reason.tolist() == ["", "too_far", "behind_barrier", "other_level", "island", "too_far"]
    assert found.edge.tolist()[1:] == [-1] * 5
    assert np.isnan(found.leg[1:]).all()


def test_missing_and_empty_points_are_not_linked() -> None:
    nowhere = np.array([None, points((0, 0))[0].__class__()], dtype=object)
    assert snap(build_network(lattice()), nowhere).reason.tolist() == ["too_far"] * 2


def test_nobody_enters_at_a_gate() -> None:
    network = build_network(*compound())
    found = snap(network, points((102, 20)))
    assert network.gate[found.edge[0]] == -1


def test_points_of_a_level_are_linked_on_it() -> None:
    lines = lines_of(("footway", [(0, 0), (900, 0)]), ("footway", [(0, 5), (900, 5)]), level=[0, 2])
    network = build_network(lines)
    found = snap(network, points((50, 4), (50, 4)), level=np.array([0, 2]))
    assert found.leg.tolist() == [4.0, 1.0]
