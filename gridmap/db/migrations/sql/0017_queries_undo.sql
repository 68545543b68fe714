DROP VIEW published.saved_queries;
DROP VIEW published.ways;
DROP VIEW published.told_grids;
