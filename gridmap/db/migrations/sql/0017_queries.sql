-- What questions about places are answered from. A row tells a count of people only where it is no small one, and sums add
-- rows up that tell theirs, so that no sum and no difference of sums has a small count in it.

-- Grids as anyone may count with them: 1 to 9 households are not told.
CREATE VIEW published.told_grids AS
SELECT grids.id, code, name, kind, community, community_name, plan,
    CASE WHEN is_told THEN households END AS households,
    CASE WHEN is_told THEN households_estimated END AS households_estimated,
    CASE WHEN is_told THEN residents END AS residents,
    area_m2, CASE WHEN is_told THEN in_band END AS in_band, valid_from, valid_to, geom
FROM published.grids CROSS JOIN LATERAL (SELECT households = 0 OR households >= 10 AS is_told) AS told;

-- Lines that may matter for walking; not those where people may not walk.
CREATE VIEW published.ways AS
SELECT id, class, level, covered, geom FROM gridmap.road WHERE walkable IS NOT FALSE;

CREATE VIEW published.saved_queries AS
SELECT id, name, collection, filter, filter_language, note, created_at, changed_at, geom
FROM gridmap.saved_query WHERE deleted_at IS NULL;

GRANT SELECT ON published.told_grids, published.ways, published.saved_queries TO gridmap_published, gridmap_app;
GRANT SELECT, INSERT, UPDATE ON gridmap.saved_query TO gridmap_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA gridmap TO gridmap_app;
