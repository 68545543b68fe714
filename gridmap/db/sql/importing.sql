-- Importing: joining tables of households to buildings, the tree of areas, and what is checked against the database.
-- Temporary tables named incoming_… hold the rows of the file, taken_incoming_… those inserted or changed.

-- addresses_of_dataset --
-- Choose the rows of one table of households for joining.
CREATE TEMPORARY TABLE address_to_join ON COMMIT DROP AS
SELECT id, house_number, street, households, geom, building_id AS former_id,
    substring(source_id from '^building (.*?)( #[0-9]+)?$') AS reference
FROM gridmap.address_count WHERE dataset = :dataset;

-- addresses_near_buildings --
-- Choose the rows that buildings new or changed may concern: joined to one, within reach of one, or without a position.
CREATE TEMPORARY TABLE address_to_join ON COMMIT DROP AS
SELECT id, house_number, street, households, geom, building_id AS former_id,
    substring(source_id from '^building (.*?)( #[0-9]+)?$') AS reference
FROM gridmap.address_count AS counted
WHERE geom IS NULL
    OR building_id IN (SELECT id FROM taken_incoming_building)
    OR EXISTS (
        SELECT FROM gridmap.building JOIN taken_incoming_building USING (id)
        WHERE building.geom && ST_Expand(counted.geom,
            :reach_m / (111320 * greatest(cos(radians(ST_Y(counted.geom))), 0.01)), :reach_m / 110574)
    );

-- addresses_in_areas --
-- Choose the rows without a building that lie in communities new or changed, where they may now have a stand-in.
CREATE TEMPORARY TABLE address_to_join ON COMMIT DROP AS
SELECT id, house_number, street, households, geom, building_id AS former_id,
    substring(source_id from '^building (.*?)( #[0-9]+)?$') AS reference
FROM gridmap.address_count AS counted
WHERE building_id IS NULL AND EXISTS (
    SELECT FROM gridmap.area JOIN taken_incoming_area USING (id)
    WHERE area.level = 'community' AND ST_Covers(area.geom, counted.geom)
);

-- spellings_of_addresses --
-- All spellings of streets and house numbers that a join may compare.
SELECT DISTINCT 'street' AS part, street AS spelling FROM gridmap.building WHERE street IS NOT NULL AND NOT stand_in
UNION SELECT 'number', house_number FROM gridmap.building WHERE house_number IS NOT NULL AND NOT stand_in
UNION SELECT 'street', street FROM address_to_join WHERE street IS NOT NULL
UNION SELECT 'number', house_number FROM address_to_join WHERE house_number IS NOT NULL;

-- buildings_by_address --
-- Buildings that have an address, in the form for comparing.
CREATE TEMPORARY TABLE building_by_address ON COMMIT DROP AS
SELECT building.id, street.key AS street, number.key AS number
FROM gridmap.building
JOIN spelling AS street ON street.part = 'street' AND street.spelling = building.street
JOIN spelling AS number ON number.part = 'number' AND number.spelling = building.house_number
WHERE :stand_ins OR NOT building.stand_in;

-- meant_buildings --
-- Buildings that a row may mean: by reference, else by address; with the distance where the row has a position, which
-- for an address is within reach.
CREATE TEMPORARY TABLE meant_building ON COMMIT DROP AS
SELECT counted.id, building.id AS building_id, 'reference' AS how, building.source_id, ST_Area(building.geom) AS size,
    ST_Distance(counted.geom::geography, building.geom::geography) AS metres
FROM address_to_join AS counted JOIN gridmap.building ON building.source_id = counted.reference
WHERE :stand_ins OR NOT building.stand_in
UNION
SELECT counted.id, building.id, 'address', building.source_id, ST_Area(building.geom),
    ST_Distance(counted.geom::geography, building.geom::geography)
FROM address_to_join AS counted
JOIN spelling AS street ON street.part = 'street' AND street.spelling = counted.street
JOIN spelling AS number ON number.part = 'number' AND number.spelling = counted.house_number
JOIN building_by_address AS addressed ON addressed.street = street.key AND addressed.number = number.key
JOIN gridmap.building ON building.id = addressed.id
WHERE counted.geom IS NULL OR (
    building.geom && ST_Expand(counted.geom,
        :reach_m / (111320 * greatest(cos(radians(ST_Y(counted.geom))), 0.01)), :reach_m / 110574)
    AND ST_DWithin(counted.geom::geography, building.geom::geography, :reach_m)
);

-- join_by_meaning --
-- The building each row means: the nearest, of equally near ones the smaller; without a position the only one.
CREATE TEMPORARY TABLE address_joined ON COMMIT DROP AS
SELECT DISTINCT ON (id) id,
    CASE WHEN metres IS NOT NULL OR candidates = 1 THEN building_id END AS building_id,
    CASE WHEN metres IS NOT NULL OR candidates = 1 THEN how ELSE 'ambiguous' END AS how
FROM (SELECT *, count(*) OVER (PARTITION BY id, how) AS candidates FROM meant_building) AS candidate
ORDER BY id, candidate.how = 'reference' DESC, metres, size, source_id;

-- join_by_position --
-- The nearest footprint within reach of each row that has no building yet.
INSERT INTO address_joined (id, building_id, how)
SELECT counted.id, near.id, 'position'
FROM address_to_join AS counted
CROSS JOIN LATERAL (
    SELECT building.id
    FROM gridmap.building
    WHERE (:stand_ins OR NOT building.stand_in)
        AND building.geom && ST_Expand(counted.geom,
            :reach_m / (111320 * greatest(cos(radians(ST_Y(counted.geom))), 0.01)), :reach_m / 110574)
        AND ST_DWithin(counted.geom::geography, building.geom::geography, :reach_m)
    ORDER BY ST_Distance(counted.geom::geography, building.geom::geography), ST_Area(building.geom), building.source_id
    LIMIT 1
) AS near
WHERE counted.geom IS NOT NULL AND NOT EXISTS (SELECT FROM address_joined WHERE address_joined.id = counted.id);

-- positions_without_building --
-- Positions in a community at which rows with households found no building, one each however many rows share it.
CREATE TEMPORARY TABLE standing ON COMMIT DROP AS
SELECT min(counted.id) AS id, counted.geom, 12.0::double precision AS side_m
FROM address_to_join AS counted
WHERE counted.geom IS NOT NULL AND counted.households > 0
    AND NOT EXISTS (SELECT FROM address_joined WHERE address_joined.id = counted.id)
    AND EXISTS (SELECT FROM gridmap.area WHERE level = 'community' AND ST_Covers(area.geom, counted.geom))
GROUP BY counted.geom;

-- index_positions_without_building --
-- Let neighbouring positions find each other.
CREATE INDEX ON standing USING gist (geom);

-- shrink_stand_ins --
-- Make the squares of positions closer than 17 m small enough (distance / √2) not to overlap.
UPDATE standing SET side_m = greatest(closest.metres / sqrt(2), 1)
FROM (
    SELECT one.id, min(ST_Distance(one.geom::geography, other.geom::geography)) AS metres
    FROM standing AS one JOIN standing AS other
        ON one.id <> other.id AND other.geom && ST_Expand(one.geom,
            17 / (111320 * greatest(cos(radians(ST_Y(one.geom))), 0.01)), 17 / 110574.0)
    GROUP BY one.id
) AS closest
WHERE closest.id = standing.id AND closest.metres < 12 * sqrt(2);

-- put_stand_ins --
-- Put a square building at each such position; one that stands there from an earlier join is left as it is.
INSERT INTO gridmap.building (dataset, source_id, house_number, street, stand_in, geom, import_id)
SELECT counted.dataset, 'stand-in ' || counted.source_id, counted.house_number, counted.street, true,
    ST_MakeEnvelope(
        ST_X(standing.geom) - side_m / 2 / (111320 * greatest(cos(radians(ST_Y(standing.geom))), 0.01)),
        ST_Y(standing.geom) - side_m / 2 / 110574,
        ST_X(standing.geom) + side_m / 2 / (111320 * greatest(cos(radians(ST_Y(standing.geom))), 0.01)),
        ST_Y(standing.geom) + side_m / 2 / 110574, 4326),
    counted.import_id
FROM standing JOIN gridmap.address_count AS counted USING (id)
ON CONFLICT (dataset, source_id) DO UPDATE
SET geom = excluded.geom, house_number = excluded.house_number, street = excluded.street
WHERE NOT ST_DWithin(ST_Centroid(building.geom)::geography, ST_Centroid(excluded.geom)::geography, 0.5)
    OR (building.house_number, building.street) IS DISTINCT FROM (excluded.house_number, excluded.street);

-- join_to_stand_ins --
-- Join the rows to the squares put for them.
INSERT INTO address_joined (id, building_id, how)
SELECT counted.id, building.id, 'stand_in'
FROM standing
JOIN gridmap.address_count AS first ON first.id = standing.id
JOIN gridmap.building ON building.dataset = first.dataset AND building.source_id = 'stand-in ' || first.source_id
JOIN address_to_join AS counted ON counted.geom = standing.geom AND counted.households > 0
WHERE NOT EXISTS (SELECT FROM address_joined WHERE address_joined.id = counted.id);

-- keep_joins --
-- Write down what each row was joined to.
UPDATE gridmap.address_count AS counted
SET building_id = outcome.building_id, match = outcome.match
FROM (
    SELECT chosen.id, joined.building_id,
        CASE WHEN joined.building_id IS NOT NULL THEN 'joined' WHEN joined.how = 'ambiguous' THEN 'ambiguous'
            ELSE 'none' END AS match
    FROM address_to_join AS chosen LEFT JOIN address_joined AS joined USING (id)
) AS outcome
WHERE outcome.id = counted.id
    AND (counted.building_id, counted.match) IS DISTINCT FROM (outcome.building_id, outcome.match);

-- count_households --
-- Give the buildings joined now or before the sum of their rows; without any row their count is unknown again.
UPDATE gridmap.building
SET households = counted.households,
    household_source = CASE WHEN counted.households IS NOT NULL THEN 'counted' END
FROM (
    SELECT concerned.id, sum(counted.households)::integer AS households
    FROM (
        SELECT former_id AS id FROM address_to_join WHERE former_id IS NOT NULL
        UNION SELECT building_id FROM address_joined WHERE building_id IS NOT NULL
    ) AS concerned
    LEFT JOIN gridmap.address_count AS counted ON counted.building_id = concerned.id
    GROUP BY concerned.id
) AS counted
WHERE counted.id = building.id
    AND (counted.households IS NOT NULL OR building.household_source = 'counted')
    AND (building.households, building.household_source)
        IS DISTINCT FROM (counted.households, CASE WHEN counted.households IS NOT NULL THEN 'counted' END);

-- remove_idle_stand_ins --
-- Remove stand-ins to which no row is joined any longer.
DELETE FROM gridmap.building
WHERE stand_in AND id IN (SELECT former_id FROM address_to_join)
    AND NOT EXISTS (SELECT FROM gridmap.address_count WHERE address_count.building_id = building.id);

-- joined_totals --
-- Rows and households of the chosen addresses by outcome.
SELECT coalesce(joined.how, CASE WHEN chosen.geom IS NULL THEN 'no_position' WHEN chosen.households = 0 THEN 'empty'
        ELSE 'outside' END) AS how,
    count(*) AS rows, sum(chosen.households) AS households, count(DISTINCT joined.building_id) AS buildings
FROM address_to_join AS chosen LEFT JOIN address_joined AS joined USING (id)
GROUP BY 1;

-- joined_examples --
-- The first addresses of each outcome that a person should look at, and those that share a footprint.
SELECT how, address, households FROM (
    SELECT *, row_number() OVER (PARTITION BY how ORDER BY id) AS place FROM (
        SELECT chosen.id, chosen.households,
            coalesce(nullif(concat_ws(' ', chosen.house_number, chosen.street), ''), chosen.reference,
                ST_AsText(chosen.geom, 5), '–') AS address,
            coalesce(joined.how, CASE WHEN chosen.geom IS NULL THEN 'no_position' WHEN chosen.households = 0
                THEN 'empty' ELSE 'outside' END) AS how
        FROM address_to_join AS chosen LEFT JOIN address_joined AS joined USING (id)
    ) AS outcome
    WHERE how NOT IN ('reference', 'address', 'position')
) AS listed
WHERE place <= :most ORDER BY how, place;

-- shared_footprints --
-- How many buildings got more than one row, and how many rows those are.
SELECT count(*) AS buildings, coalesce(sum(rows), 0) AS rows
FROM (SELECT count(*) AS rows FROM address_joined WHERE building_id IS NOT NULL
      GROUP BY building_id HAVING count(*) > 1) AS shared;

-- joins_changed --
-- How many of the chosen rows have another building than before.
SELECT count(*) AS rows, coalesce(sum(chosen.households), 0) AS households
FROM address_to_join AS chosen LEFT JOIN address_joined AS joined USING (id)
WHERE joined.building_id IS DISTINCT FROM chosen.former_id;

-- counted_twice --
-- Other tables that count the same addresses at the same building as this one.
SELECT other.dataset, count(DISTINCT mine.id) AS rows, count(DISTINCT mine.id) >= 0.5 * max(total.rows) AS most
FROM gridmap.address_count AS mine
JOIN gridmap.address_count AS other
    ON other.building_id = mine.building_id AND other.dataset <> mine.dataset
    AND other.house_number IS NOT DISTINCT FROM mine.house_number
CROSS JOIN (SELECT count(*) AS rows FROM gridmap.address_count WHERE dataset = :dataset) AS total
WHERE mine.dataset = :dataset
GROUP BY other.dataset ORDER BY 2 DESC;

-- unplaced_addresses --
-- Rows of tables of households that have no building.
SELECT house_number, street, households, match, ST_X(geom) AS lon, ST_Y(geom) AS lat, dataset, source_id
FROM gridmap.address_count
WHERE building_id IS NULL AND households > 0 AND (CAST(:dataset AS text) IS NULL OR dataset = :dataset)
ORDER BY dataset, id;

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

-- incoming_to_join --
-- Choose the incoming residents for finding their buildings.
CREATE TEMPORARY TABLE address_to_join ON COMMIT DROP AS
SELECT row AS id, house_number, street, 0 AS households, geom, NULL::bigint AS former_id, building AS reference
FROM incoming_resident;

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

-- forget_joining --
-- Drop the temporary tables of a join, so that another may follow in the same transaction.
DROP TABLE IF EXISTS pg_temp.address_to_join, pg_temp.spelling, pg_temp.building_by_address, pg_temp.meant_building,
    pg_temp.address_joined, pg_temp.standing;

-- organisations_to_join --
-- Choose the incoming organisations without a place for finding their buildings.
CREATE TEMPORARY TABLE address_to_join ON COMMIT DROP AS
SELECT row AS id, house_number, street, 0 AS households, geom, NULL::bigint AS former_id, NULL::text AS reference
FROM incoming_organisation WHERE geom IS NULL;

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
