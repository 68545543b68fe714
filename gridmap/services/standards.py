"""Standards as a study uses them: with what they override beneath, and a version that tells when they change."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from gridmap.core.coverage.layering import resolved
from gridmap.core.coverage.norms import Norm, Standard
from gridmap.db.queries import sql
from gridmap.io.standards import SCHEMA, read_standard, read_standards


@dataclass(frozen=True, slots=True)
class Rules:
    """A standard, whole, and its version: edition and hash of all its values and where they come from."""

    standard: Standard
    version: str

    def norms(self, wanted: tuple[str, ...]) -> tuple[Norm, ...]:
        """Return the norms of some ids or kinds of facility, all of them if none is named.

        Raises
        ------
        NotFound : there is none, or several for a kind.
        """
        if not wanted:
            return self.standard.norms
        return tuple(dict.fromkeys(self.standard.norm(name) for name in wanted))


def read_rules(connection: Connection, folder: Path, name: str) -> Rules:
    """Return a standard of a folder, or the one in a file of its own that may override those of the folder.

    Parameters
    ----------
    name : id of a standard, or path of a YAML file.

    Raises
    ------
    NotFound : there is no such standard or folder.
    Invalid : a file is malformed, or overrides go round in a circle.
    """
    kinds = list(connection.execute(sql("facility_kinds")).scalars())
    known = read_standards(folder, kinds=kinds)
    wanted = name
    if name.endswith((".yaml", ".yml")) and Path(name).is_file():
        own = read_standard(Path(name), schema=folder / SCHEMA, kinds=kinds)
        known, wanted = (*(one for one in known if one.id != own.id), own), own.id
    standard = resolved(wanted, known)
    values = hashlib.sha256(repr(standard.norms).encode()).hexdigest()[:12]
    return Rules(standard, f"{standard.id} {standard.edition} {values}")


def list_standards(connection: Connection, folder: Path) -> list[dict[str, object]]:
    """List the standards of a folder with all their norms.

    Raises
    ------
    NotFound, Invalid : there is no such folder, or a file is malformed.
    """
    kinds = list(connection.execute(sql("facility_kinds")).scalars())
    known = read_standards(folder, kinds=kinds)
    return [_listed(resolved(one.id, known)) for one in known]


def _listed(standard: Standard) -> dict[str, object]:
    return {
        "id": standard.id,
        "title": standard.title.as_dict(),
        "edition": standard.edition,
        "norms": [
            {
                "norm": norm.id,
                "name": norm.title.as_dict(),
                "kinds": list(norm.kinds or ()),
            }
            for norm in standard.norms
        ],
    }
