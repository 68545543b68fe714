"""Filters in CQL2, the Common Query Language of OGC (21-065r2), read from text or JSON into one form, its JSON."""

from gridmap.core.filters.reading import FilterLanguage, read_filter
from gridmap.core.filters.refusals import refused, too_deep

__all__ = ["FilterLanguage", "read_filter", "refused", "too_deep"]
