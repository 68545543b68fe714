"""What a filter states about a collection, ready to stand in a query."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on the features of one collection: its SQL, and the values of the parameters in it."""

    text: str
    values: Mapping[str, Any]
