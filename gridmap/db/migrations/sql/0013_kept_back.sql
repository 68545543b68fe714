-- What is small is not told, and where a total would tell it all the same, the next larger is not told either.

-- Of buildings or cells in some grids those whose count is kept back though it is no small one, because what is left of a
-- total that anybody knows would be fewer than 10 households. Totals are known of a grid and, of buildings, of its
-- estimated and its counted households.
CREATE FUNCTION gridmap.kept_back(things text, grid_ids bigint[]) RETURNS TABLE (grid_id bigint, id bigint)
LANGUAGE sql STABLE SET search_path = gridmap, public AS $$
    WITH home AS (
        SELECT building.grid_id, building.id, households, coalesce(household_source = 'estimated', false) AS is_estimated
        FROM building WHERE things = 'building' AND building.grid_id IN (SELECT unnest(grid_ids)) AND households > 0
        UNION ALL
        SELECT cell.grid_id, cell.id, households, false
        FROM cell WHERE things = 'cell' AND cell.grid_id IN (SELECT unnest(grid_ids)) AND households > 0
    ),
    of_source AS (
        SELECT home.grid_id,
            coalesce(sum(households) FILTER (WHERE households < 10), 0) AS small,
            (array_agg(home.id ORDER BY households, home.id) FILTER (WHERE households >= 10))[1] AS next
        FROM home GROUP BY home.grid_id, is_estimated
    ),
    of_grid AS (
        SELECT of_source.grid_id, sum(small) AS small, bool_or(small BETWEEN 1 AND 9 AND next IS NOT NULL) AS is_safe
        FROM of_source GROUP BY of_source.grid_id
    )
    SELECT of_source.grid_id, next FROM of_source WHERE small BETWEEN 1 AND 9 AND next IS NOT NULL
    UNION ALL
    SELECT of_grid.grid_id, least.id
    FROM of_grid CROSS JOIN LATERAL (
        SELECT home.id FROM home WHERE home.grid_id = of_grid.grid_id AND households >= 10
        ORDER BY households, home.id LIMIT 1
    ) AS least
    WHERE small BETWEEN 1 AND 9 AND NOT is_safe
$$;
REVOKE EXECUTE ON FUNCTION gridmap.kept_back FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gridmap.kept_back TO gridmap_app;

-- The rows are locked first: a concurrent change of the same grid then counts after this one, not beside it.
-- Each table is read once for all grids: a plan made on stale statistics is then slow, not endless.
CREATE OR REPLACE FUNCTION gridmap.recount(grid_ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = gridmap, public AS $$
BEGIN
    IF cardinality(grid_ids) = 0 THEN
        RETURN;
    END IF;
    PERFORM FROM grid_count WHERE grid_id IN (SELECT unnest(grid_ids)) ORDER BY grid_id FOR UPDATE;
    WITH asked AS MATERIALIZED (
        SELECT id, EXISTS (SELECT FROM cell WHERE cell.community_id = grid.community_id) AS has_cells
        FROM grid WHERE id IN (SELECT unnest(grid_ids))
    ),
    of_building AS (
        SELECT grid_id, count(*) AS buildings, count(*) FILTER (WHERE households > 0) AS with_households,
            coalesce(sum(households), 0) AS households,
            coalesce(sum(households) FILTER (WHERE household_source = 'estimated'), 0) AS estimated
        FROM building WHERE grid_id IN (SELECT unnest(grid_ids)) GROUP BY grid_id
    ),
    of_resident AS (
        SELECT home.grid_id, count(*) AS residents
        FROM building AS home JOIN resident ON resident.building_id = home.id
        WHERE home.grid_id IN (SELECT unnest(grid_ids)) GROUP BY home.grid_id
    ),
    of_cell AS (
        SELECT grid_id, coalesce(sum(households), 0) AS households, sum(residents) AS residents
        FROM cell WHERE grid_id IN (SELECT unnest(grid_ids)) GROUP BY grid_id
    ),
    of_untold AS (
        SELECT grid_id, array_agg(id) AS ids FROM gridmap.kept_back('building', grid_ids) GROUP BY grid_id
    ),
    of_untold_cell AS (
        SELECT grid_id, array_agg(id) AS ids FROM gridmap.kept_back('cell', grid_ids) GROUP BY grid_id
    ),
    of_place AS (
        SELECT grid_id, count(*) AS places FROM place
        WHERE grid_id IN (SELECT unnest(grid_ids)) GROUP BY grid_id
    ),
    of_facility AS (
        SELECT grid_id, count(*) AS facilities FROM facility
        WHERE grid_id IN (SELECT unnest(grid_ids)) GROUP BY grid_id
    ),
    of_organisation AS (
        SELECT grid_id, count(*) AS organisations FROM organisation
        WHERE grid_id IN (SELECT unnest(grid_ids)) GROUP BY grid_id
    ),
    of_matter AS (
        SELECT grid_id, count(*) FILTER (WHERE closed_at IS NULL) AS open,
            count(*) FILTER (WHERE closed_at IS NOT NULL) AS closed
        FROM matter WHERE grid_id IN (SELECT unnest(grid_ids)) GROUP BY grid_id
    )
    UPDATE grid_count SET
        buildings = coalesce(of_building.buildings, 0),
        buildings_with_households = coalesce(of_building.with_households, 0),
        households = coalesce(CASE WHEN has_cells THEN of_cell.households ELSE of_building.households END, 0),
        households_estimated = CASE WHEN has_cells THEN 0 ELSE coalesce(of_building.estimated, 0) END,
        residents = CASE WHEN has_cells THEN of_cell.residents ELSE of_resident.residents END,
        places = coalesce(of_place.places, 0),
        facilities = coalesce(of_facility.facilities, 0),
        organisations = coalesce(of_organisation.organisations, 0),
        matters_open = coalesce(of_matter.open, 0),
        matters_closed = coalesce(of_matter.closed, 0),
        buildings_kept_back = coalesce(of_untold.ids, '{}'),
        cells_kept_back = coalesce(of_untold_cell.ids, '{}')
    FROM asked
    LEFT JOIN of_building ON of_building.grid_id = asked.id
    LEFT JOIN of_resident ON of_resident.grid_id = asked.id
    LEFT JOIN of_cell ON of_cell.grid_id = asked.id
    LEFT JOIN of_untold ON of_untold.grid_id = asked.id
    LEFT JOIN of_untold_cell ON of_untold_cell.grid_id = asked.id
    LEFT JOIN of_place ON of_place.grid_id = asked.id
    LEFT JOIN of_facility ON of_facility.grid_id = asked.id
    LEFT JOIN of_organisation ON of_organisation.grid_id = asked.id
    LEFT JOIN of_matter ON of_matter.grid_id = asked.id
    WHERE grid_count.grid_id = asked.id;
END
$$;

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

CREATE OR REPLACE VIEW published.buildings AS
SELECT building.id, building.name, building.use, building.floors, building.house_number, building.street,
    CASE WHEN told.is_told THEN building.households END AS households,
    CASE WHEN told.is_told THEN building.household_source = 'estimated' END AS households_estimated,
    building.stand_in, grid.code AS grid, community.code AS community, building.geom, building.geom_3857
FROM gridmap.building
LEFT JOIN gridmap.grid ON grid.id = building.grid_id
LEFT JOIN gridmap.grid_count AS held ON held.grid_id = building.grid_id
CROSS JOIN LATERAL (
    SELECT building.households >= 10 AND building.id <> ALL (coalesce(held.buildings_kept_back, '{}')) AS is_told
) AS told
LEFT JOIN gridmap.area AS community ON community.id = building.community_id;

CREATE OR REPLACE VIEW published.cells AS
SELECT cell.id, cell.source_id,
    CASE WHEN cell.households >= 10 AND cell.id <> ALL (coalesce(held.cells_kept_back, '{}'))
        THEN cell.households END AS households,
    grid.code AS grid, community.code AS community, cell.geom, cell.geom_3857
FROM gridmap.cell
LEFT JOIN gridmap.grid ON grid.id = cell.grid_id
LEFT JOIN gridmap.grid_count AS held ON held.grid_id = cell.grid_id
LEFT JOIN gridmap.area AS community ON community.id = cell.community_id;

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

CREATE OR REPLACE VIEW published.study_homes AS
SELECT home.study_id, home.norm,
    coalesce('building/' || home.building_id, 'cell/' || home.cell_id) AS home, coalesce(building.name, cell.source_id) AS name,
    coalesce(told.households, told_cell.households) AS households,
    coalesce(building_grid.code, cell_grid.code) AS grid, facility.name AS facility, home.metres, home.verdict,
    home.reason, coalesce(building.geom, cell.geom) AS geom
FROM gridmap.study_home AS home
LEFT JOIN gridmap.building ON building.id = home.building_id
LEFT JOIN gridmap.cell ON cell.id = home.cell_id
LEFT JOIN gridmap.grid AS building_grid ON building_grid.id = building.grid_id
LEFT JOIN gridmap.grid AS cell_grid ON cell_grid.id = cell.grid_id
LEFT JOIN published.buildings AS told ON told.id = home.building_id
LEFT JOIN published.cells AS told_cell ON told_cell.id = home.cell_id
LEFT JOIN gridmap.facility ON facility.id = home.facility_id;

SELECT gridmap.recount(ARRAY(SELECT grid_id FROM gridmap.grid_count));
