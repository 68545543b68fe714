"""The catalogue of layers: which columns of a collection are drawn from which zoom on, and what stands for them below.

Where features are too small to be told apart, squares with the number of features in them are drawn instead, so that
nothing is left out. Areas and roads give way to those above them: the communities' streets, the town's main roads.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Labels:
    """Points at which features are named, each on one tile of a zoom.

    Parameters
    ----------
    name : of the layer of labels within the tile.
    columns : SQL of what a label carries.
    point : SQL of its place, in EPSG:3857.
    """

    name: str
    columns: str
    point: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Squares that stand for features below the zoom at which these are drawn.

    Parameters
    ----------
    name : of the layer of squares within the tile.
    sums : columns whose sum a square carries beside its ``count``.
    """

    name: str
    sums: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """A collection as it is drawn.

    Parameters
    ----------
    columns : what a feature carries beside its id.
    detail : from this zoom on features are drawn, below it their counts.
    counts : None: there is nothing below `detail`, which then is 0.
    thinned : zoom → SQL of what is drawn below it; all that apply must hold.
    simplified : below this zoom lines are drawn with half a pixel of freedom.
    has_clearance : the collection tells how far corners and sides keep from each other (``clearance``, in degrees).
    """

    columns: tuple[str, ...]
    detail: int = 0
    counts: Counts | None = None
    labels: Labels | None = None
    thinned: Mapping[int, str] = field(default_factory=dict)
    simplified: int = 0
    has_clearance: bool = False

    def layers_at(self, zoom: int, collection: str) -> tuple[str, ...]:
        """Return the names of the layers within a tile of a zoom."""
        if self.counts is not None and zoom < self.detail:
            return (self.counts.name,)
        return (collection, *((self.labels.name,) if self.labels else ()))


COMMUNITIES_BELOW = 9
STREETS_BELOW = 7

LAYERS: Mapping[str, Layer] = MappingProxyType(
    {
        "areas": Layer(
            ("code", "name", "level"),
            labels=Labels("area_labels", "code, name, level", "ST_PointOnSurface(geom_3857)"),
            thinned={
                COMMUNITIES_BELOW: "(level <> 'community' OR parent IS NULL)",
                STREETS_BELOW: "(level <> 'street' OR parent IS NULL)",
            },
            simplified=14,
        ),
        "grids": Layer(
            ("code", "name", "kind", "households", "households_estimated", "in_band", "band"),
            detail=8,
            counts=Counts("grid_counts", ("households",)),
            labels=Labels(
                "grid_labels",
                "code, households, band, CASE WHEN name <> code THEN name "
                "ELSE regexp_replace(code, '^([0-9]{12}|.*-)', '') END AS label",
                "label_3857",
            ),
            simplified=13,
        ),
        "buildings": Layer(
            ("floors", "use"), detail=13, counts=Counts("building_counts"), has_clearance=True
        ),
        "cells": Layer(("households",), detail=12, counts=Counts("cell_counts")),
        "places": Layer(("name", "kind"), detail=12, counts=Counts("place_counts")),
        "facilities": Layer(("name", "kind", "tier"), detail=12, counts=Counts("facility_counts")),
        "roads": Layer(
            ("class", "name"),
            thinned={
                13: "class IN ('river', 'railway', 'motorway', 'primary', 'secondary', 'tertiary')",
                10: "class IN ('river', 'railway', 'motorway', 'primary')",
            },
            simplified=13,
        ),
        "organisations": Layer(("name", "kind"), detail=12, counts=Counts("organisation_counts")),
    }
)
"""By the id of the collection."""
