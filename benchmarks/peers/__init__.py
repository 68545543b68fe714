"""Other ways to divide a graph, asked for the same."""
