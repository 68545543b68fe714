-- What questions about places are answered from. Every row here may be told to anyone, so any sum of rows may be.

-- Grids as anyone may count with them: a count of 1 to 9 households is not told; and where those of a community hold fewer
-- than 10 together, the next larger one is not told either, because the community's total would tell them.
CREATE VIEW published.told_grids AS
SELECT shown.id, shown.code, shown.name, shown.kind, shown.community, shown.community_name, shown.plan,
    CASE WHEN told.is_told THEN shown.households END AS households,
    CASE WHEN told.is_told THEN shown.households_estimated END AS households_estimated,
    CASE WHEN told.is_told THEN shown.residents END AS residents,
    shown.area_m2, CASE WHEN told.is_told THEN shown.in_band END AS in_band,
    shown.valid_from, shown.valid_to, shown.geom
FROM published.grids AS shown
CROSS JOIN LATERAL (
    SELECT coalesce(sum(held.households) FILTER (WHERE held.households < 10), 0) AS small,
        (array_agg(other.id ORDER BY held.households, other.id) FILTER (WHERE held.households >= 10))[1] AS next
    FROM gridmap.grid AS other JOIN gridmap.grid_count AS held ON held.grid_id = other.id
    WHERE other.plan_id = shown.plan AND other.valid_to IS NULL
) AS beside
CROSS JOIN LATERAL (
    SELECT shown.households = 0 OR shown.households >= 10
        AND NOT (beside.small BETWEEN 1 AND 9 AND beside.next = shown.id) AS is_told
) AS told;

-- Lines that may matter for walking; not those where people may not walk.
CREATE VIEW published.ways AS
SELECT id, class, level, covered, geom FROM gridmap.road WHERE walkable IS NOT FALSE;

CREATE VIEW published.saved_queries AS
SELECT id, name, collection, filter, filter_language, note, created_at, changed_at, geom
FROM gridmap.saved_query WHERE deleted_at IS NULL;

GRANT SELECT ON published.told_grids, published.ways, published.saved_queries TO gridmap_published, gridmap_app;
GRANT SELECT, INSERT, UPDATE ON gridmap.saved_query TO gridmap_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA gridmap TO gridmap_app;
