"""The one way hot loops are compiled: by numba, cached on disk, without the interpreter's lock."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a function over NumPy arrays to machine code."""
    return cast(F, numba.njit(cache=True, nogil=True)(function))
