"""What an export is made from: the selected features of a collection, over one connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from gridmap.core.model import Progress, silent
from gridmap.db.collections import Collection
from gridmap.db.exporting import record_batches, shape_query
from gridmap.db.features import Selection
from gridmap.errors import Text
from gridmap.io.writing.formats import FieldTitle, Format, Headers

if TYPE_CHECKING:
    import pyarrow as pa

Zooms = tuple[int | None, int | None]
"""Lowest and highest zoom; None: what fits the layer."""

STAGE = "write"
ROWS_BETWEEN = 1000
"""So often progress is told, and heard whether to stop."""
ID = FieldTitle("id", Text(en="Number", zh="编号"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What shall go out.

    Parameters
    ----------
    layer : a collection: areas, grids, buildings, cells, places, facilities, roads, organisations.
    area : code or name of the area whose communities are asked for; None for all.
    filtered : a filter in CQL2 text; None for all features.
    headers : over the columns of tables; None: field names in CSV, which programs read, both in workbooks.
    zooms : lowest and highest zoom of PMTiles; None: from 0 to where no more is to be seen.
    """

    layer: str
    form: Format
    area: str | None = None
    filtered: str | None = None
    headers: Headers | None = None
    zooms: Zooms = (None, None)


@dataclass(slots=True)
class Source:
    """Features to be written.

    Parameters
    ----------
    is_full : with the counts that are too small to publish.
    total : features there are; 0: not known, as nobody watches.
    """

    connection: Connection
    collection: Collection
    selection: Selection
    is_full: bool
    progress: Progress = silent
    total: int = 0
    done: int = 0

    @property
    def fields(self) -> list[FieldTitle]:
        """Return the fields of a feature beside its geometry, in order."""
        return [ID, *(FieldTitle(column.name, column.title) for column in self.collection.columns)]

    def tell(self, rows: int) -> None:
        """Tell that more rows are written."""
        before, self.done = self.done, self.done + rows
        if self.done // ROWS_BETWEEN > before // ROWS_BETWEEN:
            self.progress(STAGE, self.done, self.total)

    def watched(self, write: Callable[[bytes], object]) -> Callable[[bytes], object]:
        """Return what writes a row and tells so; where nobody watches, `write` itself."""
        if self.progress is silent:
            return write

        def told(row: bytes) -> None:
            write(row)
            self.tell(1)

        return told

    @contextmanager
    def batches(self, selection: Selection | None = None, **shape: Any) -> Iterator[pa.RecordBatchReader]:
        """Give the features as record batches, see `gridmap.db.exporting.shape_query`.

        A writer that reads them in C tells of any error as one of its own: what stopped the reading is raised instead.

        Parameters
        ----------
        selection : of them; None: all that are to be written.
        """
        import pyarrow as pa  # noqa: PLC0415 (memory that formats of text do without)

        query = shape_query(self.collection, selection or self.selection, is_full=self.is_full, **shape)
        stopped: list[BaseException] = []
        with record_batches(self.connection, query) as (schema, batches):
            try:
                yield pa.RecordBatchReader.from_batches(schema, self._told(batches, stopped))
            except Exception:
                if stopped:
                    raise stopped[0] from None
                raise

    def _told(
        self, batches: Iterator[pa.RecordBatch], stopped: list[BaseException]
    ) -> Iterator[pa.RecordBatch]:
        """Yield batches and tell of each; an error is kept."""
        try:
            for batch in batches:
                yield batch
                self.tell(len(batch))
        except BaseException as error:
            stopped.append(error)
            raise
