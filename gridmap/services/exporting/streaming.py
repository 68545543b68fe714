"""Formats of text: each row of one COPY is a feature, and goes on as it comes."""

from collections.abc import Callable

from gridmap.db.exporting import Framing, copy_out, table_query
from gridmap.db.features import Query, text_query
from gridmap.errors import Text
from gridmap.io.writing.formats import FieldTitle, Format, Headers
from gridmap.io.writing.text import Frame, TextWriter, geojson, geojson_sequence, table
from gridmap.services.exporting.source import Source

GEOMETRY = FieldTitle("geometry", Text(en="Geometry (WKT)", zh="几何（WKT）"))


def write_lines(
    source: Source, form: Format, headers: Headers | None, sink: Callable[[bytes], object]
) -> int:
    """Write all features in a format of text and return how many there were."""
    frame, query, framing = _plan(source, form, headers or Headers.EN)
    writer = TextWriter(frame, sink)
    copy_out(source.connection, query, source.watched(writer.write), framing)
    writer.close()
    return writer.features


def _plan(source: Source, form: Format, headers: Headers) -> tuple[Frame, Query, Framing]:
    chosen = (source.collection, source.selection)
    if form is Format.CSV:
        headings = [field.heading(headers) for field in (*source.fields, GEOMETRY)]
        return table(headings), table_query(*chosen, is_full=source.is_full), "csv"
    frame = geojson(source.collection.id) if form is Format.GEOJSON else geojson_sequence()
    return frame, text_query(*chosen, is_full=source.is_full), "lines"
