-- What walking to facilities is asked about: everything within reach of some communities, beyond their border too.
-- The rectangle of the communities is widened by :reach_m, counted in degrees at its widest latitude.

-- lines_within_reach --
-- Ways, walls, rivers and railways that may matter for walking; not those where people may not walk.
SELECT road.id, dataset || '/' || source_id AS source_id, class, level::integer AS level, covered, ST_AsBinary(geom) AS geometry
FROM gridmap.road, (
    SELECT ST_Expand(box, :reach_m / (111320 * greatest(cos(radians(greatest(abs(ST_YMin(box)), abs(ST_YMax(box))))), 0.01)),
        :reach_m / 110574) AS box
    FROM (SELECT ST_Extent(geom)::geometry AS box FROM gridmap.area WHERE id = ANY(:community_ids)) AS narrow
) AS reach
WHERE geom && reach.box AND walkable IS NOT FALSE;

-- gates_within_reach --
-- Gates with their hours and whom they let in.
SELECT place.id, dataset || '/' || source_id AS source_id, coalesce(name, '') AS name, hours, residents_only,
    ST_AsBinary(ST_PointOnSurface(geom)) AS geometry
FROM gridmap.place, (
    SELECT ST_Expand(box, :reach_m / (111320 * greatest(cos(radians(greatest(abs(ST_YMin(box)), abs(ST_YMax(box))))), 0.01)),
        :reach_m / 110574) AS box
    FROM (SELECT ST_Extent(geom)::geometry AS box FROM gridmap.area WHERE id = ANY(:community_ids)) AS narrow
) AS reach
WHERE kind = 'gate' AND geom && reach.box ORDER BY place.id;

-- compounds_within_reach --
-- Compounds (小区), whose residents pass gates that are for residents only.
SELECT place.id, ST_AsBinary(geom) AS geometry
FROM gridmap.place, (
    SELECT ST_Expand(box, :reach_m / (111320 * greatest(cos(radians(greatest(abs(ST_YMin(box)), abs(ST_YMax(box))))), 0.01)),
        :reach_m / 110574) AS box
    FROM (SELECT ST_Extent(geom)::geometry AS box FROM gridmap.area WHERE id = ANY(:community_ids)) AS narrow
) AS reach
WHERE kind = 'compound' AND ST_Dimension(geom) = 2 AND geom && reach.box ORDER BY place.id;

-- facilities_within_reach --
-- Facilities of some kinds.
SELECT facility.id, dataset || '/' || source_id AS source_id, dataset, coalesce(name, '') AS name, kind, tier,
    floor_area_m2, capacity, hours, community_id, ST_AsBinary(geom) AS geometry
FROM gridmap.facility, (
    SELECT ST_Expand(box, :reach_m / (111320 * greatest(cos(radians(greatest(abs(ST_YMin(box)), abs(ST_YMax(box))))), 0.01)),
        :reach_m / 110574) AS box
    FROM (SELECT ST_Extent(geom)::geometry AS box FROM gridmap.area WHERE id = ANY(:community_ids)) AS narrow
) AS reach
WHERE kind = ANY(:kinds) AND geom && reach.box ORDER BY facility.id;

-- candidates_within_reach --
-- Rooms and plots where a facility could be opened: those of the communities themselves.
SELECT id, dataset || '/' || source_id AS source_id, coalesce(name, '') AS name, kind, floor_area_m2, capacity, cost,
    ST_AsBinary(ST_PointOnSurface(geom)) AS geometry
FROM gridmap.place
WHERE kind = ANY(:candidate_kinds) AND community_id = ANY(:community_ids) ORDER BY id;

-- homes_to_cover --
-- Where people live: the imported small areas of a community that has them, else its buildings. Of those that nobody
-- counted the buildings that are surely lived in. In an order that no edit changes: small homes are told apart by it.
SELECT thing.id, thing.is_cell, thing.name, thing.households, thing.is_estimated, thing.community_id,
    coalesce(grid.code, '') AS grid, ST_AsBinary(thing.geom) AS geometry,
    coalesce(thing.id = ANY (CASE WHEN thing.is_cell THEN held.cells_kept_back ELSE held.buildings_kept_back END), false)
        AS is_kept_back
FROM (
    SELECT id, false AS is_cell, use, coalesce(name, nullif(concat_ws(' ', street, house_number), ''), source_id) AS name, households,
        coalesce(household_source = 'estimated', false) AS is_estimated, community_id, grid_id, geom
    FROM gridmap.building
    WHERE community_id = ANY(:community_ids)
        AND NOT EXISTS (SELECT FROM gridmap.cell WHERE cell.community_id = building.community_id)
    UNION ALL
    SELECT id, true, NULL, source_id, households, false, community_id, grid_id, geom
    FROM gridmap.cell WHERE community_id = ANY(:community_ids)
) AS thing
LEFT JOIN gridmap.grid ON grid.id = thing.grid_id
LEFT JOIN gridmap.grid_count AS held ON held.grid_id = thing.grid_id
WHERE thing.households > 0 OR (thing.households IS NULL AND (thing.is_cell
    OR thing.use IN ('residential', 'apartments', 'house', 'dormitory', 'terrace', 'detached', 'semidetached_house')))
ORDER BY thing.is_cell, thing.id;

-- ages_of_homes --
-- How many residents of each building are of an age that some services are for, in a year.
SELECT building_id,
    count(*) FILTER (WHERE :year - birth_year >= 60) AS aged_60,
    count(*) FILTER (WHERE :year - birth_year >= 80) AS aged_80,
    count(*) FILTER (WHERE :year - birth_year < 3) AS aged_0_to_3,
    count(*) FILTER (WHERE :year - birth_year BETWEEN 3 AND 5) AS aged_3_to_6
FROM gridmap.resident JOIN gridmap.building ON building.id = resident.building_id
WHERE building.community_id = ANY(:community_ids) AND birth_year IS NOT NULL
GROUP BY building_id;

-- communities_to_cover --
-- What norms ask of a community depends on: whether it is rural.
SELECT id, code, name, coalesce(NOT urban, false) AS is_rural, urban IS NULL AS is_unclassed
FROM gridmap.area WHERE id = ANY(:community_ids) ORDER BY code;

-- walking_inputs_hash --
-- A number for all that a study reads within reach, whatever the order; another number: something changed. It is shown to
-- the public: without the salt one could try out counts of small homes until the number is right.
WITH reach AS (
    SELECT ST_Expand(box, :reach_m / (111320 * greatest(cos(radians(greatest(abs(ST_YMin(box)), abs(ST_YMax(box))))), 0.01)),
        :reach_m / 110574) AS box
    FROM (SELECT ST_Extent(geom)::geometry AS box FROM gridmap.area WHERE id = ANY(:community_ids)) AS narrow
), part AS (
    SELECT 'area' AS name, sum(hashtextextended(ROW(code, urban, geom)::text, 0)::numeric) AS number
    FROM gridmap.area WHERE id = ANY(:community_ids)
    UNION ALL
    SELECT 'road', sum(hashtextextended(ROW(class, level, covered, walkable, geom)::text, 0)::numeric)
    FROM gridmap.road, reach WHERE geom && reach.box
    UNION ALL
    SELECT 'place', sum(hashtextextended(
        ROW(kind, name, hours, residents_only, floor_area_m2, capacity, cost, geom)::text, 0)::numeric)
    FROM gridmap.place, reach
    WHERE kind IN ('gate', 'compound', 'vacant_room', 'shared_room', 'plot') AND geom && reach.box
    UNION ALL
    SELECT 'facility', sum(hashtextextended(
        ROW(name, kind, tier, floor_area_m2, capacity, hours, geom)::text, 0)::numeric)
    FROM gridmap.facility, reach WHERE geom && reach.box
    UNION ALL
    SELECT 'building', sum(hashtextextended(ROW(id, households, household_source, geom)::text, 0)::numeric)
    FROM gridmap.building WHERE community_id = ANY(:community_ids)
    UNION ALL
    SELECT 'cell', sum(hashtextextended(ROW(id, households, geom)::text, 0)::numeric)
    FROM gridmap.cell WHERE community_id = ANY(:community_ids)
    UNION ALL
    SELECT 'grid', sum(hashtextextended(ROW(code, geom)::text, 0)::numeric)
    FROM gridmap.grid JOIN gridmap.plan ON plan.id = grid.plan_id
    WHERE grid.community_id = ANY(:community_ids) AND plan.status = 'published'
    UNION ALL
    SELECT 'resident', sum(hashtextextended(ROW(building_id, birth_year)::text, 0)::numeric)
    FROM gridmap.resident JOIN gridmap.building ON building.id = resident.building_id
    WHERE building.community_id = ANY(:community_ids)
)
SELECT encode(sha256((string_agg(name || ' ' || coalesce(number, 0), ' ' ORDER BY name)
    || (SELECT salt FROM gridmap.receipt_salt))::bytea), 'hex') FROM part;

-- data_dates --
-- The day of the newest import of each kind that a study reads.
SELECT kind, max(imported_at)::date::text AS day FROM gridmap.import_run
WHERE kind IN ('areas', 'buildings', 'cells', 'households', 'residents', 'roads', 'places', 'facilities', 'osm')
GROUP BY kind ORDER BY kind;

-- insert_study --
-- Keep an answer with its receipt.
INSERT INTO gridmap.study (kind, area_id, question, reach_m, inputs_hash, data_dates, norm_version, result, public_result, author,
    homes_kept)
VALUES (:kind, :area_id, CAST(:question AS jsonb), :reach_m, :inputs_hash, CAST(:data_dates AS jsonb), :norm_version,
    CAST(:result AS jsonb), CAST(:public_result AS jsonb), :author, :homes_kept)
RETURNING id, created_at;

-- study_by_id --
-- An answer with its receipt.
SELECT study.id, study.kind, study.area_id, area.code AS area, area.name AS area_name, area.synthetic, question, reach_m,
    inputs_hash, data_dates, norm_version, result, public_result, author, created_at
FROM gridmap.study JOIN gridmap.area ON area.id = study.area_id WHERE study.id = :study_id;

-- study_asked --
-- What an answer is about, and what of the database is seen now: the same text later means that nothing was committed.
SELECT study.id, study.kind, study.area_id, area.code AS area, area.name AS area_name, area.synthetic, question, reach_m,
    inputs_hash, pg_current_snapshot()::text AS snapshot
FROM gridmap.study JOIN gridmap.area ON area.id = study.area_id WHERE study.id = :study_id;

-- study_services --
-- The services that an answer judged, each by one norm.
SELECT jsonb_build_object('norm', norm->'norm', 'name', norm->'name', 'kinds', norm->'kinds', 'radius_m', norm->'radius_m')
FROM gridmap.study, jsonb_array_elements(result->'norms') AS norm WHERE study.id = :study_id;

-- reach_box --
-- The rectangle within which a study of some communities reads, in degrees.
SELECT ST_XMin(reach.box) AS west, ST_YMin(reach.box) AS south, ST_XMax(reach.box) AS east, ST_YMax(reach.box) AS north
FROM (
    SELECT ST_Expand(box, :reach_m / (111320 * greatest(cos(radians(greatest(abs(ST_YMin(box)), abs(ST_YMax(box))))), 0.01)),
        :reach_m / 110574) AS box
    FROM (SELECT ST_Extent(geom)::geometry AS box FROM gridmap.area WHERE id = ANY(:community_ids)) AS narrow
) AS reach;

-- standing_facilities --
-- Facilities of some kinds in a rectangle, as anyone may see them.
SELECT id, name, kind, floor_area_m2, capacity, hours, ST_AsBinary(ST_PointOnSurface(geom)) AS geometry
FROM published.facilities
WHERE kind = ANY(:kinds) AND geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326) ORDER BY id;

-- standing_gates --
-- Gates in a rectangle, as anyone may see them.
SELECT id, id::text AS source_id, name, hours, residents_only, ST_AsBinary(ST_PointOnSurface(geom)) AS geometry
FROM published.places
WHERE kind = 'gate' AND geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326) ORDER BY id;

-- studies_of_area --
-- The answers about an area, newest first.
SELECT study.id, study.kind, area.code AS area, area.name AS area_name, question, data_dates, norm_version, created_at
FROM gridmap.study JOIN gridmap.area ON area.id = study.area_id
WHERE study.area_id = :area_id AND study.kind = :kind ORDER BY study.id DESC LIMIT 100;

-- same_study --
-- The newest answer to the same question, by the same values of the standard.
SELECT id, area_id, reach_m, inputs_hash FROM gridmap.study
WHERE kind = :kind AND area_id = :area_id AND question = CAST(:question AS jsonb) AND norm_version = :norm_version
ORDER BY id DESC LIMIT 1;

-- study_homes --
-- The homes of an answer for one norm as GeoJSON features; small counts are left out for the public.
SELECT json_build_object('type', 'Feature', 'id', home, 'geometry', ST_AsGeoJSON(geom, 9)::json, 'properties', json_build_object(
    'name', name, 'households', households, 'grid', grid, 'facility', facility, 'metres', round(metres::numeric, 1),
    'verdict', verdict, 'reason', reason))::text AS feature
FROM published.study_homes
WHERE study_id = :study_id AND norm = :norm
    AND (CAST(:verdict AS text) IS NULL OR verdict = :verdict);

-- this_year --
-- The year in which ages are counted.
SELECT extract(year FROM now())::integer;

-- facility_kinds --
-- Kinds of facilities that are in use.
SELECT DISTINCT kind FROM gridmap.facility ORDER BY kind;

-- prune_studies --
-- Forget the oldest answers of an author beyond so many, or beyond so many homes in them; jobs then have no answer any
-- more. The newest stays however large it is.
DELETE FROM gridmap.study WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER newest AS place, sum(homes_kept) OVER newest AS homes
        FROM gridmap.study WHERE author = :author WINDOW newest AS (ORDER BY id DESC)
    ) AS kept
    WHERE place > :most OR (place > 1 AND homes > :most_homes)
);
