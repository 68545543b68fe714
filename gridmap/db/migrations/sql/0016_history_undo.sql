DROP VIEW published.grid_history;
