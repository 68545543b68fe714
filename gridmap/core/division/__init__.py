"""Division of communities into grids: cells → graph → certificate → search → improve → polygons → score."""

from gridmap.core.division.certificate import Certificate, CertificateKind
from gridmap.core.division.divide import Solver, divide
from gridmap.core.division.drawn import Division
from gridmap.core.division.findings import Finding, FindingKind
from gridmap.core.division.solve import Mode

ENGINE = "3"
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
