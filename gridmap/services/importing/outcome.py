"""What became of the rows of one kind: taken, merged, or refused; where they lie; how households were joined."""

from dataclasses import dataclass
from typing import Any

from gridmap.errors import Text
from gridmap.services.importing.joining import Joining


@dataclass(frozen=True, slots=True)
class Refusals:
    """The rows that one reason keeps out.

    Parameters
    ----------
    examples : the first rows, each with its number in the file, the file's column and the value; None where the row
        as a whole is meant.
    """

    reason: str
    count: int
    message: Text
    hint: Text | None
    examples: tuple[tuple[int, str | None, str | None], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "reason": self.reason,
            "count": self.count,
            "message": self.message.as_dict(),
            "hint": self.hint.as_dict() if self.hint else None,
            "examples": [
                {"row": row, "column": column, "value": value} for row, column, value in self.examples
            ],
        }


@dataclass(frozen=True, slots=True)
class Attachment:
    """Where the rows of the file lie.

    Parameters
    ----------
    inside, astride, outside : rows wholly in one community; reaching over its line, attached to the larger part;
        and in no community, which are kept all the same.
    astride_examples, outside_examples : the first of them, by ``source_id``.
    """

    inside: int
    astride: int
    outside: int
    astride_examples: tuple[str, ...] = ()
    outside_examples: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "inside": self.inside,
            "astride": self.astride,
            "outside": self.outside,
            "astride_examples": list(self.astride_examples),
            "outside_examples": list(self.outside_examples),
        }


@dataclass(frozen=True, slots=True)
class LayerReport:
    """What became of the rows of one kind; they add up: read = inserted + updated + unchanged + merged + quarantined.

    Parameters
    ----------
    merged : rows that repeat an earlier one in all things and were taken once.
    crs : the coordinate system the file was read in; None if it has no coordinates.
    crs_declared : whether the file or the caller named it; False: it was told from the numbers.
    mapping : field by the file's column.
    ignored : columns of the file that were not used.
    dropped : columns that would identify people, and were left out unread.
    households : sum over the rows taken; None for kinds that have none.
    absent : rows of the same data set, kept from earlier files, that this file does not have.
    """

    kind: str
    read: int
    inserted: int
    updated: int
    unchanged: int
    merged: int
    refusals: tuple[Refusals, ...] = ()
    crs: str | None = None
    crs_declared: bool = True
    encoding: str | None = None
    mapping: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    attached: Attachment | None = None
    households: int | None = None
    joining: Joining | None = None
    absent: int = 0

    def __post_init__(self) -> None:
        accounted = self.taken + self.merged + self.quarantined
        if self.read != accounted:
            raise AssertionError(f"{self.kind}: {self.read} rows were read and {accounted} accounted for")

    @property
    def taken(self) -> int:
        """Return the rows that are in the database now."""
        return self.inserted + self.updated + self.unchanged

    @property
    def quarantined(self) -> int:
        """Return the rows that wait to be mended."""
        return sum(refusals.count for refusals in self.refusals)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "kind": self.kind,
            "read": self.read,
            "inserted": self.inserted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "merged": self.merged,
            "quarantined": self.quarantined,
            "quarantine": [refusals.as_dict() for refusals in self.refusals],
            "crs": self.crs,
            "crs_declared": self.crs_declared,
            "encoding": self.encoding,
            "mapping": dict(self.mapping),
            "ignored_columns": list(self.ignored),
            "dropped_identity_columns": list(self.dropped),
            "notes": [note.as_dict() for note in self.notes],
            "attached": self.attached.as_dict() if self.attached else None,
            "households": self.households,
            "joining": self.joining.as_dict() if self.joining else None,
            "absent": self.absent,
        }
