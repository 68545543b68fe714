"""Communities that touch: one that cannot be divided alone may be with its neighbour."""

import geopandas as gpd
from shapely import box

from gridmap.core.division import Division, divide
from gridmap.core.model import Band, Verdict

CRS = "EPSG:32650"


def row_of_communities(counts: list[list[int]], gap: float = 0) -> list[Division]:
    """Divide communities side by side along a street, a home of 12 m every 20 m."""
    outlines, homes, held, west = [], [], [], 0.0
    for community in counts:
        outlines.append(box(west, 0, west + 20 * len(community), 20))
        homes += [box(west + 20 * nth + 4, 4, west + 20 * nth + 16, 16) for nth in range(len(community))]
        held += community
        west += 20 * len(community) + gap
    codes = [f"C{number}" for number in range(len(counts))]
    return divide(
        gpd.GeoDataFrame(
            {"code": codes, "name": [f"{code}社区" for code in codes]}, geometry=outlines, crs=CRS
        ),
        buildings=gpd.GeoDataFrame({"households": held}, geometry=homes, crs=CRS),
        cells=None,
        lines=gpd.GeoDataFrame({"class": []}, geometry=[], crs=CRS),
        band=Band(30, 50),
    )


def joining(division: Division) -> list[str]:
    assert division.certificate is not None
    remedies = division.certificate.facts["remedies"]
    return [remedy["facts"]["code"] for remedy in remedies if remedy["kind"] == "join_neighbour"]


def test_a_community_too_small_for_a_grid_is_offered_its_neighbours() -> None:
    found = row_of_communities([[10, 10], [10, 10, 10, 10], [20, 20]])
    assert [one.verdict for one in found] == [Verdict.INFEASIBLE, Verdict.DIVIDED, Verdict.DIVIDED]
    assert joining(found[0]) == ["C1"]


def test_a_neighbour_that_does_not_help_is_not_offered() -> None:
    found = row_of_communities([[10, 10], [60]])
    assert joining(found[0]) == []


def test_communities_apart_are_no_neighbours() -> None:
    found = row_of_communities([[10, 10], [10, 10, 10, 10]], gap=5)
    assert joining(found[0]) == []
