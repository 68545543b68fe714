"""CQL2 as conditions of SQL: names come from the collection's description and are quoted, values are bound.

What is not in the tables of `operators` (an operator, a function) or of `kinds` (a kind of value) is refused, so
nothing that somebody writes into a filter becomes SQL.
"""

from gridmap.db.filters.compiling import condition

__all__ = ["condition"]
