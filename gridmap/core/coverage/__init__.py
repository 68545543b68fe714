"""Coverage: who is served, on foot, within the norm."""
