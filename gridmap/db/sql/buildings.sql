-- Buildings split by stairwell (单元) into parts, and made whole again. The row of the building is its first part, so
-- that whoever lives in it, and the file it came from, find it where it was.

-- buildings_called --
-- Buildings by key, else by name, else by street and house number.
SELECT id, source_id, name, street, house_number, households, stairwells, stand_in, part_of, geom, rule,
    EXISTS (SELECT FROM gridmap.whole_building WHERE whole_building.building_id = found.id) AS is_split
FROM (
    SELECT building.*, CASE WHEN source_id = :wanted THEN 1 WHEN name = :wanted THEN 2 ELSE 3 END AS rule,
        min(CASE WHEN source_id = :wanted THEN 1 WHEN name = :wanted THEN 2 ELSE 3 END) OVER () AS first_rule
    FROM gridmap.building
    WHERE source_id = :wanted OR name = :wanted OR street || ' ' || house_number = :wanted
        OR street || house_number = :wanted
) AS found
WHERE rule = first_rule ORDER BY id;

-- building_footprint --
-- The outline of a building, locked until the end of the transaction.
SELECT ST_AsBinary(geom) AS geometry FROM gridmap.building WHERE id = :id FOR UPDATE;

-- keep_whole --
-- Remember a building as it is.
INSERT INTO gridmap.whole_building (building_id, name, geom)
SELECT id, name, geom FROM gridmap.building WHERE id = :id;

-- shrink_to_first_part --
-- Make a building its own first part.
UPDATE gridmap.building SET name = :name, households = :households, geom = ST_GeomFromWKB(:geometry, 4326)
WHERE id = :id;

-- add_part --
-- Add a further part of a building.
INSERT INTO gridmap.building (dataset, source_id, name, use, floors, house_number, street, households,
    household_source, stand_in, part_of, import_id, geom)
SELECT dataset, source_id || '#' || :number, :name, use, floors, house_number, street, :households,
    household_source, stand_in, id, import_id, ST_GeomFromWKB(:geometry, 4326)
FROM gridmap.building WHERE id = :id;

-- parts_of --
-- The parts of a building, the first first.
SELECT id, source_id, name, households FROM gridmap.building WHERE id = :id OR part_of = :id ORDER BY id;

-- bring_households_home --
-- Move what belongs to the further parts of a building to the first.
WITH part AS (SELECT id FROM gridmap.building WHERE part_of = :id),
    moved_household AS (
        UPDATE gridmap.household SET building_id = :id WHERE building_id IN (SELECT id FROM part)
    ),
    moved_count AS (
        UPDATE gridmap.address_count SET building_id = :id WHERE building_id IN (SELECT id FROM part)
    )
UPDATE gridmap.resident SET building_id = :id WHERE building_id IN (SELECT id FROM part);

-- remove_parts --
-- Remove the further parts of a building.
DELETE FROM gridmap.building WHERE part_of = :id;

-- make_whole --
-- Give a building the name and outline it had, and the households of all its parts.
UPDATE gridmap.building SET name = whole_building.name, geom = whole_building.geom, households = :households
FROM gridmap.whole_building WHERE whole_building.building_id = building.id AND building.id = :id;

-- forget_whole --
-- Forget what a building was.
DELETE FROM gridmap.whole_building WHERE building_id = :id;

-- is_home --
-- Whether households or people are counted in a building.
SELECT coalesce(households > 0, false)
    OR EXISTS (SELECT FROM gridmap.household WHERE building_id = building.id)
    OR EXISTS (SELECT FROM gridmap.resident WHERE building_id = building.id)
FROM gridmap.building WHERE id = :id;
