"""Give out what is in the database: grids, areas and everything attached to them, as files."""

from gridmap.io.writing.formats import KINDS, Format, Headers
from gridmap.services.exporting.running import ExportReport, communities_under, export
from gridmap.services.exporting.source import Asked

__all__ = ["KINDS", "Asked", "ExportReport", "Format", "Headers", "communities_under", "export"]
