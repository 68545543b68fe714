"""Who reaches what on foot, whether that meets a norm, and where the next facility should go."""
