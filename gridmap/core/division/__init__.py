"""Division of communities into grids.

`divide` goes the whole way: `inputs` → `fabric` (cells) → `layout` and `graph` → `solve` with `search` and `proof` →
polygons and `score` (`drawn`). `verify` checks proofs and shares nothing with them.
"""

from gridmap.core.division.divide import Solver, divide
from gridmap.core.division.drawn import Division
from gridmap.core.division.findings import Finding, FindingKind
from gridmap.core.division.proof.certificate import Certificate, CertificateKind
from gridmap.core.division.solve import Mode

ENGINE = "7"
"""Changes whenever the same input, settings and seed may give another division than before."""

__all__ = [
    "ENGINE",
    "Certificate",
    "CertificateKind",
    "Division",
    "Finding",
    "FindingKind",
    "Mode",
    "Solver",
    "divide",
]
