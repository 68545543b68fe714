"""Give households to the homes that nobody counted, as estimates that say so, and take them back."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Connection, Engine

from gridmap.core.crs import metric_crs
from gridmap.core.estimation import (
    Estimate,
    EstimateParameters,
    FloorsFrom,
    estimate_households,
    floors_around,
)
from gridmap.core.model import HouseholdSource
from gridmap.db.engine import transaction
from gridmap.db.frames import read_frame
from gridmap.db.queries import sql
from gridmap.errors import Invalid, Text
from gridmap.services.areas import AreaReference, find_area
from gridmap.services.audit import record

WHOLE_BUILDING_KINDS = (
    "school", "primary_school", "middle_school", "secondary_school", "college", "university", "hospital", "mall",
    "shopping_centre", "supermarket", "market", "marketplace", "parking", "place_of_worship", "community_centre",
    "sports_centre", "stadium", "fire_station", "police", "library", "museum", "theatre", "cinema", "station",
)  # fmt: skip
"""Facilities that fill the building they are in; a clinic or a shop may have homes above it."""

WORDS = {
    FloorsFrom.STATED: Text(en="floors as stated", zh="层数已知"),
    FloorsFrom.HEIGHT: Text(en="floors from the height", zh="由高度推算层数"),
    FloorsFrom.NEIGHBOURS: Text(en="floors of the neighbours", zh="参照周边楼层"),
    FloorsFrom.DEFAULT: Text(en="floors assumed", zh="按默认层数"),
}


@dataclass(frozen=True, slots=True)
class CommunityEstimate:
    """One community's line in the report: buildings estimated to be lived in, and their households."""

    code: str
    name: str
    buildings: int
    households: int


@dataclass(frozen=True, slots=True)
class EstimateReport:
    """What an estimate did.

    Parameters
    ----------
    counted : households known already, which stay as they are.
    considered : buildings without a count.
    buildings, households : those estimated to be lived in, and their households.
    lowest, highest : the interval of the households if all buildings err the same way, ± 25 %.
    floors_from : buildings lived in by how their floors are known.
    skipped : communities (code, name) whose households are carried by imported small areas.
    """

    area: str
    name: str
    counted: int
    considered: int
    buildings: int
    households: int
    lowest: int
    highest: int
    floors_from: dict[str, int]
    communities: tuple[CommunityEstimate, ...]
    skipped: tuple[tuple[str, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        skipped = [{"code": code, "name": name} for code, name in self.skipped]
        return asdict(self) | {
            "communities": [asdict(each) for each in self.communities],
            "skipped": skipped,
        }

    def lines(self) -> Iterator[Text]:
        """Say it in a few sentences."""
        yield Text(
            en=f"{self.name}: {self.households:,} households estimated in {self.buildings:,} of {self.considered:,} "
            f"buildings without a count (between {self.lowest:,} and {self.highest:,}); {self.counted:,} counted "
            "households stay.",
            zh=f"{self.name}：{self.considered:,} 栋无户数楼栋中，估算 {self.buildings:,} 栋有住户，共 {self.households:,} 户"
            f"（区间 {self.lowest:,}–{self.highest:,}）；已有的 {self.counted:,} 户保持不变。",
        )
        for source, count in self.floors_from.items():
            words = WORDS[FloorsFrom(source)]
            yield Text(en=f"  {words.en}: {count:,} buildings", zh=f"  {words.zh}：{count:,} 栋")
        if self.skipped:
            names = [name for _, name in self.skipped]
            yield Text(
                en=f"Not estimated, since imported small areas carry the households: {', '.join(names)}.",
                zh=f"以下社区的户数来自导入的统计单元，未作估算：{'、'.join(names)}。",
            )


def estimate(
    engine: Engine,
    wanted: str,
    *,
    actor: str,
    reason: str = "",
    parameters: EstimateParameters | None = None,
    control_total: int | None = None,
) -> EstimateReport:
    """Estimate the households of all buildings under an area that have no count.

    A count that was declared or counted is never touched; earlier estimates are made anew.

    Parameters
    ----------
    wanted : code or unambiguous name of the area.
    parameters : what is assumed; None: the defaults of `EstimateParameters`.
    control_total : households the estimates must sum to, where a total is known.

    Raises
    ------
    NotFound, Invalid : no such area, an ambiguous name, an area without communities, or a control total with no
        building to spread it over.
    """
    assumed = parameters if parameters is not None else EstimateParameters()
    with transaction(engine, actor=actor, reason=reason, role="gridmap_app") as connection:
        area, communities = _communities(connection, wanted)
        skipped = connection.execute(
            sql("communities_with_cells"), {"community_ids": communities["id"].tolist()}
        ).all()
        chosen = communities[~communities["id"].isin([row.id for row in skipped])]
        buildings = read_frame(
            connection,
            "buildings_to_estimate",
            community_ids=chosen["id"].tolist(),
            whole_building_kinds=list(WHOLE_BUILDING_KINDS),
        )
        unknown = ~buildings["household_source"].isin([HouseholdSource.DECLARED, HouseholdSource.COUNTED])
        result = _estimate(buildings, unknown.to_numpy(), assumed, control_total)
        open_buildings = buildings[unknown]
        connection.execute(
            sql("set_estimates"),
            {"ids": open_buildings["id"].tolist(), "households": result.households.tolist()},
        )
        report = _report(area, chosen, buildings[~unknown], open_buildings, result=result, skipped=skipped)
        details = report.as_dict() | {
            "control_total": control_total,
            "dwelling_area_m2": assumed.dwelling_area_m2,
            "vacancy": assumed.vacancy,
        }
        record(connection, action="estimate", subject=area.code, details=details)
    return report


def clear_estimates(engine: Engine, wanted: str, *, actor: str, reason: str = "") -> int:
    """Take back all estimates under an area and return how many buildings had one.

    Raises
    ------
    NotFound, Invalid : no such area, an ambiguous name, or an area without communities.
    """
    with transaction(engine, actor=actor, reason=reason, role="gridmap_app") as connection:
        area, communities = _communities(connection, wanted)
        cleared = connection.execute(
            sql("clear_estimates"), {"community_ids": communities["id"].tolist()}
        ).rowcount
        record(connection, action="clear_estimates", subject=area.code, details={"buildings": cleared})
    return cleared


def _communities(connection: Connection, wanted: str) -> tuple[AreaReference, gpd.GeoDataFrame]:
    area = find_area(connection, wanted)
    communities = read_frame(connection, "communities_under", area_id=area.id)
    if communities.empty:
        raise Invalid(
            Text(
                en=f"{area.name} ({area.code}) has no communities, so no building belongs to it.",
                zh=f"{area.name}（{area.code}）下没有社区，因而没有所属楼栋。",
            ),
            hint=Text(
                en="Import communities with `gridmap import areas FILE --set level=community`.",
                zh="请先用 gridmap import areas 文件 --set level=community 导入社区边界。",
            ),
        )
    return area, communities


def _estimate(
    buildings: gpd.GeoDataFrame,
    unknown: np.ndarray,
    assumed: EstimateParameters,
    control_total: int | None,
) -> Estimate:
    """Estimate the buildings marked unknown; all buildings tell their floors to their neighbours."""
    floors = buildings["floors"].astype("float64").to_numpy()
    if len(buildings):
        metric = buildings.geometry.to_crs(metric_crs(tuple(buildings.total_bounds)))
        around = floors_around(shapely.get_coordinates(metric.to_numpy()), floors)
    else:
        around = floors
    return estimate_households(
        footprint_m2=buildings["footprint_m2"].astype("float64").to_numpy()[unknown],
        floors=floors[unknown],
        height_m=np.full(int(unknown.sum()), np.nan),
        uses=[use if isinstance(use, str) else None for use in buildings["use"][unknown]],
        neighbours_floors=around[unknown],
        parameters=assumed,
        control_total=control_total,
    )


def _report(
    area: AreaReference,
    communities: gpd.GeoDataFrame,
    counted: gpd.GeoDataFrame,
    estimated: gpd.GeoDataFrame,
    *,
    result: Estimate,
    skipped: Any,
) -> EstimateReport:
    lived_in = result.households > 0
    owner = estimated["community"].to_numpy()
    per_community = tuple(
        CommunityEstimate(
            row.code,
            row.name,
            buildings=int((lived_in & (owner == row.code)).sum()),
            households=int(result.households[owner == row.code].sum()),
        )
        for row in communities[["code", "name"]].itertuples(index=False)
    )
    sources = Counter(result.floors_from[lived_in].tolist())
    return EstimateReport(
        area=area.code,
        name=area.name,
        counted=int(counted["households"].fillna(0).sum()),
        considered=len(estimated),
        buildings=int(lived_in.sum()),
        households=int(result.households.sum()),
        lowest=int(result.lowest.sum()),
        highest=int(result.highest.sum()),
        floors_from={str(source): sources[str(source)] for source in FloorsFrom if sources[str(source)]},
        communities=per_community,
        skipped=tuple((row.code, row.name) for row in skipped),
    )
