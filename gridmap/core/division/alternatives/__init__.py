"""Really different plans of one community, and how typical a plan is."""
