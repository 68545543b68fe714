"""Every table gridmap has, one module for each of the five elements and for what holds them together.

``areas``, ``plans`` and ``editing`` are the frame (区域、划分方案、网格); ``people``, ``land``, ``things``, ``matters`` and
``organisations`` are what is attached to it (人、地、物、事、组织); ``records`` is what was done (imports, audit); ``studies`` is
what was found about walking (coverage, siting) and the work under way; ``tiles`` is what was drawn; ``saving`` is
questions kept under a name.
"""

from gridmap.db.tables.areas import area
from gridmap.db.tables.base import metadata
from gridmap.db.tables.editing import drawing, layout, plan_edit, plan_snapshot
from gridmap.db.tables.land import cell, place, road
from gridmap.db.tables.matters import matter, matter_kind
from gridmap.db.tables.organisations import organisation, role
from gridmap.db.tables.people import address_count, household, resident
from gridmap.db.tables.plans import grid, grid_code, grid_count, grid_succession, plan
from gridmap.db.tables.records import audit, import_run, quarantine, secret
from gridmap.db.tables.saving import saved_query
from gridmap.db.tables.studies import job, receipt_salt, study, study_home
from gridmap.db.tables.things import building, facility, whole_building
from gridmap.db.tables.tiles import kept_tile, tile_change

__all__ = [
    "address_count",
    "area",
    "audit",
    "building",
    "cell",
    "drawing",
    "facility",
    "grid",
    "grid_code",
    "grid_count",
    "grid_succession",
    "household",
    "import_run",
    "job",
    "kept_tile",
    "layout",
    "matter",
    "matter_kind",
    "metadata",
    "organisation",
    "place",
    "plan",
    "plan_edit",
    "plan_snapshot",
    "quarantine",
    "receipt_salt",
    "resident",
    "road",
    "role",
    "saved_query",
    "secret",
    "study",
    "study_home",
    "tile_change",
    "whole_building",
]
