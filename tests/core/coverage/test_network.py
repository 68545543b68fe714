import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, Point

from gridmap.core.coverage.network import barriers_among, build_network
from gridmap.errors import Invalid
from tests.core.coverage.towns import CRS, compound, lattice, lines_of


def test_lines_are_cut_where_they_cross_on_one_level() -> None:
    network = build_network(lattice())
    assert (len(network.xy), len(network.first)) == (9, 12)
    assert network.metres == pytest.approx(np.full(12, 100.0))
    assert set(network.component) == {0}


def test_a_bridge_is_not_joined_to_what_it_crosses() -> None:
    lines = lines_of(
        ("primary", [(0, 0), (200, 0)]), ("footway", [(100, -50), (100, 50)]), covered=[None, "bridge"]
    )
    network = build_network(lines)
    assert len(network.first) == 2
    assert len(set(network.component)) == 2
    assert network.level.tolist() == [0, 1]


def test_a_bridge_is_joined_to_the_lines_at_its_ends_and_to_steps_that_end_on_a_vertex_of_it() -> None:
    lines = lines_of(
        ("footway", [(0, 0), (10, 0)]),
        ("footway", [(10, 0), (50, 0), (90, 0)]),
        ("steps", [(50, 0), (50, -20)]),
        covered=[None, "bridge", None],
    )
    network = build_network(lines)
    assert len(network.first) == 4
    assert set(network.component) == {0}
    assert network.is_steps.sum() == 1


def test_ends_a_hand_breadth_apart_are_one_node_and_ends_on_a_line_cut_it() -> None:
    lines = lines_of(
        ("footway", [(0, 0), (100, 0)]),
        ("footway", [(100.05, 0), (200, 0)]),
        ("footway", [(50, 0.05), (50, 80)]),
    )
    network = build_network(lines)
    assert (len(network.xy), len(network.first)) == (5, 4)


def test_motorways_rivers_railways_and_walls_are_not_walked() -> None:
    drawn = [
        (name, [(0, y), (9, y)]) for y, name in enumerate(["motorway", "river", "railway", "wall", "footway"])
    ]
    assert build_network(lines_of(*drawn)).line.tolist() == [4]


def test_a_stretch_drawn_twice_is_walked_once_and_told() -> None:
    lines = lines_of(
        ("footway", [(0, 0), (100, 0)]), ("service", [(50, 0), (150, 0)]), ("service", [(150, 0), (50, 0)])
    )
    network = build_network(lines)
    assert sorted(network.metres) == pytest.approx([50, 50, 50])
    assert network.repairs.doubled == 2


@pytest.mark.parametrize("straight_first", [False, True])
def test_of_a_stretch_drawn_twice_the_shorter_drawing_is_walked(straight_first: bool) -> None:
    straight, bent = [(0, 0), (50, 0)], [(0, 0), (25, 0.05), (50, 0)]
    drawn = [straight, bent] if straight_first else [bent, straight]
    network = build_network(lines_of(*(("footway", points) for points in drawn)))
    assert network.metres.tolist() == [50.0]
    assert network.repairs.doubled == 1


def test_a_line_that_crosses_itself_is_cut_there() -> None:
    network = build_network(lines_of(("footway", [(0, 0), (100, 0), (100, 50), (50, 50), (50, -50)])))
    assert sorted(network.metres) == pytest.approx([50, 50, 200])


def test_shapes_that_cannot_be_walked_are_left_out_and_told() -> None:
    with np.errstate(invalid="ignore"):
        endless = shapely.from_wkt("LINESTRING (0 0, nan 1)")
    lines = gpd.GeoDataFrame(
        {"class": ["footway"] * 5},
        geometry=[
            None,
            LineString(),
            LineString([(0, 0), (0.01, 0)]),
            endless,
            LineString([(0, 0), (9, 0)]),
        ],
        crs=CRS,
    )
    network = build_network(lines)
    assert network.line.tolist() == [4]
    assert network.repairs.left_out == (0, 1, 2, 3)


def test_no_lines_are_a_network_without_edges() -> None:
    network = build_network(lines_of())
    assert len(network.first) == len(network.xy) == 0


def test_a_gate_cuts_a_metre_out_of_the_edge_it_stands_on() -> None:
    network = build_network(*compound())
    assert network.metres[network.gate == 0] == pytest.approx([1.0])
    assert network.gates.hours[0] is not None
    assert network.metres[network.line == 1].sum() == pytest.approx(100)


def test_a_gate_at_a_crossing_is_passed_by_every_edge_there() -> None:
    gates = gpd.GeoDataFrame({"source_id": ["g"]}, geometry=[Point(100, 100)], crs=CRS)
    network = build_network(lattice(), gates)
    assert network.metres[network.gate == 0] == pytest.approx([0.5] * 4)


def test_a_gate_on_no_path_and_hours_without_sense_are_told() -> None:
    gates = gpd.GeoDataFrame({"source_id": ["a"], "hours": ["sometimes"]}, geometry=[Point(50, 50)], crs=CRS)
    network = build_network(lattice(), gates)
    assert network.repairs.gates_off == (0,)
    assert network.gates.unread == (0,)
    assert network.gates.hours == (None,)


def test_a_path_through_a_wall_without_a_gate_is_told_and_one_through_a_gate_is_not() -> None:
    lines, gates = compound()
    walls = [("wall", [(50, -5), (50, 5)]), ("wall", [(90, 19.9), (110, 19.9)])]
    more = gpd.GeoDataFrame(pd.concat([lines, lines_of(*walls)], ignore_index=True), crs=CRS)
    assert build_network(more, gates).repairs.through_barriers == (0,)
    assert len(barriers_among(more)) == 4


def test_degrees_unknown_classes_and_unknown_covers_are_refused() -> None:
    for lines in (
        lattice().to_crs(4326),
        lines_of(("goat_track", [(0, 0), (9, 9)])),
        lines_of(("footway", [(0, 0), (9, 9)]), covered=["umbrella"]),
    ):
        with pytest.raises(Invalid):
            build_network(lines)


def test_edges_run_from_their_first_node_to_their_second() -> None:
    network = build_network(*compound())
    for end, node in ((0, network.first), (-1, network.second)):
        places = shapely.get_coordinates(shapely.get_point(network.geometry, end))
        assert np.hypot(*(places - network.xy[node]).T).max() <= 0.1
