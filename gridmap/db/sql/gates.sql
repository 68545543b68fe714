-- Gates (出入口) as they are kept, and changed by hand.

-- gates_of_communities --
-- The gates of some communities.
SELECT place.id, dataset || '/' || source_id AS key, place.name, hours, residents_only, area.name AS community
FROM gridmap.place JOIN gridmap.area ON area.id = place.community_id
WHERE kind = 'gate' AND place.community_id = ANY(:community_ids) ORDER BY area.code, place.name, place.id;

-- gates_called --
-- Gates by key, with its data set or without, or by name; within some communities if any are given.
SELECT place.id, dataset || '/' || source_id AS key, place.name, hours, residents_only, area.name AS community
FROM gridmap.place LEFT JOIN gridmap.area ON area.id = place.community_id
WHERE kind = 'gate' AND (source_id = :wanted OR dataset || '/' || source_id = :wanted OR place.name = :wanted)
    AND (CAST(:community_ids AS bigint[]) IS NULL OR place.community_id = ANY(:community_ids))
ORDER BY place.id;

-- gate_by_id --
-- One gate.
SELECT place.id, dataset || '/' || source_id AS key, place.name, hours, residents_only, area.name AS community
FROM gridmap.place LEFT JOIN gridmap.area ON area.id = place.community_id
WHERE kind = 'gate' AND place.id = :id;

-- set_gate --
-- Change when a gate is open and to whom.
UPDATE gridmap.place SET hours = :hours, residents_only = :residents_only WHERE id = :id;
