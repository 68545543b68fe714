DROP VIEW published.household_sizes, published.communities;
