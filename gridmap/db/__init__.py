"""What gridmap remembers: the only place that knows SQL."""
