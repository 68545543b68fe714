-- Importing: what is checked against the database, the tree of areas, residents, quarantine, and the run itself.
-- Temporary tables named incoming_… hold the rows of the file, taken_incoming_… those inserted or changed.

-- overlapping_areas --
-- Incoming areas that overlap another of their level, in the file or known, by more than a hair: 1 % of the smaller and
-- 15 m in mean width (twice the area by the perimeter). The other is known, or stands earlier in the file.
SELECT incoming.row, other.row AS other_row, other.code AS other_code, other.name AS other_name, shared.m2, shared.width_m,
    shared.m2 > 0.01 * least(ST_Area(incoming.geom::geography), ST_Area(other.geom::geography))
        AND shared.width_m > 15 AS too_much
FROM incoming_area AS incoming
JOIN (
    SELECT NULL::integer AS row, code, name, level, geom FROM gridmap.area
    WHERE code NOT IN (SELECT code FROM incoming_area)
    UNION ALL SELECT row, code, name, level, geom FROM incoming_area
) AS other ON other.level = incoming.level AND other.code <> incoming.code
    AND (other.row IS NULL OR other.row < incoming.row)
    AND ST_Intersects(other.geom, incoming.geom) AND NOT ST_Touches(other.geom, incoming.geom)
CROSS JOIN LATERAL (
    SELECT ST_Area(common::geography) AS m2,
        2 * ST_Area(common::geography) / nullif(ST_Perimeter(common::geography), 0) AS width_m
    FROM (SELECT ST_CollectionExtract(ST_Intersection(other.geom, incoming.geom), 3) AS common) AS overlap
) AS shared
WHERE shared.m2 > 0
ORDER BY incoming.row, other.row NULLS FIRST, other.code;

-- areas_without_parent --
-- Incoming areas whose parent is neither known nor in the file, or is not of a higher level.
SELECT incoming.row, incoming.parent, known.code IS NOT NULL AS known
FROM incoming_area AS incoming
LEFT JOIN (
    SELECT code, level FROM gridmap.area WHERE code NOT IN (SELECT code FROM incoming_area)
    UNION ALL SELECT code, level FROM incoming_area
) AS known ON known.code = incoming.parent
WHERE incoming.parent IS NOT NULL AND (known.code IS NULL
    OR array_position(CAST(:levels AS text[]), known.level) >= array_position(CAST(:levels AS text[]), incoming.level));

-- set_parents --
-- Give the incoming areas the parents the file names; where it names none and none is known, the one their code tells.
UPDATE gridmap.area SET parent_id = parent.id
FROM incoming_area AS incoming
JOIN gridmap.area AS parent ON parent.code = coalesce(incoming.parent, incoming.parent_by_code)
WHERE area.code = incoming.code AND area.parent_id IS DISTINCT FROM parent.id
    AND (incoming.parent IS NOT NULL OR area.parent_id IS NULL)
    AND array_position(CAST(:levels AS text[]), parent.level) < array_position(CAST(:levels AS text[]), area.level)
RETURNING area.id;

-- find_parents --
-- Give areas without a parent the lowest area of a higher level that holds a point on them, if they or it came now.
UPDATE gridmap.area AS child SET parent_id = (
    SELECT parent.id FROM gridmap.area AS parent
    WHERE array_position(CAST(:levels AS text[]), parent.level) < array_position(CAST(:levels AS text[]), child.level)
        AND ST_Covers(parent.geom, ST_PointOnSurface(child.geom))
    ORDER BY array_position(CAST(:levels AS text[]), parent.level) DESC, parent.code
    LIMIT 1
)
WHERE child.parent_id IS NULL AND EXISTS (
    SELECT FROM taken_incoming_area AS taken JOIN gridmap.area AS came USING (id)
    WHERE came.id = child.id OR (came.geom && child.geom AND
        array_position(CAST(:levels AS text[]), came.level) < array_position(CAST(:levels AS text[]), child.level))
);

-- residents_without_building --
-- Incoming residents for whom no single building was found.
SELECT incoming.row, incoming.building, joined.how
FROM incoming_resident AS incoming LEFT JOIN address_joined AS joined ON joined.id = incoming.row
WHERE joined.building_id IS NULL;

-- forget_residents --
-- Remove the residents that a data set brought, or one file of it, before they are brought anew.
DELETE FROM gridmap.resident USING gridmap.import_run
WHERE import_run.id = resident.import_id AND import_run.kind = 'residents' AND import_run.dataset = :dataset
    AND (CAST(:file_name AS text) IS NULL OR import_run.file_name = :file_name);

-- put_household_stubs --
-- Put the stubs of the households in which the incoming residents live: one for each key within a building.
INSERT INTO gridmap.household (dataset, source_id, building_id, import_id)
SELECT DISTINCT :dataset, joined.building_id || '/' || incoming.household, joined.building_id, CAST(:import_id AS bigint)
FROM incoming_resident AS incoming JOIN address_joined AS joined ON joined.id = incoming.row
WHERE incoming.household IS NOT NULL
ON CONFLICT (dataset, source_id) DO NOTHING;

-- put_residents --
-- Put the incoming residents into their buildings.
INSERT INTO gridmap.resident (building_id, household_id, birth_year, sex, registration, import_id)
SELECT joined.building_id, household.id, incoming.birth_year, incoming.sex, incoming.registration, :import_id
FROM incoming_resident AS incoming JOIN address_joined AS joined ON joined.id = incoming.row
LEFT JOIN gridmap.household ON household.dataset = :dataset
    AND household.source_id = joined.building_id || '/' || incoming.household
ORDER BY incoming.row;

-- begin_import --
-- Note that an import begins; what it did is added when it is known.
INSERT INTO gridmap.import_run (kind, dataset, file_name, file_sha256, crs, encoding, rows_read, rows_taken, rows_quarantined)
VALUES (:kind, :dataset, :file_name, :sha256, :crs, :encoding, 0, 0, 0)
RETURNING id;

-- end_import --
-- Note what an import did.
UPDATE gridmap.import_run
SET rows_read = :read, rows_taken = :taken, rows_quarantined = :quarantined, report = CAST(:report AS jsonb)
WHERE id = :import_id;

-- one_import_at_a_time --
-- Wait until no other import is under way; the lock ends with the transaction.
SELECT pg_advisory_xact_lock(hashtext('gridmap.importing'));

-- put_in_quarantine --
-- Keep a row that an import could not take.
INSERT INTO gridmap.quarantine (import_id, row_number, column_name, value, reason, message, hint, record)
VALUES (:import_id, :row, :column, :value, :reason, CAST(:message AS jsonb), CAST(:hint AS jsonb), CAST(:record AS jsonb));

-- release_from_quarantine --
-- Remove what earlier imports of the data set left there: of the same file, of a mended file that came back, the same
-- row set aside again, or a row taken now that was not set aside for repeating another. Count those not set aside again.
WITH again AS MATERIALIZED (
    SELECT record FROM gridmap.quarantine WHERE import_id = :import_id
), released AS (
    DELETE FROM gridmap.quarantine AS waiting USING gridmap.import_run AS earlier
    WHERE earlier.id = waiting.import_id AND earlier.dataset = :dataset AND earlier.kind = :kind
        AND earlier.id <> :import_id
        AND (earlier.file_name = :file_name
            OR EXISTS (SELECT FROM returned_row AS returned
                WHERE returned.row = waiting.row_number AND returned.reason = waiting.reason
                    AND (returned.field, returned.value)
                        IS NOT DISTINCT FROM (nullif(waiting.column_name, ''), nullif(waiting.value, '')))
            OR EXISTS (SELECT FROM again WHERE again.record = waiting.record)
            OR (waiting.reason NOT LIKE 'duplicate.%' AND EXISTS (SELECT FROM taken_key
                WHERE taken_key.key = waiting.record ->> taken_key.field)))
    RETURNING waiting.record
)
SELECT count(*) FROM released WHERE NOT EXISTS (SELECT FROM again WHERE again.record = released.record);

-- list_quarantine --
-- Rows that wait to be mended, of one import or of all.
SELECT waiting.id, waiting.import_id, earlier.kind, earlier.dataset, earlier.file_name, earlier.crs, waiting.row_number,
    waiting.column_name, waiting.value, waiting.reason, waiting.message, waiting.hint, waiting.record
FROM gridmap.quarantine AS waiting JOIN gridmap.import_run AS earlier ON earlier.id = waiting.import_id
WHERE (CAST(:import_id AS bigint) IS NULL OR waiting.import_id = :import_id)
    AND (CAST(:dataset AS text) IS NULL OR earlier.dataset = :dataset)
ORDER BY waiting.import_id, waiting.row_number, waiting.id;

-- area_shape --
-- The shape of an area.
SELECT ST_AsBinary(geom) AS shape FROM gridmap.area WHERE id = :area_id;

-- reference_points --
-- Centres of buildings of other data sets within bounds, known to be WGS 84.
SELECT ST_X(centre) AS lon, ST_Y(centre) AS lat
FROM (
    SELECT ST_Centroid(geom) AS centre FROM gridmap.building
    WHERE dataset <> :dataset AND NOT stand_in AND geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326)
    LIMIT 200000
) AS known;

-- place_organisations --
-- Put organisations without a place on the building of their address.
UPDATE incoming_organisation AS incoming SET geom = ST_PointOnSurface(building.geom)
FROM address_joined AS joined JOIN gridmap.building ON building.id = joined.building_id
WHERE joined.id = incoming.row;

-- organisations_without_place --
-- Incoming organisations whose place is not known.
SELECT row FROM incoming_organisation WHERE geom IS NULL;

-- known_bounds --
-- Bounds of an area or, without one, of all areas; null where none is known.
SELECT ST_XMin(extent) AS west, ST_YMin(extent) AS south, ST_XMax(extent) AS east, ST_YMax(extent) AS north
FROM (SELECT ST_Extent(geom) AS extent FROM gridmap.area
      WHERE CAST(:area_id AS bigint) IS NULL OR id = :area_id) AS known
WHERE extent IS NOT NULL;
