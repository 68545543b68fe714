"""Give out what is in the database: grids, areas and everything attached to them, as files."""

from gridmap.services.exporting.running import ExportReport, communities_under, export, find_layer

__all__ = ["ExportReport", "communities_under", "export", "find_layer"]
