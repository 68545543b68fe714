-- grids_in_force_of --
-- The grids in force of some communities, in their order.
SELECT id, plan_id, community_id, sequence, code, kind = 'dedicated' AS is_dedicated, ST_AsBinary(geom) AS geometry
FROM gridmap.grid
WHERE community_id = ANY(:community_ids) AND valid_from IS NOT NULL AND valid_to IS NULL
ORDER BY community_id, sequence;

-- grids_of_carriers --
-- The grid in force that each building and each small area of some communities is in.
SELECT 'building' AS kind, id, grid_id FROM gridmap.building
WHERE community_id = ANY(:community_ids) AND grid_id IS NOT NULL
UNION ALL
SELECT 'cell', id, grid_id FROM gridmap.cell
WHERE community_id = ANY(:community_ids) AND grid_id IS NOT NULL;

-- places_in_two_plans --
-- Where buildings or small areas of a community lie in two plans of it, null outside; small areas alone if it has any.
-- A point in each grid of either plan stands for its ground, without a kind.
WITH community AS (
    SELECT community_id AS id,
        EXISTS (SELECT FROM gridmap.cell WHERE cell.community_id = plan.community_id) AS has_cells
    FROM gridmap.plan WHERE plan.id = :new
), place AS (
    SELECT 'building' AS kind, building.id, coalesce(households, 0) AS households, ST_PointOnSurface(geom) AS point
    FROM gridmap.building JOIN community ON community.id = building.community_id WHERE NOT has_cells
    UNION ALL
    SELECT 'cell', cell.id, coalesce(households, 0), ST_PointOnSurface(geom)
    FROM gridmap.cell JOIN community ON community.id = cell.community_id
    UNION ALL
    SELECT NULL, grid.id, 0, ST_PointOnSurface(geom) FROM gridmap.grid WHERE plan_id IN (:old, :new)
)
SELECT DISTINCT ON (place.kind, place.id) place.kind IS NOT NULL AS is_carrier, place.households,
    old.sequence AS old, new.sequence AS new
FROM place
LEFT JOIN gridmap.grid AS old ON old.plan_id = :old AND ST_Intersects(old.geom, place.point)
LEFT JOIN gridmap.grid AS new ON new.plan_id = :new AND ST_Intersects(new.geom, place.point)
ORDER BY place.kind, place.id, old.sequence, new.sequence;

-- keep_succession --
-- Enter how a grid of the plan before became one of the plan now put in force.
INSERT INTO gridmap.grid_succession (plan_id, former_plan_id, old_code, new_code, kind, households, carriers, continues)
VALUES (:plan_id, :former_plan_id, :old_code, :new_code, :kind, :households, :carriers, :continues);

-- succession_of_plan --
-- How the grids of one plan became those of the one put in force after it, as kept on that day.
SELECT old_code, new_code, kind, households, carriers, continues FROM gridmap.grid_succession
WHERE plan_id = :new AND former_plan_id = :old ORDER BY old_code NULLS LAST, new_code NULLS LAST;
