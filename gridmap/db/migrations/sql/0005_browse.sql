-- Every community with its households, divided or not, and what is known of its division. A plan in force
-- speaks for it; without one, the newest proof that it cannot be divided does. Drafts stay unseen.
CREATE VIEW published.communities AS
SELECT area.id, area.code, area.name, parent.code AS parent, area.synthetic,
    coalesce(
        held.households,
        (SELECT sum(households) FROM gridmap.cell WHERE cell.community_id = area.id HAVING count(*) > 0),
        (SELECT sum(households) FROM gridmap.building WHERE building.community_id = area.id),
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

-- How many households of each size a grid holds. A size with fewer than 10 is not told; where only one size is
-- untold, the next smallest is untold as well, or the difference from the total would tell it.
CREATE VIEW published.household_sizes AS
WITH counted AS (
    SELECT building.grid_id, least(household.size, 5) AS size, count(*) AS households
    FROM gridmap.household JOIN gridmap.building ON building.id = household.building_id
    WHERE building.grid_id IS NOT NULL AND household.size IS NOT NULL
    GROUP BY building.grid_id, least(household.size, 5)
), ranked AS (
    SELECT counted.*,
        count(*) FILTER (WHERE households < 10) OVER (PARTITION BY grid_id) AS small,
        row_number() OVER (PARTITION BY grid_id ORDER BY households, size) AS place
    FROM counted
)
SELECT grid.code AS grid, ranked.size,
    CASE WHEN households >= 10 AND NOT (small = 1 AND place = 2) THEN households END AS households
FROM ranked JOIN gridmap.grid ON grid.id = ranked.grid_id;

GRANT SELECT ON published.communities, published.household_sizes TO gridmap_published, gridmap_app;
