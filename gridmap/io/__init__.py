"""Files of the outside world ⇄ checked tables. Knows core, not the database."""

from gridmap.io.reading import Reading, ReadOptions, read, read_extract
from gridmap.io.rejected import Rejected, read_rejected, write_rejected
from gridmap.io.schemas import KINDS, Field, Kind, field_rows, kind_of

__all__ = [
    "KINDS",
    "Field",
    "Kind",
    "ReadOptions",
    "Reading",
    "Rejected",
    "field_rows",
    "kind_of",
    "read",
    "read_extract",
    "read_rejected",
    "write_rejected",
]
