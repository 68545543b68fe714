"""Division again after households changed: the fewest households move, and what became of each grid."""
