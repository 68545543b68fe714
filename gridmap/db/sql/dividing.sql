-- buildings_to_divide --
-- The buildings of some communities with their household counts.
SELECT building.id, building.source_id, building.name, building.households, building.household_source,
    area.code AS community, ST_AsBinary(building.geom) AS geometry
FROM gridmap.building JOIN gridmap.area ON area.id = building.community_id
WHERE building.community_id = ANY(:community_ids) ORDER BY building.id;

-- cells_to_divide --
-- The imported small areas of some communities.
SELECT cell.id, cell.source_id, cell.households, area.code AS community, ST_AsBinary(cell.geom) AS geometry
FROM gridmap.cell JOIN gridmap.area ON area.id = cell.community_id
WHERE cell.community_id = ANY(:community_ids) ORDER BY cell.id;

-- lines_near --
-- Roads and other lines that touch the communities or pass within some 50 m of them.
SELECT road.id, road.class, ST_AsBinary(road.geom) AS geometry
FROM gridmap.road
WHERE EXISTS (
    SELECT FROM gridmap.area
    WHERE area.id = ANY(:community_ids)
        AND road.geom && ST_Expand(area.geom, 0.0005) AND ST_DWithin(road.geom, area.geom, 0.0005)
)
ORDER BY road.id;

-- published_plans_of --
-- The plan in force of each community, with the hash of what it was made from; none if it was edited by hand.
SELECT plan.id, plan.community_id, plan.verdict,
    CASE WHEN coalesce(drawing.by_hand, false) THEN '' ELSE plan.inputs_hash END AS inputs_hash
FROM gridmap.plan LEFT JOIN gridmap.drawing ON drawing.plan_id = plan.id
WHERE plan.community_id = ANY(:community_ids) AND plan.status = 'published';

-- drafts_of --
-- The newest draft of each community that was made from the same input and not edited by hand.
SELECT DISTINCT ON (community_id) id, community_id FROM gridmap.plan
WHERE community_id = ANY(:community_ids) AND status = 'draft' AND inputs_hash = :inputs_hash
    AND NOT EXISTS (SELECT FROM gridmap.drawing WHERE drawing.plan_id = plan.id AND drawing.by_hand)
ORDER BY community_id, id DESC;

-- insert_plan --
-- Keep one draft.
INSERT INTO gridmap.plan (community_id, parent_id, verdict, author, reason, band_minimum, band_maximum,
    parameters, inputs_hash, score, certificate, findings)
VALUES (:community_id, :parent_id, :verdict, :author, :reason, :band_minimum, :band_maximum,
    CAST(:parameters AS jsonb), :inputs_hash, CAST(:score AS jsonb), CAST(:certificate AS jsonb),
    CAST(:findings AS jsonb))
RETURNING id;

-- insert_grid --
-- Keep one grid of a draft.
INSERT INTO gridmap.grid (plan_id, community_id, sequence, kind, planned_households, geom)
VALUES (:plan_id, :community_id, :sequence, :kind, :households, ST_SetSRID(ST_GeomFromWKB(:geometry), 4326));

-- lock_community --
-- Publish and archive one community's plans one at a time.
SELECT id FROM gridmap.area WHERE id = :community_id FOR UPDATE;

-- plan_by_id --
-- A plan with its community.
SELECT plan.id, plan.status, plan.verdict, plan.community_id, plan.author, plan.reason, plan.created_at,
    plan.published_at, plan.archived_at, plan.band_minimum, plan.band_maximum, plan.score, plan.certificate,
    plan.findings, area.code, area.name
FROM gridmap.plan JOIN gridmap.area ON area.id = plan.community_id WHERE plan.id = :plan_id;

-- plans_under --
-- The plans of some communities, newest first.
SELECT plan.id, plan.status, plan.verdict, plan.author, plan.reason, plan.created_at, plan.published_at,
    area.code, area.name, count(grid.id) AS grids, coalesce(sum(grid.planned_households), 0) AS households
FROM gridmap.plan
JOIN gridmap.area ON area.id = plan.community_id
LEFT JOIN gridmap.grid ON grid.plan_id = plan.id
WHERE plan.community_id = ANY(:community_ids)
GROUP BY plan.id, area.code, area.name ORDER BY area.code, plan.id DESC;

-- archive_published --
-- Take the plan in force out of force, with its grids.
WITH archived AS (
    UPDATE gridmap.plan SET status = 'archived', archived_at = now()
    WHERE community_id = :community_id AND status = 'published' RETURNING id
)
UPDATE gridmap.grid SET valid_to = now() FROM archived WHERE grid.plan_id = archived.id;

-- kept_codes --
-- Grids of a draft that equal a grid in force keep its code.
SELECT draft.id AS grid_id, current.code
FROM gridmap.grid AS draft
JOIN gridmap.grid AS current
    ON current.community_id = draft.community_id AND current.valid_from IS NOT NULL AND current.valid_to IS NULL
    AND current.geom ~= draft.geom AND ST_Equals(current.geom, draft.geom)
WHERE draft.plan_id = :plan_id;

-- grids_of_plan --
-- The grids of a plan in their order.
SELECT id, sequence, code, kind, planned_households, area_m2 FROM gridmap.grid
WHERE plan_id = :plan_id ORDER BY sequence;

-- last_code_sequence --
-- The highest number a community has ever given to a grid.
SELECT coalesce(max(sequence), 0) FROM gridmap.grid_code WHERE community_id = :community_id;

-- give_code --
-- Enter a code for good.
INSERT INTO gridmap.grid_code (code, community_id, sequence) VALUES (:code, :community_id, :sequence);

-- set_code --
-- Write a code to a grid.
UPDATE gridmap.grid SET code = :code WHERE id = :grid_id;

-- publish_plan --
-- Put a plan in force.
UPDATE gridmap.plan SET status = 'published', published_at = now() WHERE id = :plan_id;

-- publish_grids --
-- Put the grids of a plan in force; a trigger attaches everything of the community to them.
UPDATE gridmap.grid SET valid_from = now() WHERE plan_id = :plan_id;

-- grids_changed_since_drawn --
-- Grids of a plan in force that hold another number of households than when the plan was drawn.
SELECT grid.sequence, grid.planned_households, grid_count.households
FROM gridmap.grid JOIN gridmap.grid_count ON grid_count.grid_id = grid.id
WHERE grid.plan_id = :plan_id AND grid.planned_households <> grid_count.households ORDER BY grid.sequence;

-- archive_draft --
-- Put a draft away.
UPDATE gridmap.plan SET status = 'archived', archived_at = now() WHERE id = :plan_id;
