-- Everything with a place belongs to one community and, once a plan is published, to one of its grids.
--
-- One rule for all: a thing belongs to the shape that covers it; astride a border, to the shape with its
-- largest part; on a border as a point, to the shape of the lowest code. Inside a community whose grids
-- leave a hair's breadth uncovered, to the nearest grid.

-- The size of what two shapes share: square degrees, degrees or 0, comparable for one thing only.
CREATE FUNCTION gridmap.shared_part(shape geometry, thing geometry) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE ST_Dimension(thing)
        WHEN 2 THEN ST_Area(ST_Intersection(shape, thing))
        WHEN 1 THEN ST_Length(ST_Intersection(shape, thing))
        ELSE 0
    END
$$;

CREATE FUNCTION gridmap.attachable_tables() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY['building', 'cell', 'facility', 'matter', 'organisation', 'place']
$$;

CREATE FUNCTION gridmap.attach(table_name text, ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = gridmap, public AS $$
BEGIN
    EXECUTE format($query$
        WITH thing AS MATERIALIZED (
            SELECT id, geom FROM gridmap.%1$I WHERE id IN (SELECT unnest($1))
        ),
        in_one_community AS MATERIALIZED (
            SELECT DISTINCT ON (thing.id) thing.id, thing.geom, area.id AS community_id
            FROM thing JOIN area ON area.level = 'community' AND ST_Covers(area.geom, thing.geom)
            ORDER BY thing.id, area.code
        ),
        astride_communities AS (
            SELECT DISTINCT ON (thing.id) thing.id, thing.geom, area.id AS community_id
            FROM thing JOIN area ON area.level = 'community' AND ST_Intersects(area.geom, thing.geom)
            WHERE NOT EXISTS (SELECT FROM in_one_community WHERE in_one_community.id = thing.id)
            ORDER BY thing.id, shared_part(area.geom, thing.geom) DESC, area.code
        ),
        placed AS MATERIALIZED (
            SELECT * FROM in_one_community UNION ALL SELECT * FROM astride_communities
        ),
        in_one_grid AS MATERIALIZED (
            SELECT DISTINCT ON (placed.id) placed.id, grid.id AS grid_id
            FROM placed JOIN grid
                ON grid.community_id = placed.community_id
                AND grid.valid_from IS NOT NULL AND grid.valid_to IS NULL
                AND ST_Covers(grid.geom, placed.geom)
            ORDER BY placed.id, grid.code
        ),
        astride_grids AS (
            SELECT DISTINCT ON (placed.id) placed.id, grid.id AS grid_id
            FROM placed JOIN grid
                ON grid.community_id = placed.community_id
                AND grid.valid_from IS NOT NULL AND grid.valid_to IS NULL
            WHERE NOT EXISTS (SELECT FROM in_one_grid WHERE in_one_grid.id = placed.id)
            ORDER BY placed.id,
                ST_Intersects(grid.geom, placed.geom) DESC,
                CASE WHEN ST_Intersects(grid.geom, placed.geom)
                    THEN -shared_part(grid.geom, placed.geom)
                    ELSE ST_Distance(grid.geom, placed.geom) END,
                grid.code
        ),
        gridded AS (
            SELECT * FROM in_one_grid UNION ALL SELECT * FROM astride_grids
        )
        UPDATE gridmap.%1$I AS target
        SET community_id = placed.community_id, grid_id = gridded.grid_id
        FROM thing LEFT JOIN placed USING (id) LEFT JOIN gridded USING (id)
        WHERE target.id = thing.id
            AND (target.community_id, target.grid_id)
                IS DISTINCT FROM (placed.community_id, gridded.grid_id)
    $query$, table_name) USING ids;
END
$$;

-- Recount what grids hold, whole, so that a count is never a sum of remembered changes.
-- The rows are locked first: a concurrent change of the same grid then counts after this one, not beside it.
-- Each table is read once for all grids: a plan made on stale statistics is then slow, not endless.
CREATE FUNCTION gridmap.recount(grid_ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = gridmap, public AS $$
BEGIN
    IF cardinality(grid_ids) = 0 THEN
        RETURN;
    END IF;
    PERFORM FROM grid_count WHERE grid_id IN (SELECT unnest(grid_ids)) ORDER BY grid_id FOR UPDATE;
    WITH asked AS MATERIALIZED (
        SELECT id, EXISTS (SELECT FROM cell WHERE cell.community_id = grid.community_id) AS has_cells
        FROM grid WHERE id IN (SELECT unnest(grid_ids))
    ),
    of_building AS (
        SELECT grid_id, count(*) AS buildings, count(*) FILTER (WHERE households > 0) AS with_households,
            coalesce(sum(households), 0) AS households,
            coalesce(sum(households) FILTER (WHERE household_source = 'estimated'), 0) AS estimated
        FROM building WHERE grid_id IN (SELECT unnest(grid_ids)) GROUP BY grid_id
    ),
    of_resident AS (
        SELECT home.grid_id, count(*) AS residents
        FROM building AS home JOIN resident ON resident.building_id = home.id
        WHERE home.grid_id IN (SELECT unnest(grid_ids)) GROUP BY home.grid_id
    ),
    of_cell AS (
        SELECT grid_id, coalesce(sum(households), 0) AS households, sum(residents) AS residents
        FROM cell WHERE grid_id IN (SELECT unnest(grid_ids)) GROUP BY grid_id
    ),
    of_place AS (
        SELECT grid_id, count(*) AS places FROM place
        WHERE grid_id IN (SELECT unnest(grid_ids)) GROUP BY grid_id
    ),
    of_facility AS (
        SELECT grid_id, count(*) AS facilities FROM facility
        WHERE grid_id IN (SELECT unnest(grid_ids)) GROUP BY grid_id
    ),
    of_organisation AS (
        SELECT grid_id, count(*) AS organisations FROM organisation
        WHERE grid_id IN (SELECT unnest(grid_ids)) GROUP BY grid_id
    ),
    of_matter AS (
        SELECT grid_id, count(*) FILTER (WHERE closed_at IS NULL) AS open,
            count(*) FILTER (WHERE closed_at IS NOT NULL) AS closed
        FROM matter WHERE grid_id IN (SELECT unnest(grid_ids)) GROUP BY grid_id
    )
    UPDATE grid_count SET
        buildings = coalesce(of_building.buildings, 0),
        buildings_with_households = coalesce(of_building.with_households, 0),
        households = coalesce(CASE WHEN has_cells THEN of_cell.households ELSE of_building.households END, 0),
        households_estimated = CASE WHEN has_cells THEN 0 ELSE coalesce(of_building.estimated, 0) END,
        residents = CASE WHEN has_cells THEN of_cell.residents ELSE of_resident.residents END,
        places = coalesce(of_place.places, 0),
        facilities = coalesce(of_facility.facilities, 0),
        organisations = coalesce(of_organisation.organisations, 0),
        matters_open = coalesce(of_matter.open, 0),
        matters_closed = coalesce(of_matter.closed, 0)
    FROM asked
    LEFT JOIN of_building ON of_building.grid_id = asked.id
    LEFT JOIN of_resident ON of_resident.grid_id = asked.id
    LEFT JOIN of_cell ON of_cell.grid_id = asked.id
    LEFT JOIN of_place ON of_place.grid_id = asked.id
    LEFT JOIN of_facility ON of_facility.grid_id = asked.id
    LEFT JOIN of_organisation ON of_organisation.grid_id = asked.id
    LEFT JOIN of_matter ON of_matter.grid_id = asked.id
    WHERE grid_count.grid_id = asked.id;
END
$$;

-- After things come or move: attach them. An attachment moves nothing, so the update it makes ends here.
CREATE FUNCTION gridmap.attach_new() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gridmap.attach(TG_TABLE_NAME, ARRAY(SELECT id FROM new_rows));
    RETURN NULL;
END
$$;

CREATE FUNCTION gridmap.attach_moved() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    moved bigint[] := ARRAY(
        SELECT id FROM new_rows JOIN old_rows USING (id)
        WHERE ST_AsEWKB(new_rows.geom) IS DISTINCT FROM ST_AsEWKB(old_rows.geom)
    );
BEGIN
    IF cardinality(moved) > 0 THEN
        PERFORM gridmap.attach(TG_TABLE_NAME, moved);
    END IF;
    RETURN NULL;
END
$$;

-- After things come, change or go: recount the grids they were in and are in.
CREATE FUNCTION gridmap.recount_new() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gridmap.recount(ARRAY(SELECT DISTINCT grid_id FROM new_rows WHERE grid_id IS NOT NULL));
    RETURN NULL;
END
$$;

CREATE FUNCTION gridmap.recount_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gridmap.recount(ARRAY(
        SELECT grid_id FROM new_rows WHERE grid_id IS NOT NULL
        UNION SELECT grid_id FROM old_rows WHERE grid_id IS NOT NULL
    ));
    RETURN NULL;
END
$$;

CREATE FUNCTION gridmap.recount_gone() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gridmap.recount(ARRAY(SELECT DISTINCT grid_id FROM old_rows WHERE grid_id IS NOT NULL));
    RETURN NULL;
END
$$;

-- The first cell of a community, or its last, decides who carries the households of all its grids.
CREATE FUNCTION gridmap.grids_in_force(community_ids bigint[]) RETURNS bigint[]
LANGUAGE sql STABLE SET search_path = gridmap, public AS $$
    SELECT coalesce(array_agg(id), '{}') FROM grid
    WHERE valid_from IS NOT NULL AND valid_to IS NULL AND community_id IN (SELECT unnest(community_ids))
$$;

CREATE FUNCTION gridmap.recount_communities() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM gridmap.recount(gridmap.grids_in_force(ARRAY(SELECT DISTINCT community_id FROM old_rows)));
    ELSE
        PERFORM gridmap.recount(gridmap.grids_in_force(ARRAY(SELECT DISTINCT community_id FROM new_rows)));
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION gridmap.recount_residents() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    homes bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        homes := ARRAY(SELECT building_id FROM new_rows);
    ELSIF TG_OP = 'DELETE' THEN
        homes := ARRAY(SELECT building_id FROM old_rows);
    ELSE
        homes := ARRAY(SELECT building_id FROM new_rows UNION SELECT building_id FROM old_rows);
    END IF;
    PERFORM gridmap.recount(ARRAY(
        SELECT DISTINCT grid_id FROM gridmap.building
        WHERE id IN (SELECT unnest(homes)) AND grid_id IS NOT NULL
    ));
    RETURN NULL;
END
$$;

-- After the grids in force change: give the new ones a count and attach the community's things again.
CREATE FUNCTION gridmap.attach_to_grids() RETURNS trigger
LANGUAGE plpgsql SET search_path = gridmap, public AS $$
DECLARE
    communities bigint[];
    table_name text;
    ids bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        communities := ARRAY(SELECT DISTINCT community_id FROM new_rows WHERE valid_from IS NOT NULL);
    ELSE
        communities := ARRAY(
            SELECT DISTINCT new_rows.community_id FROM new_rows JOIN old_rows USING (id)
            WHERE (new_rows.valid_from, new_rows.valid_to) IS DISTINCT FROM (old_rows.valid_from, old_rows.valid_to)
                OR (new_rows.valid_from IS NOT NULL
                    AND ST_AsEWKB(new_rows.geom) IS DISTINCT FROM ST_AsEWKB(old_rows.geom))
        );
    END IF;
    IF cardinality(communities) = 0 THEN
        RETURN NULL;
    END IF;
    INSERT INTO grid_count (grid_id)
    SELECT unnest(grids_in_force(communities)) ON CONFLICT DO NOTHING;
    FOREACH table_name IN ARRAY attachable_tables() LOOP
        EXECUTE format('SELECT array_agg(id) FROM gridmap.%I WHERE community_id IN (SELECT unnest($1))', table_name)
            INTO ids USING communities;
        IF ids IS NOT NULL THEN
            PERFORM attach(table_name, ids);
        END IF;
    END LOOP;
    PERFORM recount(grids_in_force(communities));
    RETURN NULL;
END
$$;

-- After communities come, change or go: attach again what lies, or lay, in them.
CREATE FUNCTION gridmap.attach_to_areas() RETURNS trigger
LANGUAGE plpgsql SET search_path = gridmap, public AS $$
DECLARE
    shapes geometry[];
    table_name text;
    ids bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        shapes := ARRAY(SELECT geom FROM new_rows WHERE level = 'community');
    ELSE
        shapes := ARRAY(
            SELECT unnest(ARRAY[new_rows.geom, old_rows.geom]) FROM new_rows JOIN old_rows USING (id)
            WHERE 'community' IN (new_rows.level, old_rows.level)
                AND (new_rows.level <> old_rows.level
                    OR ST_AsEWKB(new_rows.geom) IS DISTINCT FROM ST_AsEWKB(old_rows.geom))
        );
    END IF;
    IF cardinality(shapes) = 0 THEN
        RETURN NULL;
    END IF;
    FOREACH table_name IN ARRAY attachable_tables() LOOP
        EXECUTE format(
            'SELECT array_agg(DISTINCT thing.id) FROM unnest($1) AS shape
             JOIN gridmap.%I AS thing ON ST_Intersects(thing.geom, shape)', table_name)
            INTO ids USING shapes;
        IF ids IS NOT NULL THEN
            PERFORM attach(table_name, ids);
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY gridmap.attachable_tables() LOOP
        EXECUTE format('CREATE TRIGGER attach_new AFTER INSERT ON gridmap.%I
            REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.attach_new()', table_name);
        EXECUTE format('CREATE TRIGGER attach_moved AFTER UPDATE ON gridmap.%I
            REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION gridmap.attach_moved()', table_name);
        EXECUTE format('CREATE TRIGGER recount_new AFTER INSERT ON gridmap.%I
            REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.recount_new()', table_name);
        EXECUTE format('CREATE TRIGGER recount_changed AFTER UPDATE ON gridmap.%I
            REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION gridmap.recount_changed()', table_name);
        EXECUTE format('CREATE TRIGGER recount_gone AFTER DELETE ON gridmap.%I
            REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.recount_gone()', table_name);
    END LOOP;
END
$$;

CREATE TRIGGER recount_communities_new AFTER INSERT ON gridmap.cell
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.recount_communities();
CREATE TRIGGER recount_communities_changed AFTER UPDATE ON gridmap.cell
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.recount_communities();
CREATE TRIGGER recount_communities_gone AFTER DELETE ON gridmap.cell
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.recount_communities();

CREATE TRIGGER recount_new AFTER INSERT ON gridmap.resident
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.recount_residents();
CREATE TRIGGER recount_changed AFTER UPDATE ON gridmap.resident
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION gridmap.recount_residents();
CREATE TRIGGER recount_gone AFTER DELETE ON gridmap.resident
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.recount_residents();

CREATE TRIGGER attach_new AFTER INSERT ON gridmap.grid
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.attach_to_grids();
CREATE TRIGGER attach_changed AFTER UPDATE ON gridmap.grid
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION gridmap.attach_to_grids();

CREATE TRIGGER attach_new AFTER INSERT ON gridmap.area
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.attach_to_areas();
CREATE TRIGGER attach_changed AFTER UPDATE ON gridmap.area
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION gridmap.attach_to_areas();
