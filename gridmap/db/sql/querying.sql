-- What questions about places need beside the features themselves; all of it may be read by anyone.

-- grid_at --
-- The grid in force at a point, of two that share a border the one with the lower code. Boxes are in degrees.
SELECT code, name, kind, households, in_band, area_m2, community, community_name, valid_from,
    ARRAY[round(ST_XMin(geom)::numeric, 7), round(ST_YMin(geom)::numeric, 7),
        round(ST_XMax(geom)::numeric, 7), round(ST_YMax(geom)::numeric, 7)] AS bbox
FROM published.grids
WHERE ST_Covers(geom, ST_Point(:lon, :lat, 4326)) ORDER BY code LIMIT 1;

-- who_serves --
-- Public roles of a grid, and those of its whole community, with their published contact.
SELECT kind, holder AS name, contact AS phone, grid IS NOT NULL AS is_of_grid FROM published.roles
WHERE community = :community AND (grid = :grid OR grid IS NULL) ORDER BY grid IS NULL, kind, holder;

-- area_called_by_id --
-- Code and name of an area.
SELECT code, name FROM published.areas WHERE id = :id;

-- streets --
-- All streets that buildings stand in, one after the other from the index.
WITH RECURSIVE street AS (
    (SELECT street AS name FROM published.buildings WHERE street IS NOT NULL ORDER BY street LIMIT 1)
    UNION ALL
    SELECT (
        SELECT buildings.street FROM published.buildings WHERE buildings.street > street.name ORDER BY buildings.street LIMIT 1
    ) FROM street WHERE street.name IS NOT NULL
)
SELECT name FROM street WHERE name IS NOT NULL;

-- buildings_in_streets --
-- Buildings of some streets that have a house number, with a point on each and its community.
SELECT building.id, building.street, building.house_number, building.community, area.name AS community_name,
    ST_X(ST_PointOnSurface(building.geom)) AS lon, ST_Y(ST_PointOnSurface(building.geom)) AS lat
FROM published.buildings AS building LEFT JOIN published.areas AS area ON area.code = building.community
WHERE building.street = ANY(:streets) AND building.house_number IS NOT NULL ORDER BY building.id;

-- shapes_called --
-- Areas, grids and places with this code or key, or else this name, as shapes.
WITH found AS (
    SELECT 'area' AS type, code, name, 1 AS likeness, geom FROM published.areas WHERE code = :wanted
    UNION ALL
    SELECT 'grid', code, name, 1, geom FROM published.grids WHERE code = :wanted
    UNION ALL
    SELECT 'place', 'place/' || id, name, 1, geom FROM published.places
    WHERE id = CAST(:place AS bigint) AND ST_Dimension(geom) = 2
    UNION ALL
    SELECT 'area', code, name, 2, geom FROM published.areas WHERE name = :wanted
    UNION ALL
    SELECT 'grid', code, name, 2, geom FROM published.grids WHERE name = :wanted AND code <> :wanted
    UNION ALL
    SELECT 'place', 'place/' || id, name, 2, geom FROM published.places WHERE name = :wanted AND ST_Dimension(geom) = 2
)
SELECT type, code, name, ST_AsBinary(geom) AS geometry FROM found
WHERE likeness = (SELECT min(likeness) FROM found) ORDER BY type, code LIMIT 20;

-- ways_around --
-- Ways, walls, rivers and railways that touch a rectangle.
SELECT id, class, level::integer AS level, covered, ST_AsBinary(geom) AS geometry
FROM published.ways WHERE geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326) ORDER BY id;

-- saved_query_called --
-- A question in use, by its name.
SELECT id, name, collection, filter, filter_language, note, created_at, changed_at, ST_AsBinary(geom) AS geometry
FROM published.saved_queries WHERE name = :name;

-- saved_queries --
-- All questions in use, or those deleted.
SELECT id, name, collection, filter, filter_language, note, created_at, changed_at, deleted_at, ST_AsGeoJSON(geom, 9, 0) AS shape
FROM gridmap.saved_query WHERE (deleted_at IS NOT NULL) = :deleted ORDER BY name, id LIMIT 1000;

-- saved_query_by_id --
-- One question, deleted or not, locked until the end of the transaction.
SELECT id, name, collection, filter, filter_language, note, created_at, changed_at, deleted_at, ST_AsGeoJSON(geom, 9, 0) AS shape
FROM gridmap.saved_query WHERE id = :id FOR UPDATE;

-- count_saved_queries --
-- How many questions are kept, deleted ones too.
SELECT count(*) FROM gridmap.saved_query;

-- save_query --
-- Keep a question under a name.
INSERT INTO gridmap.saved_query (name, collection, filter, filter_language, geom, note)
VALUES (:name, :collection, :filter, :filter_language, ST_GeomFromWKB(:geom, 4326), :note) RETURNING id;

-- change_saved_query --
-- Give a question another name or note, delete it or put it back.
UPDATE gridmap.saved_query
SET name = :name, note = :note, deleted_at = CASE WHEN :deleted THEN coalesce(deleted_at, now()) END, changed_at = now()
WHERE id = :id;
