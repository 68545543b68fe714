"""Formats of text, one feature a line: GeoJSON, GeoJSON text sequences, CSV."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

PIECE = 65_536
"""Bytes that are written at once."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the features of a file.

    Parameters
    ----------
    opening, closing : of the file.
    before, after : each feature.
    between : two features.
    """

    opening: bytes = b""
    before: bytes = b""
    between: bytes = b""
    after: bytes = b""
    closing: bytes = b""


def geojson(name: str) -> Frame:
    """Return what makes one FeatureCollection (RFC 7946) of features."""
    opening = f'{{"type":"FeatureCollection","name":{json.dumps(name)},"features":[\n'
    return Frame(opening.encode(), between=b",\n", closing=b"\n]}\n")


def geojson_sequence() -> Frame:
    """Return what makes a GeoJSON text sequence (RFC 8142): a record separator before each feature, a line feed behind."""
    return Frame(before=b"\x1e", after=b"\n")


def table(headings: Sequence[str]) -> Frame:
    """Return what makes a table (RFC 4180) of rows, with a UTF-8 byte order mark, by which Excel knows the encoding."""
    row = io.StringIO()
    csv.writer(row).writerow(headings)
    return Frame(f"\ufeff{row.getvalue()}".encode(), after=b"\r\n")


class TextWriter:
    """Puts a frame around lines and writes them in pieces; the first feature goes out at once, with the opening.

    Parameters
    ----------
    sink : takes the pieces.
    """

    def __init__(self, frame: Frame, sink: Callable[[bytes], object]) -> None:
        self.frame = frame
        self.sink = sink
        self.features = 0
        self.piece = bytearray()

    def write(self, line: bytes) -> None:
        """Take one feature with its line feed."""
        self.piece += self.frame.between if self.features else self.frame.opening
        self.piece += self.frame.before
        self.piece += line[:-1]
        self.piece += self.frame.after
        if len(self.piece) >= PIECE or not self.features:
            self._hand_on()
        self.features += 1

    def close(self) -> None:
        """Write what is left."""
        if not self.features:
            self.piece += self.frame.opening
        self.piece += self.frame.closing
        self._hand_on()

    def _hand_on(self) -> None:
        self.sink(bytes(self.piece))
        self.piece.clear()
