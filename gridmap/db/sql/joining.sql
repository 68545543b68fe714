-- Joining addresses to buildings. Temporary tables: address_to_join, the rows chosen; address_joined, the building found
-- for each and how; spelling, the form for comparing of each street and house number; incoming_…, the rows of the file.

-- addresses_of_dataset --
-- Choose the rows of one table of households for joining.
CREATE TEMPORARY TABLE address_to_join ON COMMIT DROP AS
SELECT id, house_number, street, households, geom, building_id AS former_id,
    substring(source_id from '^building (.*?)( #[0-9]+)?$') AS reference
FROM gridmap.address_count WHERE dataset = :dataset;

-- places_of_buildings --
-- Keep where the buildings new or changed lie, so that addresses near them are found by an index.
CREATE TEMPORARY TABLE changed_building ON COMMIT DROP AS
SELECT id, geom FROM gridmap.building JOIN taken_incoming_building USING (id);

-- index_places_of_buildings --
-- Let addresses find the buildings near them.
CREATE INDEX ON changed_building USING gist (geom);

-- addresses_near_buildings --
-- Choose the rows that buildings new or changed may concern: joined to one, within reach of one, or without a position.
CREATE TEMPORARY TABLE address_to_join ON COMMIT DROP AS
SELECT id, house_number, street, households, geom, building_id AS former_id,
    substring(source_id from '^building (.*?)( #[0-9]+)?$') AS reference
FROM gridmap.address_count AS counted
WHERE geom IS NULL
    OR building_id IN (SELECT id FROM changed_building)
    OR EXISTS (
        SELECT FROM changed_building WHERE changed_building.geom && ST_Expand(counted.geom,
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
-- Give the buildings joined now or before the sum of their rows; without any row their count is unknown again. What a
-- planner split by stairwell stays as it was shared out until it is made whole.
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
    AND NOT EXISTS (SELECT FROM gridmap.whole_building WHERE whole_building.building_id = building.id)
    AND (counted.households IS NOT NULL OR building.household_source = 'counted')
    AND (building.households, building.household_source)
        IS DISTINCT FROM (counted.households, CASE WHEN counted.households IS NOT NULL THEN 'counted' END);

-- move_households --
-- Move household stubs from stand-ins that lost their rows to the building those rows are joined to now.
UPDATE gridmap.household SET building_id = heir.building_id
FROM (
    SELECT DISTINCT ON (chosen.former_id) chosen.former_id, joined.building_id
    FROM address_to_join AS chosen JOIN address_joined AS joined USING (id)
    JOIN gridmap.building AS former ON former.id = chosen.former_id AND former.stand_in
    WHERE joined.building_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM gridmap.address_count WHERE address_count.building_id = former.id)
    ORDER BY chosen.former_id, chosen.house_number IS NOT DISTINCT FROM former.house_number DESC, chosen.id
) AS heir
WHERE household.building_id = heir.former_id;

-- move_residents --
-- Move residents likewise.
UPDATE gridmap.resident SET building_id = heir.building_id
FROM (
    SELECT DISTINCT ON (chosen.former_id) chosen.former_id, joined.building_id
    FROM address_to_join AS chosen JOIN address_joined AS joined USING (id)
    JOIN gridmap.building AS former ON former.id = chosen.former_id AND former.stand_in
    WHERE joined.building_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM gridmap.address_count WHERE address_count.building_id = former.id)
    ORDER BY chosen.former_id, chosen.house_number IS NOT DISTINCT FROM former.house_number DESC, chosen.id
) AS heir
WHERE resident.building_id = heir.former_id;

-- remove_idle_stand_ins --
-- Remove stand-ins to which no row is joined any longer and in which nobody lives.
DELETE FROM gridmap.building
WHERE stand_in AND id IN (SELECT former_id FROM address_to_join)
    AND NOT EXISTS (SELECT FROM gridmap.address_count WHERE address_count.building_id = building.id)
    AND NOT EXISTS (SELECT FROM gridmap.resident WHERE resident.building_id = building.id)
    AND NOT EXISTS (SELECT FROM gridmap.household WHERE household.building_id = building.id);

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

-- incoming_to_join --
-- Choose the incoming residents for finding their buildings.
CREATE TEMPORARY TABLE address_to_join ON COMMIT DROP AS
SELECT row AS id, house_number, street, 0 AS households, geom, NULL::bigint AS former_id, building AS reference
FROM incoming_resident;

-- organisations_to_join --
-- Choose the incoming organisations without a place for finding their buildings.
CREATE TEMPORARY TABLE address_to_join ON COMMIT DROP AS
SELECT row AS id, house_number, street, 0 AS households, geom, NULL::bigint AS former_id, NULL::text AS reference
FROM incoming_organisation WHERE geom IS NULL;

-- forget_joining --
-- Drop the temporary tables of a join, so that another may follow in the same transaction.
DROP TABLE IF EXISTS pg_temp.changed_building, pg_temp.address_to_join, pg_temp.spelling, pg_temp.building_by_address, pg_temp.meant_building,
    pg_temp.address_joined, pg_temp.standing;
