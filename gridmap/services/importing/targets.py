"""Where each kind of file goes: its table, the key that finds a row again, and the columns as the table has them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Table

from gridmap.core.codes import parse_area_code
from gridmap.core.model import AreaLevel, HouseholdSource
from gridmap.db.tables import (
    address_count,
    area,
    building,
    cell,
    facility,
    organisation,
    place,
    resident,
    road,
)
from gridmap.services.importing.addresses import number_keys, street_key


@dataclass(frozen=True, slots=True)
class Target:
    """The table of a kind.

    Parameters
    ----------
    key : columns of a unique constraint by which an import finds the row again.
    columns : columns of the table that a file may fill, the key's among them.
    prepare : makes the columns of the table out of those of the kind.
    unkept : fields that are read but have no column.
    helpers : further columns that the file may fill, by which the rows find what they belong to.
    attached : whether its rows belong to communities.
    kept : for a column, the SQL that decides its value when the row is there, see `gridmap.db.rows.upsert`.
    """

    table: Table
    columns: tuple[str, ...]
    prepare: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]
    key: tuple[str, ...] = ("dataset", "source_id")
    unkept: frozenset[str] = frozenset()
    helpers: tuple[str, ...] = ()
    attached: bool = True
    kept: Mapping[str, str] = field(default_factory=dict)

    def columns_of(self, frame: gpd.GeoDataFrame) -> list[str]:
        """Return the columns of the table that a prepared frame fills, the geometry among them."""
        return [name for name in self.columns if name == "geom" or name in frame.columns]

    def sent(self, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return a prepared frame with what is sent to the database: the row's number, columns, helpers, geometry."""
        wanted = ("row", *self.columns, *self.helpers)
        return frame[[*(name for name in wanted if name in frame.columns), "geometry"]]


def _as_it_is(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame


def _areas(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Say community where the file gives no level, and make every shape a multipolygon."""
    shapes = np.array(frame.geometry.array, dtype=object)
    single = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    shapes[single] = [shapely.MultiPolygon([shape]) for shape in shapes[single]]
    changed = {
        "geometry": gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs),
        "level": _column(frame, "level").fillna(AreaLevel.COMMUNITY.value),
    }
    if _has_values(frame, "type"):
        changed["types"] = frame["type"].map(lambda kind: "{}" if pd.isna(kind) else "{" + kind + "}")
    if _has_values(frame, "urban"):
        changed["urban"] = frame["urban"].map({"urban": True, "rural": False}).astype("boolean")
    else:
        frame = frame.drop(columns="urban", errors="ignore")
    by_code = frame["code"].map(lambda code: parse_area_code(code).parent).astype("string")
    return frame.assign(parent=_column(frame, "parent"), parent_by_code=by_code, **changed)


def _buildings(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    declared = _column(frame, "households").notna()
    source = pd.Series(HouseholdSource.DECLARED.value, index=frame.index, dtype="string").where(declared)
    return frame.assign(household_source=source)


def _places(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Leave out who is dedicated where the file does not say it: then it is the planner's decision."""
    if not _has_values(frame, "dedicated"):
        return frame.drop(columns="dedicated", errors="ignore")
    return frame.assign(dedicated=frame["dedicated"].fillna("false"))


def _facilities(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give a facility without a whole address the house number and street it has."""
    parts = _column(frame, "house_number").fillna("") + " " + _column(frame, "street").fillna("")
    made = parts.str.strip()
    return frame.assign(address=_column(frame, "address").fillna(made.where(made != "")))


def _households(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Key each row by the building it names, else its address, else its position, and number those that share one.

    The address is taken in the form for comparing, so that a later table finds the row under another spelling.
    """
    keys = [
        _address_key(*row)
        for row in zip(
            _column(frame, "building"),
            _column(frame, "house_number"),
            _column(frame, "street"),
            np.array(frame.geometry.array, dtype=object),
            strict=True,
        )
    ]
    key = pd.Series(keys, index=frame.index, dtype="string")
    number = key.groupby(key).cumcount()
    return frame.assign(source_id=key.where(number == 0, key + " #" + (number + 1).astype("string")))


def _address_key(reference: Any, number: Any, street: Any, position: Any) -> str:
    if not pd.isna(reference):
        return f"building {reference}"
    numbers = "" if pd.isna(number) else ",".join(number_keys(str(number)))
    road_key = "" if pd.isna(street) else street_key(str(street)) or ""
    if numbers or road_key:
        return f"{numbers} {road_key}".strip()
    if isinstance(position, shapely.Point):
        return f"at {position.x:.6f} {position.y:.6f}"
    return "nowhere"


def _column(frame: gpd.GeoDataFrame, name: str) -> pd.Series:
    """Return a column; if the frame has none, one in which nothing is known."""
    if name in frame.columns:
        return pd.Series(frame[name], dtype="string")
    return pd.Series(pd.NA, index=frame.index, dtype="string")


def _has_values(frame: gpd.GeoDataFrame, name: str) -> bool:
    return name in frame.columns and bool(frame[name].notna().any())


SPLIT = "EXISTS (SELECT FROM gridmap.whole_building WHERE whole_building.building_id = building.id)"
"""What tells a building that a planner split by stairwell: it stays as it is until it is made whole."""

TARGETS: Mapping[str, Target] = {
    "areas": Target(
        area,
        ("code", "name", "level", "types", "urban", "synthetic", "attribution", "geom"),
        _areas,
        key=("code",),
        unkept=frozenset({"name_en"}),
        helpers=("parent", "parent_by_code"),
        attached=False,
    ),
    "cells": Target(cell, ("source_id", "households", "residents", "geom"), _as_it_is),
    "buildings": Target(
        building,
        (
            "source_id",
            "name",
            "use",
            "floors",
            "house_number",
            "street",
            "households",
            "household_source",
            "stairwells",
            "geom",
        ),
        _buildings,
        unkept=frozenset({"height"}),
        kept={
            column: f"CASE WHEN {SPLIT} THEN building.{column} ELSE excluded.{column} END"
            for column in ("name", "geom")
        }
        | {
            column: f"CASE WHEN {SPLIT} OR building.household_source = 'counted' OR (building.household_source = 'estimated' "
            f"AND excluded.households IS NULL) THEN building.{column} ELSE excluded.{column} END"
            for column in ("households", "household_source")
        },
    ),
    "roads": Target(
        road,
        ("source_id", "class", "name", "level", "covered", "walkable", "geom"),
        _as_it_is,
        attached=False,
    ),
    "places": Target(
        place,
        (
            "source_id",
            "kind",
            "name",
            "dedicated",
            "hours",
            "residents_only",
            "floor_area_m2",
            "capacity",
            "cost",
            "geom",
        ),
        _places,
    ),
    "facilities": Target(
        facility,
        ("source_id", "name", "kind", "tier", "floor_area_m2", "capacity", "hours", "address", "geom"),
        _facilities,
    ),
    "organisations": Target(
        organisation, ("source_id", "name", "kind", "geom"), _as_it_is, helpers=("house_number", "street")
    ),
    "households": Target(
        address_count,
        ("source_id", "house_number", "street", "households", "geom"),
        _households,
        unkept=frozenset({"residents"}),
        attached=False,
    ),
    "residents": Target(
        resident,
        ("birth_year", "sex", "registration", "geom"),
        _as_it_is,
        key=(),
        helpers=("building", "house_number", "street", "household"),
        attached=False,
    ),
}
"""Tables by kind. A count joined from a table of households stays when buildings come again, an estimate stays where
the file has no count: counted beats declared beats estimated."""
