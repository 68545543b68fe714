DROP VIEW published.study_homes, published.studies;
DROP VIEW published.roads;
DROP VIEW published.places;

CREATE VIEW published.places AS
SELECT place.id, place.name, place.kind, grid.code AS grid, community.code AS community, place.geom, place.geom_3857
FROM gridmap.place
LEFT JOIN gridmap.grid ON grid.id = place.grid_id
LEFT JOIN gridmap.area AS community ON community.id = place.community_id;

CREATE VIEW published.roads AS
SELECT id, class, name, geom, geom_3857 FROM gridmap.road;

GRANT SELECT ON published.roads, published.places TO gridmap_published, gridmap_app;
