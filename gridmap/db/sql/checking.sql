-- check_communities --
-- What is published in each community against what is in it: counts, gaps and overlaps in m².
SELECT area.code, area.name, plan.verdict,
    coalesce(held.grids, 0) AS grids, coalesce(held.in_band, 0) AS in_band,
    carried.households, coalesce(held.households, 0) AS households_in_grids,
    coalesce(ST_Area(ST_Difference(carried.outline, held.outline)::geography), 0) AS gap_m2,
    coalesce(held.area_m2 - ST_Area(held.outline::geography), 0) AS overlap_m2,
    ST_Perimeter(area.geom::geography) AS perimeter_m
FROM gridmap.area
LEFT JOIN gridmap.plan ON plan.community_id = area.id AND plan.status = 'published'
LEFT JOIN LATERAL (
    SELECT count(*) AS grids,
        count(*) FILTER (WHERE grid.kind = 'dedicated'
            OR grid_count.households BETWEEN plan.band_minimum AND plan.band_maximum) AS in_band,
        sum(grid_count.households) AS households,
        sum(grid.area_m2) AS area_m2, ST_Union(grid.geom) AS outline
    FROM gridmap.grid JOIN gridmap.grid_count ON grid_count.grid_id = grid.id
    WHERE grid.plan_id = plan.id
) AS held ON plan.id IS NOT NULL
CROSS JOIN LATERAL (
    SELECT CASE WHEN count(*) > 0 THEN coalesce(sum(households), 0)
            ELSE (SELECT coalesce(sum(households), 0) FROM gridmap.building WHERE building.community_id = area.id)
            END AS households,
        coalesce(ST_Union(cell.geom), area.geom) AS outline
    FROM gridmap.cell WHERE cell.community_id = area.id
) AS carried
WHERE area.id = ANY(:community_ids) ORDER BY area.code;

-- carriers_in_two_plans --
-- Each building or cell with households, and the grid of either plan it lies in.
WITH carrier AS (
    SELECT 'building' AS kind, id, source_id, households, ST_PointOnSurface(geom) AS point
    FROM gridmap.building WHERE households > 0
        AND community_id = (SELECT community_id FROM gridmap.plan WHERE id = :one)
    UNION ALL
    SELECT 'cell', id, source_id, households, ST_PointOnSurface(geom)
    FROM gridmap.cell WHERE households > 0
        AND community_id = (SELECT community_id FROM gridmap.plan WHERE id = :one)
)
SELECT carrier.kind, carrier.source_id, carrier.households, one.sequence AS one, other.sequence AS other
FROM carrier
JOIN gridmap.grid AS one ON one.plan_id = :one AND ST_Intersects(one.geom, carrier.point)
JOIN gridmap.grid AS other ON other.plan_id = :other AND ST_Intersects(other.geom, carrier.point)
ORDER BY carrier.kind, carrier.id;
