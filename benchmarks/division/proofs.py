"""Check every verdict of impossibility of the run.

Each certificate that any of the subjects about division got is put before `gridmap.core.division.verify`, which shares no
code with the search. Seconds are those of the checker.
"""

import time
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measuring import Line
from gridmap.core.division.graph import Graph
from gridmap.core.division.proof.certificate import Certificate
from gridmap.core.division.verify import verify
from gridmap.core.model import Band

if TYPE_CHECKING:
    from benchmarks.city import Cities

TITLE = "Proofs of impossibility"
BAND = Band()


@dataclass(frozen=True, slots=True)
class Proof:
    """A certificate, what the checker said of it, and the seconds of CPU that it took."""

    kind: str
    is_accepted: bool
    cpu: float


@dataclass(frozen=True, slots=True)
class Proofs:
    """All that were checked in a run."""

    checked: list[Proof] = field(default_factory=list)

    def accepts(self, graph: Graph, certificate: Certificate | None) -> bool:
        """Check a certificate and write down what came of it; a verdict without one is not accepted."""
        start = time.process_time()
        is_accepted = certificate is not None and verify(graph, BAND, certificate)
        kind = str(certificate.kind) if certificate is not None else "without a certificate"
        self.checked.append(Proof(kind, is_accepted, time.process_time() - start))
        return is_accepted


def measure(cities: "Cities") -> list[Line]:
    """Return a line for each kind of proof, and one for all."""
    checked = cities.proofs.checked
    kinds = sorted({one.kind for one in checked})
    return [
        *(_line(kind, [one for one in checked if one.kind == kind]) for kind in kinds),
        _line("all verdicts of impossibility", checked),
    ]


def _line(what: str, checked: list[Proof]) -> Line:
    accepted = sum(one.is_accepted for one in checked)
    seconds = [one.cpu for one in checked] or [0.0]
    return Line(
        f"{what}, accepted by the checker",
        f"{accepted} of {len(checked)}; {median(seconds) * 1000:.1f} ms, at most {max(seconds):.1f} s CPU",
        "–", "–", "all", accepted == len(checked),
    )  # fmt: skip
