"""Files into the database: everything good of a file in one transaction, everything else listed."""

from gridmap.services.importing.joining import Joining
from gridmap.services.importing.outcome import Attachment, LayerReport, Refusals
from gridmap.services.importing.quarantine import (
    Waiting,
    export_quarantine,
    export_unplaced,
    list_quarantine,
    list_unplaced,
)
from gridmap.services.importing.report import ImportReport
from gridmap.services.importing.running import import_file

__all__ = [
    "Attachment",
    "ImportReport",
    "Joining",
    "LayerReport",
    "Refusals",
    "Waiting",
    "export_quarantine",
    "export_unplaced",
    "import_file",
    "list_quarantine",
    "list_unplaced",
]
