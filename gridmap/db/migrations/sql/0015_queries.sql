-- A row tells a count of people only where it is no small one. Sums add rows up that tell theirs, so that no sum and no
-- difference of sums has a small count in it.

-- 1 to 9 households of a grid are not told.
CREATE OR REPLACE VIEW published.grids AS
SELECT grid.id, grid.code, coalesce(grid.name, grid.code) AS name, grid.kind,
    community.code AS community, community.name AS community_name, grid.plan_id AS plan,
    CASE WHEN held.households NOT BETWEEN 1 AND 9 THEN held.households END AS households,
    held.households_estimated > 0 AS households_estimated,
    CASE WHEN held.households_estimated NOT BETWEEN 1 AND 9
        AND held.households - held.households_estimated NOT BETWEEN 1 AND 9
        THEN held.households_estimated END AS households_estimated_count,
    CASE WHEN held.households >= 10 AND held.residents >= 5 THEN held.residents END AS residents,
    held.residents IS NOT NULL AND NOT (held.households >= 10 AND held.residents >= 5) AS residents_suppressed,
    held.buildings, held.buildings_with_households, held.places, held.facilities, held.organisations,
    held.matters_open, held.matters_closed,
    round(grid.area_m2::numeric, 1)::double precision AS area_m2,
    CASE WHEN grid.kind = 'general' THEN held.households BETWEEN plan.band_minimum AND plan.band_maximum
        END AS in_band,
    CASE WHEN grid.kind = 'dedicated' THEN 'dedicated'
        WHEN held.households < plan.band_minimum THEN 'under'
        WHEN held.households > plan.band_maximum THEN 'over'
        ELSE 'in' END AS band,
    plan.band_minimum, plan.band_maximum, community.synthetic, grid.valid_from, grid.valid_to,
    grid.geom, grid.geom_3857, grid.label_3857
FROM gridmap.grid
JOIN gridmap.plan ON plan.id = grid.plan_id
JOIN gridmap.area AS community ON community.id = grid.community_id
JOIN gridmap.grid_count AS held ON held.grid_id = grid.id
WHERE plan.status = 'published' AND grid.valid_to IS NULL;

-- A total that would tell what is small is rounded to tens: of small grids, or without grids of small buildings or cells.
CREATE OR REPLACE VIEW published.communities AS
SELECT area.id, area.code, area.name, parent.code AS parent, area.synthetic,
    coalesce(
        held.households,
        (SELECT CASE WHEN sum(households) FILTER (WHERE households < 10) BETWEEN 1 AND 9
            THEN round(sum(households), -1) ELSE sum(households) END FROM gridmap.cell WHERE cell.community_id = area.id HAVING count(*) > 0),
        (SELECT CASE WHEN sum(households) FILTER (WHERE households < 10) BETWEEN 1 AND 9
            THEN round(sum(households), -1) ELSE sum(households) END FROM gridmap.building WHERE building.community_id = area.id),
        0
    )::bigint AS households,
    coalesce(held.grids, 0) AS grids, known.verdict, known.certificate,
    (SELECT max(run.imported_at) FROM gridmap.import_run AS run WHERE run.id IN (
        SELECT DISTINCT import_id FROM gridmap.building WHERE building.community_id = area.id
        UNION SELECT DISTINCT import_id FROM gridmap.cell WHERE cell.community_id = area.id
    )) AS counted_at,
    area.geom
FROM gridmap.area
LEFT JOIN gridmap.area AS parent ON parent.id = area.parent_id
LEFT JOIN (
    SELECT grid.community_id, count(*) AS grids,
        CASE WHEN sum(grid_count.households) FILTER (WHERE grid_count.households < 10) BETWEEN 1 AND 9
            THEN round(sum(grid_count.households), -1) ELSE sum(grid_count.households) END AS households
    FROM gridmap.grid JOIN gridmap.grid_count ON grid_count.grid_id = grid.id
    WHERE grid.valid_from IS NOT NULL AND grid.valid_to IS NULL
    GROUP BY grid.community_id
) AS held ON held.community_id = area.id
LEFT JOIN (
    SELECT DISTINCT ON (community_id) community_id, verdict, certificate FROM gridmap.plan
    WHERE status = 'published' OR status = 'draft' AND verdict = 'infeasible'
    ORDER BY community_id, status = 'published' DESC, id DESC
) AS known ON known.community_id = area.id
WHERE area.level = 'community';

-- The published grids with every count of households.
CREATE VIEW gridmap.full_grid AS
SELECT shown.id, shown.code, shown.name, shown.kind, shown.community, shown.plan, held.households,
    shown.households_estimated, shown.residents, shown.area_m2, shown.in_band, shown.valid_from, shown.valid_to, shown.geom
FROM published.grids AS shown JOIN gridmap.grid_count AS held ON held.grid_id = shown.id;
GRANT SELECT ON gridmap.full_grid TO gridmap_app;

-- Tiles made before tell what is not told any more.
TRUNCATE gridmap.kept_tile;

-- Lines that may matter for walking; not those where people may not walk.
CREATE VIEW published.ways AS
SELECT id, class, level, covered, geom FROM gridmap.road WHERE walkable IS NOT FALSE;

CREATE VIEW published.saved_queries AS
SELECT id, name, collection, filter, filter_language, note, created_at, changed_at, geom
FROM gridmap.saved_query WHERE deleted_at IS NULL;

GRANT SELECT ON published.ways, published.saved_queries TO gridmap_published, gridmap_app;
GRANT SELECT, INSERT, UPDATE ON gridmap.saved_query TO gridmap_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA gridmap TO gridmap_app;
