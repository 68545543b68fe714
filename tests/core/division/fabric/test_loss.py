"""How much of a building lies outside its own label."""

import numpy as np
import pytest
from shapely import Polygon, box

from gridmap.core.division.fabric.loss import Borders, lost_area
from gridmap.core.division.fabric.sampling import outline_edges


def lost(building: Polygon, *lands: Polygon, label: int = 0) -> float:
    """Return what a building loses to lands other than that of its label."""
    outline, borders = outline_edges(np.array([building])), outline_edges(np.array(lands))
    outside = np.full(len(borders.owner), -1)
    around = Borders(borders.ends, borders.owner, outside)
    found = lost_area(outline.ends, outline.owner, np.array([label]), around)
    return float(found[0])


def test_a_building_inside_its_land_loses_nothing() -> None:
    assert lost(box(2, 2, 8, 8), box(0, 0, 10, 10)) == 0
    assert lost(box(0, 0, 10, 10), box(0, 0, 10, 10)) == pytest.approx(0, abs=0.01)


def test_what_sticks_out_is_lost() -> None:
    assert lost(box(4, 2, 14, 8), box(0, 0, 10, 10)) == pytest.approx(24, rel=0.02)
    slanted = Polygon([(4, 2), (12, 4), (10, 12), (2, 10)])
    outside = slanted.difference(box(-10, -10, 7, 30)).area
    assert lost(slanted, box(-10, -10, 7, 30)) == pytest.approx(outside, rel=0.02)


def test_a_hole_in_its_land_is_lost() -> None:
    assert lost(box(2, 2, 8, 8), box(0, 0, 10, 10).difference(box(4, 4, 6, 6))) == pytest.approx(4, rel=0.15)


def test_the_yard_of_a_building_is_not_lost() -> None:
    yard = box(4, 4, 6, 6)
    assert lost(box(2, 2, 8, 8).difference(yard), box(0, 0, 10, 10).difference(yard)) == pytest.approx(
        0, abs=0.01
    )


def test_a_building_beside_no_border_of_its_label_is_inside() -> None:
    assert lost(box(2, 2, 8, 8), box(0, 0, 10, 10), label=1) == 0
