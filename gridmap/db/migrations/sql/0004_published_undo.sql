REVOKE ALL ON ALL TABLES IN SCHEMA gridmap FROM gridmap_app;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA gridmap FROM gridmap_app;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA gridmap FROM gridmap_app;
REVOKE ALL ON SCHEMA gridmap FROM gridmap_app;
REVOKE ALL ON SCHEMA published FROM gridmap_published, gridmap_app;
DROP VIEW published.matter_counts, published.roles, published.organisations, published.roads,
    published.facilities, published.places, published.cells, published.buildings, published.plans,
    published.grids, published.areas;
