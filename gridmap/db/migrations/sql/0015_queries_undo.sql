DROP VIEW published.saved_queries;
DROP VIEW published.ways;
DROP VIEW gridmap.full_grid;

CREATE OR REPLACE VIEW published.grids AS
SELECT grid.id, grid.code, coalesce(grid.name, grid.code) AS name, grid.kind,
    community.code AS community, community.name AS community_name, grid.plan_id AS plan,
    held.households, held.households_estimated > 0 AS households_estimated,
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

-- Without grids nothing is kept back, so a total that would tell what is small is rounded to tens.
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
    SELECT grid.community_id, sum(grid_count.households) AS households, count(*) AS grids
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
