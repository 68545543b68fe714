"""The one way hot loops are compiled: by numba, cached on disk, without the interpreter's lock."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])

_SOURCES = sha256(
    b"".join(
        source
        for source in (path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py")))
        if b"@compiled" in source
    )
).hexdigest()


def compiled(function: F) -> F:
    """Compile a function over NumPy arrays to machine code.

    Numba keeps machine code until the file of the function changes, though it holds a copy of what the function calls
    in other files. So it is kept only as long as no file of this folder that
    has compiled functions changes.
    """
    dispatcher = numba.njit(cache=True, nogil=True)(function)
    kept = cast(Any, dispatcher)._cache._cache_file
    kept._source_stamp = (kept._source_stamp, _SOURCES)
    return cast(F, dispatcher)
