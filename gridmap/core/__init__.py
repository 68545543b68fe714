"""What gridmap thinks with: pure functions on values. No database, file, HTTP, clock or global random."""
