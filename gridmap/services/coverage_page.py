"""Write a coverage study as one page that opens without a network, without the counts of few households."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, Engine

from gridmap.core.coverage.outcomes import Outcome
from gridmap.core.coverage.profiles import ProfileName
from gridmap.db.engine import transaction
from gridmap.db.frames import read_frame
from gridmap.db.queries import sql
from gridmap.db.tables.studies import StudyKind
from gridmap.errors import Text
from gridmap.maps import Service, coverage_map, save
from gridmap.services.exporting import communities_under
from gridmap.services.mapping import drawn_layer
from gridmap.services.studies import Study, find_study

WALKERS = {
    ProfileName.ADULT: Text(en="adult", zh="成年人"),
    ProfileName.ELDER: Text(en="older person", zh="老年人"),
    ProfileName.WHEELCHAIR: Text(en="wheelchair or pram", zh="轮椅、婴儿车"),
    ProfileName.NIGHT: Text(en="at night", zh="夜间"),
}
DRAWN = ("areas", "facilities", "roads", "places")


def write_coverage_page(engine: Engine, study_id: int, target: Path, *, language: str, actor: str) -> int:
    """Write a study and return how many homes it shows.

    Raises
    ------
    NotFound : there is no coverage study of that number.
    """
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        study = find_study(connection, study_id, StudyKind.COVERAGE)
        codes = communities_under(connection, study.area.code)
        facts = connection.execute(sql("map_facts"), {"codes": list(codes)}).one()
        homes = _homes(connection, study_id)
        frames = {name: drawn_layer(connection, name, codes) for name in DRAWN}
    page = coverage_map(
        homes,
        [_service(norm) for norm in study.public["norms"]],
        communities=frames.pop("areas"),
        **frames,
        title=study.area.name,
        language=language,
        attribution=facts.attribution or "",
        synthetic=study.area.synthetic,
        receipt=[*_receipt(study), *(Text(**warning) for warning in study.public["warnings"])],
    )
    save(page, target)
    return len(homes)


def _homes(connection: Connection, study_id: int) -> gpd.GeoDataFrame:
    """Return homes with the columns of each norm, as anyone may see them."""
    homes = read_frame(connection, "homes_of_study", study_id=study_id).set_index("home")
    rows = connection.execute(sql("judgements_of_study"), {"study_id": study_id}).mappings().all()
    for norm, judged in pd.DataFrame(rows).groupby("norm"):
        known = judged.set_index("home")
        homes[f"{norm}_distance"] = known["verdict"]
        homes[f"{norm}_m"] = known["metres"].astype("float64")
        homes[f"{norm}_reason"] = known["reason"]
    return homes


def _service(norm: dict[str, Any]) -> Service:
    distance = norm["area"]["distance"]
    return Service(
        norm["norm"],
        Text(**norm["name"]),
        tuple(norm["kinds"]),
        float(distance["within"] or 0.0),
        float(distance["judged"] or 0.0),
        {outcome.value: distance[outcome.value] for outcome in Outcome},
        tuple(_notes(norm)),
    )


def _notes(norm: dict[str, Any]) -> Iterator[Text]:
    radius = sorted({metres for metres in norm["radius_m"].values() if metres is not None})
    if radius:
        told = "/".join(f"{metres:g}" for metres in radius)
        yield Text(en=f"Near: {told} m on foot.", zh=f"达标：步行 {told} 米以内。")
    else:
        yield Text(en="The standard sets no radius.", zh="标准未规定半径。")
    straight = norm["straight"]["within"]
    yield Text(
        en=f"By straight line it would be {straight:,.0f} households.",
        zh=f"若按直线距离则为 {straight:,.0f} 户。",
    )
    if not all(value["verified"] for value in norm["values"]):
        yield Text(en="Numbers not checked against the text.", zh="标准数值尚未与原文核对。")


def _receipt(study: Study) -> Iterator[Text]:
    receipt, question = study.receipt, study.question
    yield Text(en=f"Standard: {receipt.norm_version}", zh=f"标准：{receipt.norm_version}")
    walker = WALKERS[ProfileName(question["profile"])]
    minutes, at = question["minutes"], question["at"]
    yield Text(
        en=f"Question: {walker.en} · {f'{minutes:g} minutes' if minutes else 'as the standard says'} · {at or 'any time'}",
        zh=f"条件：{walker.zh} · {f'{minutes:g} 分钟' if minutes else '按标准半径'} · {at or '不限时间'}",
    )
    newest = max(receipt.data_dates.values(), default="–")
    yield Text(en=f"Data of {newest}", zh=f"数据时点：{newest}")
    yield Text(en=f"Answered {receipt.created_at:%Y-%m-%d}", zh=f"检查时间：{receipt.created_at:%Y-%m-%d}")
    if receipt.is_stale:
        yield Text(en="Out of date: the data have changed since.", zh="已过时：数据此后有更新。")
