"""What stands where a study was made: its facilities and gates on the map, to be moved, closed or opened in thought."""

import json
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Connection, Engine

from gridmap.core.coverage.gates import read_gates
from gridmap.core.coverage.hours import Moment, is_open
from gridmap.core.coverage.hours_reading import opening_hours
from gridmap.core.coverage.profiles import lets_through
from gridmap.db.engine import transaction
from gridmap.db.frames import read_frame
from gridmap.db.queries import sql
from gridmap.db.tables.studies import StudyKind
from gridmap.services import studies
from gridmap.services.coverage_tables import plain
from gridmap.services.questions import Walking
from gridmap.services.ready import offered, rounded

Collection = dict[str, Any]


def standing_facilities(engine: Engine, study_id: int, norm: str, *, actor: str) -> Collection:
    """Return the facilities that give the service of a norm within reach of a study, as GeoJSON.

    ``is_open`` is told for the time that the study asked about: true if it asked about none, null where nobody knows.

    Raises
    ------
    NotFound : no such study, or it did not judge such a norm.
    """
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        asked = studies.find_asked(connection, study_id, StudyKind.COVERAGE)
        offer = offered(studies.services_of(connection, study_id), norm)
        box = _box(connection, asked)
    with transaction(engine, actor=actor, role="gridmap_published") as connection:
        frame = read_frame(connection, "standing_facilities", kinds=list(offer.kinds), **box)
    moment = Walking.from_dict(asked.question).moment
    opened = [_is_open(hours, moment) for hours in frame["hours"]]
    return _collection(frame.assign(is_open=pd.Series(opened, dtype=object, index=frame.index)))


def standing_gates(engine: Engine, study_id: int, *, actor: str) -> Collection:
    """Return the gates within reach of a study, as GeoJSON.

    ``is_open`` tells whether it let everybody through of those whom the study asked about, then.

    Raises
    ------
    NotFound : no such study.
    """
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        asked = studies.find_asked(connection, study_id, StudyKind.COVERAGE)
        box = _box(connection, asked)
    with transaction(engine, actor=actor, role="gridmap_published") as connection:
        frame = read_frame(connection, "standing_gates", **box)
    walking = Walking.from_dict(asked.question)
    opened = lets_through(read_gates(frame), walking.walker, walking.moment)
    return _collection(frame.drop(columns="source_id").assign(is_open=opened))


def _box(connection: Connection, asked: studies.Asked) -> dict[str, float]:
    found = connection.execute(sql("communities_under"), {"area_id": asked.area.id})
    around = {"community_ids": [row.id for row in found], "reach_m": asked.reach_m}
    return dict(connection.execute(sql("reach_box"), around).mappings().one())


def _is_open(hours: str | None, moment: Moment | None) -> bool | None:
    if moment is None:
        return True
    return is_open(None if hours is None else opening_hours(hours), moment.weekday, moment.minute)


def _collection(frame: gpd.GeoDataFrame) -> Collection:
    points = rounded(frame.geometry.to_numpy())
    rows = plain(pd.DataFrame(frame.drop(columns="geometry")))
    features = [
        {"type": "Feature", "id": row["id"], "geometry": json.loads(point), "properties": row}
        for row, point in zip(rows, shapely.to_geojson(points), strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}
