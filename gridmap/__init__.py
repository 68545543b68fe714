"""gridmap divides communities into grids of 300–500 households and serves them as maps and open data."""

__version__ = "0.1.0"
