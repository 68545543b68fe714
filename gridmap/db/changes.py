"""Statements that change features: which collections can be changed, where their columns are kept, what they may hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import sqlalchemy
from sqlalchemy import TextClause

from gridmap.core.model import Cover, FacilityTier, LineClass
from gridmap.db.queries import quoted

POINTS_AND_AREAS = ("Point", "Polygon", "MultiPolygon")
LINES = ("LineString", "MultiLineString")


@dataclass(frozen=True, slots=True)
class Writable:
    """How a collection can be changed.

    Parameters
    ----------
    table : in the schema ``gridmap``.
    geometries : GeoJSON types its features may have.
    columns : that can be changed; they have the same name in the table. What else a feature shows follows from these,
        from where it lies, or from imports.
    required : of these, those that must have a value.
    choices : of these, those with a list of words, and the words.
    """

    table: str
    geometries: tuple[str, ...]
    columns: tuple[str, ...]
    required: frozenset[str] = frozenset()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


WRITABLE: Mapping[str, Writable] = MappingProxyType(
    {
        "buildings": Writable(
            "building", POINTS_AND_AREAS, ("name", "use", "floors", "house_number", "street")
        ),
        "places": Writable(
            "place",
            (*POINTS_AND_AREAS, "LineString"),
            ("name", "kind", "hours", "residents_only", "floor_area_m2"),
            frozenset({"kind"}),
        ),
        "facilities": Writable(
            "facility",
            (*POINTS_AND_AREAS, *LINES),
            ("name", "kind", "tier", "floor_area_m2", "capacity", "hours", "address"),
            frozenset({"kind"}),
            {"tier": tuple(FacilityTier)},
        ),
        "roads": Writable(
            "road",
            LINES,
            ("class", "name", "level", "covered"),
            frozenset({"class"}),
            {"class": tuple(LineClass), "covered": tuple(Cover)},
        ),
        "organisations": Writable(
            "organisation", POINTS_AND_AREAS, ("name", "kind", "contact"), frozenset({"name", "kind"})
        ),
    }
)
"""By collection; one that is not here cannot be changed feature by feature."""


def insert_statement(writable: Writable, columns: Iterable[str]) -> TextClause:
    """Return the statement that keeps a new feature, of ``:dataset`` and ``:source_id``, and returns its id."""
    names = [*columns, "dataset", "source_id"]
    return sqlalchemy.text(f"""
        INSERT INTO gridmap.{quoted(writable.table)} ({", ".join(map(quoted, names))}, geom)
        VALUES ({", ".join(f":{name}" for name in names)}, ST_GeomFromWKB(:geometry, 4326)) RETURNING id
    """)  # noqa: S608


def update_statement(writable: Writable, columns: Iterable[str], *, moves: bool) -> TextClause:
    """Return the statement that changes columns of the feature ``:id``, and its geometry if it ``moves``."""
    changes = [f"{quoted(name)} = :{name}" for name in columns]
    changes += ["geom = ST_GeomFromWKB(:geometry, 4326)"] if moves else []
    table = quoted(writable.table)
    return sqlalchemy.text(f"UPDATE gridmap.{table} SET {', '.join(changes)} WHERE id = :id")  # noqa: S608


def delete_statement(writable: Writable) -> TextClause:
    """Return the statement that deletes the feature ``:id``."""
    return sqlalchemy.text(f"DELETE FROM gridmap.{quoted(writable.table)} WHERE id = :id")  # noqa: S608


def lock_statement(writable: Writable) -> TextClause:
    """Return the statement that keeps others from changing the feature ``:id``; no row: it is not there."""
    return sqlalchemy.text(
        f"SELECT id FROM gridmap.{quoted(writable.table)} WHERE id = :id FOR UPDATE"  # noqa: S608
    )
