-- new_layout_ids --
-- Take the ids of some layouts to be kept.
SELECT nextval(pg_get_serial_sequence('gridmap.layout', 'id')) FROM generate_series(1, :count);

-- drawing_of_plan --
-- What a plan is drawn on, and which grid each cell is in.
SELECT plan.id, plan.parent_id, plan.status, plan.published_at, plan.community_id, plan.band_minimum, plan.band_maximum,
    area.code, area.name, drawing.layout_id, drawing.grid_of_cell, drawing.locked, drawing.last_number, drawing.position,
    drawing.parent_position, layout.crs, layout.content
FROM gridmap.plan
JOIN gridmap.area ON area.id = plan.community_id
JOIN gridmap.drawing ON drawing.plan_id = plan.id
JOIN gridmap.layout ON layout.id = drawing.layout_id
WHERE plan.id = :plan_id;

-- redraw_plan --
-- Keep which grid each cell of a plan is in by now.
UPDATE gridmap.drawing SET grid_of_cell = :grid_of_cell, locked = :locked, last_number = :last_number,
    position = :position, by_hand = true
WHERE plan_id = :plan_id;

-- score_plan --
-- Keep the score of a plan that was edited.
UPDATE gridmap.plan SET score = CAST(:score AS jsonb) WHERE id = :plan_id;

-- put_grid --
-- Draw one grid of a draft, or draw it anew.
INSERT INTO gridmap.grid (plan_id, community_id, sequence, kind, planned_households, geom)
VALUES (:plan_id, :community_id, :sequence, :kind, :households, ST_SetSRID(ST_GeomFromWKB(:geometry), 4326))
ON CONFLICT (plan_id, sequence) DO UPDATE
SET kind = excluded.kind, planned_households = excluded.planned_households, geom = excluded.geom;

-- drop_grids --
-- Take grids out of a draft.
DELETE FROM gridmap.grid WHERE plan_id = :plan_id AND sequence = ANY(:sequences);

-- write_journal --
-- Append a line to the journal of a plan, in the name of who acts in this transaction.
INSERT INTO gridmap.plan_edit
    (plan_id, sequence, kind, edit, inverse, merged_plan_id, merged_position, author, reason)
VALUES (:plan_id, :sequence, :kind, CAST(:edit AS jsonb), CAST(:inverse AS jsonb), :merged_plan_id, :merged_position,
    current_setting('gridmap.actor'), current_setting('gridmap.reason'));

-- journal_kinds --
-- What each line of a journal did, from the first.
SELECT kind FROM gridmap.plan_edit WHERE plan_id = :plan_id ORDER BY sequence;

-- journal --
-- The journal of a plan, newest line first.
SELECT sequence, kind, edit, merged_plan_id, merged_position, author, reason, at FROM gridmap.plan_edit
WHERE plan_id = :plan_id ORDER BY sequence DESC;

-- inverse_of_line --
-- What takes one line of a journal back.
SELECT inverse, merged_plan_id, merged_position FROM gridmap.plan_edit
WHERE plan_id = :plan_id AND sequence = :sequence;

-- inverses_after --
-- What takes the lines after one back, newest first.
SELECT inverse FROM gridmap.plan_edit
WHERE plan_id = :plan_id AND sequence > :position ORDER BY sequence DESC;

-- take_snapshot --
-- Name a moment in the journal of a plan.
INSERT INTO gridmap.plan_snapshot (plan_id, name, position, author)
VALUES (:plan_id, :name, :position, current_setting('gridmap.actor'));

-- snapshots_of_plan --
-- The named moments of a plan, oldest first.
SELECT name, position, author, at FROM gridmap.plan_snapshot WHERE plan_id = :plan_id ORDER BY at, name;

-- branch_plan --
-- Make a draft that is a copy of a plan.
INSERT INTO gridmap.plan (community_id, parent_id, verdict, author, reason, band_minimum, band_maximum, parameters,
    inputs_hash, score, certificate, findings)
SELECT community_id, id, verdict, current_setting('gridmap.actor'), current_setting('gridmap.reason'), band_minimum,
    band_maximum, parameters, inputs_hash, score, certificate, findings
FROM gridmap.plan WHERE id = :plan_id RETURNING id;

-- branch_grids --
-- Give a branch the grids of its parent.
INSERT INTO gridmap.grid (plan_id, community_id, sequence, name, kind, planned_households, geom)
SELECT :branch_id, community_id, sequence, name, kind, planned_households, geom
FROM gridmap.grid WHERE plan_id = :plan_id;

-- branch_drawing --
-- Draw a branch as its parent is drawn by now.
INSERT INTO gridmap.drawing
    (plan_id, layout_id, grid_of_cell, locked, last_number, parent_position, by_hand)
SELECT :branch_id, layout_id, grid_of_cell, locked, last_number, position, by_hand
FROM gridmap.drawing WHERE plan_id = :plan_id;

-- origin_of_plan --
-- The plan a branch was made from, and the line of its journal at which it branched off.
SELECT plan.parent_id AS plan_id, drawing.parent_position AS position
FROM gridmap.plan JOIN gridmap.drawing ON drawing.plan_id = plan.id
WHERE plan.id = :plan_id AND drawing.parent_position IS NOT NULL;

-- merges_of_plan --
-- What each line of a journal up to one did, and what it merged.
SELECT kind, merged_plan_id, merged_position FROM gridmap.plan_edit
WHERE plan_id = :plan_id AND sequence <= :position ORDER BY sequence;

-- grids_as_geojson --
-- The grids of a plan as GeoJSON features, separated by commas.
SELECT coalesce(string_agg(json_build_object('type', 'Feature', 'id', sequence,
        'geometry', ST_AsGeoJSON(geom, 9)::json,
        'properties', json_build_object('grid', sequence, 'code', code, 'kind', kind,
            'households', planned_households, 'area_m2', area_m2))::text, ',' ORDER BY sequence), '')
FROM gridmap.grid WHERE plan_id = :plan_id;
