-- buildings_to_divide --
-- The buildings of some communities with their household counts.
SELECT id, source_id, name, street, house_number, households, household_source = 'estimated' AS is_estimated,
    community_id, geom AS geometry
FROM gridmap.building WHERE community_id = ANY(:community_ids);

-- cells_to_divide --
-- The imported small areas of some communities.
SELECT id, source_id, households, community_id, geom AS geometry
FROM gridmap.cell WHERE community_id = ANY(:community_ids);

-- compounds_around --
-- Outlines of residential compounds in the rectangle of some communities.
SELECT id, geom AS geometry FROM gridmap.place
WHERE kind = 'compound' AND ST_Dimension(geom) = 2
    AND geom && (SELECT ST_Extent(geom)::geometry FROM gridmap.area WHERE id = ANY(:community_ids));

-- sites_around --
-- Dedicated sites in the rectangle of some communities.
SELECT id, kind, coalesce(name, '') AS name, geom AS geometry FROM gridmap.place
WHERE dedicated AND ST_Dimension(geom) = 2
    AND geom && (SELECT ST_Extent(geom)::geometry FROM gridmap.area WHERE id = ANY(:community_ids));

-- lines_around --
-- Roads and other lines in the rectangle of some communities, or within some 50 m of it.
SELECT id, class, geom AS geometry FROM gridmap.road
WHERE geom && (SELECT ST_Expand(ST_Extent(geom)::geometry, 0.0005) FROM gridmap.area WHERE id = ANY(:community_ids));

-- published_plans_of --
-- The plan in force of each community, with the hash of what it was made from, and whether it was edited by hand.
SELECT plan.id, plan.community_id, plan.verdict, plan.inputs_hash, coalesce(drawing.by_hand, false) AS by_hand
FROM gridmap.plan LEFT JOIN gridmap.drawing ON drawing.plan_id = plan.id
WHERE plan.community_id = ANY(:community_ids) AND plan.status = 'published';

-- drafts_of --
-- The newest draft of each community that was made from the same input and not edited by hand.
SELECT DISTINCT ON (community_id) id, community_id FROM gridmap.plan
WHERE community_id = ANY(:community_ids) AND status = 'draft' AND inputs_hash = :inputs_hash
    AND NOT EXISTS (SELECT FROM gridmap.drawing WHERE drawing.plan_id = plan.id AND drawing.by_hand)
ORDER BY community_id, id DESC;

-- insert_plans --
-- Keep drafts, given as a JSON array of objects.
INSERT INTO gridmap.plan (community_id, parent_id, verdict, author, reason, band_minimum, band_maximum,
    parameters, inputs_hash, score, certificate, findings)
SELECT community_id, parent_id, verdict, :author, :reason, :band_minimum, :band_maximum,
    CAST(:parameters AS jsonb), :inputs_hash, score, certificate, findings
FROM jsonb_to_recordset(CAST(:plans AS jsonb)) AS drawn (
    community_id bigint, parent_id bigint, verdict text, score jsonb, certificate jsonb, findings jsonb
)
RETURNING id, community_id;

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
SELECT plan.id, plan.status, plan.verdict, plan.parent_id, plan.author, plan.reason, plan.created_at, plan.published_at,
    area.code, area.name, drawing.position, coalesce(drawing.locked, '{}') AS locked,
    count(grid.id) AS grids, coalesce(sum(grid.planned_households), 0) AS households,
    count(grid.id) FILTER (WHERE grid.kind = 'general'
        AND grid.planned_households NOT BETWEEN plan.band_minimum AND plan.band_maximum) AS out_of_band
FROM gridmap.plan
JOIN gridmap.area ON area.id = plan.community_id
LEFT JOIN gridmap.drawing ON drawing.plan_id = plan.id
LEFT JOIN gridmap.grid ON grid.plan_id = plan.id
WHERE plan.community_id = ANY(:community_ids)
GROUP BY plan.id, area.code, area.name, drawing.position, drawing.locked ORDER BY area.code, plan.id DESC;

-- archive_published --
-- Take the plan in force out of force, with its grids.
WITH archived AS (
    UPDATE gridmap.plan SET status = 'archived', archived_at = now()
    WHERE community_id = :community_id AND status = 'published' RETURNING id
)
UPDATE gridmap.grid SET valid_to = now() FROM archived WHERE grid.plan_id = archived.id;

-- plan_in_force --
-- The plan in force of a community.
SELECT id FROM gridmap.plan WHERE community_id = :community_id AND status = 'published';

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
