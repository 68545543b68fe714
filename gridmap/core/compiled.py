"""The one way hot loops are compiled: by numba, cached on disk, without the interpreter's lock."""

import inspect
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., Any])

_PACKAGE = Path(__file__).parents[1]


def compiled(function: F) -> F:
    """Compile a function over NumPy arrays to machine code.

    Numba keeps machine code until the file of the function changes, though it holds a copy of what the function calls
    in other files. So it is kept only as long as no file of the subject (such as ``core/division``) that has compiled
    functions changes.
    """
    dispatcher = numba.njit(cache=True, nogil=True)(function)
    kept = cast(Any, dispatcher)._cache._cache_file
    kept._source_stamp = (kept._source_stamp, _sources(_subject(Path(inspect.getfile(function)))))
    return cast(F, dispatcher)


def inlined(function: F) -> F:
    """Put a small function into each compiled function that calls it, where a call would cost more than its work."""
    return cast(F, numba.njit(inline="always")(function))


def _fetch(_typing: Any, array: Any, index: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kind, of_index = signature.args
        places = [context.cast(builder, values[1], of_index, types.intp)]
        held = make_array(kind)(context, builder, values[0])
        address = cgutils.get_item_pointer(context, builder, kind, held, places, wraparound=False)
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        takes = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        instruction = cgutils.get_or_insert_function(builder.module, takes, "llvm.prefetch.p0")
        to_read_and_keep = number(0), number(3), number(1)
        builder.call(instruction, [builder.bitcast(address, byte), *to_read_and_keep])
        return context.get_dummy_value()

    return types.void(array, index), generate


prefetch = cast(Callable[[NDArray[Any], Any], None], intrinsic(_fetch))
"""For compiled functions: have the memory of an element of an array fetched that will be read soon. A hint; nothing is read."""


def _subject(file: Path) -> Path:
    """Return the folder of the subject a file belongs to; outside of the package, its own folder."""
    if not file.is_relative_to(_PACKAGE):
        return file.parent
    return _PACKAGE.joinpath(*file.relative_to(_PACKAGE).parts[:2])


@cache
def _sources(subject: Path) -> str:
    """Return a digest of the compiled files of a folder, or of one file."""
    files = sorted(subject.rglob("*.py")) if subject.is_dir() else [subject]
    sources = (path.read_bytes() for path in files)
    return sha256(
        b"".join(source for source in sources if b"@compiled" in source or b"@inlined" in source)
    ).hexdigest()
