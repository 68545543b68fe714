"""The command line: each command calls one service. ``gridmap --help`` lists them."""

from gridmap.cli.main import main

__all__ = ["main"]
