"""Where compiled code was declared before other subjects needed it."""

from gridmap.core.compiled import compiled

__all__ = ["compiled"]
