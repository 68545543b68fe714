-- Vector tiles kept for all processes of a server, and where things changed since they were made.

-- A tile is as good as the snapshot it was made in: it holds until a change that this snapshot does not see touches it.
-- That is exact whatever the order in which transactions end, and needs no lock. What is kept here can be made again, so
-- it is not written to the log and is gone after a crash. A snapshot from the future is one of another server, whose tiles
-- came with a copy of its data.
ALTER TABLE gridmap.kept_tile SET UNLOGGED;
ALTER TABLE gridmap.kept_tile ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE VIEW published.kept_tiles AS
SELECT key, body FROM gridmap.kept_tile AS tile
WHERE pg_snapshot_xmax(tile.snapshot::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot()) AND NOT EXISTS (
    SELECT FROM gridmap.tile_change AS change
    WHERE change.layer = tile.layer AND change.transaction >= pg_snapshot_xmin(tile.snapshot::pg_snapshot)::text::bigint
        AND NOT pg_visible_in_snapshot(change.transaction::text::xid8, tile.snapshot::pg_snapshot)
        AND change.west <= tile.east AND tile.west <= change.east
        AND change.south <= tile.north AND tile.south <= change.north
);
GRANT SELECT ON published.kept_tiles TO gridmap_published, gridmap_app;

CREATE FUNCTION published.keep_tile(
    key text, layer text, west double precision, south double precision, east double precision,
    north double precision, snapshot text, body bytea
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = gridmap, pg_temp AS $$
    INSERT INTO kept_tile (key, layer, west, south, east, north, snapshot, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (key) DO UPDATE SET snapshot = excluded.snapshot, body = excluded.body, made_at = excluded.made_at
$$;
REVOKE EXECUTE ON FUNCTION published.keep_tile FROM PUBLIC;
GRANT EXECUTE ON FUNCTION published.keep_tile TO gridmap_published;

-- Tiles that do not hold any more, those an hour old, and the oldest of what is more than so many bytes; then changes that
-- no kept tile, and none that is being made, can be older than. A query for a tile is stopped long before an hour.
CREATE FUNCTION gridmap.sweep_tiles(most_bytes bigint) RETURNS void
LANGUAGE sql SET search_path = gridmap, published, pg_temp AS $$
    DELETE FROM kept_tile WHERE made_at < now() - interval '1 hour' OR key NOT IN (SELECT key FROM published.kept_tiles);
    DELETE FROM kept_tile USING (
        SELECT key, sum(octet_length(body)) OVER (ORDER BY made_at DESC, key) AS newer FROM kept_tile
    ) AS aged WHERE aged.key = kept_tile.key AND aged.newer > most_bytes;
    DELETE FROM tile_change WHERE at < now() - interval '2 hours';
$$;
REVOKE EXECUTE ON FUNCTION gridmap.sweep_tiles FROM PUBLIC;
GRANT SELECT, DELETE ON gridmap.kept_tile TO gridmap_app;
GRANT SELECT, INSERT, DELETE ON gridmap.tile_change TO gridmap_app;
GRANT EXECUTE ON FUNCTION gridmap.sweep_tiles TO gridmap_app;

-- Note where features of a layer changed, once for each neighbourhood of a fiftieth of a degree, or once for all where
-- they are many, and tell the servers. Nothing is noted for shapes that are null or empty.
CREATE FUNCTION gridmap.note_tile_change(changed_layer text, shapes geometry[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = gridmap, public, pg_temp AS $$
    WITH shape AS (
        SELECT geom, floor(ST_XMin(geom) * 50) AS x, floor(ST_YMin(geom) * 50) AS y
        FROM unnest(shapes) AS geom WHERE NOT ST_IsEmpty(geom)
    ),
    neighbourhood AS (SELECT ST_Extent(geom) AS box FROM shape GROUP BY x, y),
    whole AS (SELECT count(*) AS parts, ST_Extent(box) AS box FROM neighbourhood),
    noted AS (
        INSERT INTO tile_change (layer, west, south, east, north)
        SELECT changed_layer, ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box)
        FROM (
            SELECT neighbourhood.box FROM neighbourhood, whole WHERE parts <= 50
            UNION ALL SELECT box FROM whole WHERE parts > 50
        ) AS chosen
        RETURNING layer, west, south, east, north
    )
    SELECT pg_notify('gridmap_tiles', concat_ws(' ', layer, west, south, east, north)) FROM noted;
$$;
REVOKE EXECUTE ON FUNCTION gridmap.note_tile_change FROM PUBLIC;

-- Of a table whose rows are the features of a layer.
CREATE FUNCTION gridmap.note_new() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = gridmap, public, pg_temp AS $$
BEGIN
    PERFORM note_tile_change(TG_ARGV[0], ARRAY(SELECT geom FROM new_rows));
    RETURN NULL;
END
$$;

CREATE FUNCTION gridmap.note_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = gridmap, public, pg_temp AS $$
BEGIN
    PERFORM note_tile_change(
        TG_ARGV[0], ARRAY(SELECT geom FROM old_rows UNION ALL SELECT geom FROM new_rows)
    );
    RETURN NULL;
END
$$;

CREATE FUNCTION gridmap.note_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = gridmap, public, pg_temp AS $$
BEGIN
    PERFORM note_tile_change(TG_ARGV[0], ARRAY(SELECT geom FROM old_rows));
    RETURN NULL;
END
$$;

CREATE FUNCTION gridmap.note_emptied() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = gridmap, public, pg_temp AS $$
BEGIN
    PERFORM note_tile_change(TG_ARGV[0], ARRAY[ST_MakeEnvelope(-180, -90, 180, 90, 4326)]);
    RETURN NULL;
END
$$;

-- A grid that is or was in force shows itself, and its code on what lies in it.
CREATE FUNCTION gridmap.note_grids() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = gridmap, public, pg_temp AS $$
DECLARE
    shapes geometry[] := ARRAY(SELECT geom FROM new_rows WHERE valid_from IS NOT NULL);
BEGIN
    PERFORM note_tile_change(layer, shapes)
    FROM unnest(ARRAY['grids', 'buildings', 'cells', 'places', 'facilities', 'organisations']) AS layer;
    RETURN NULL;
END
$$;

-- What is counted in a grid shows on it; which counts are kept back, on its buildings and cells.
CREATE FUNCTION gridmap.note_counts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = gridmap, public, pg_temp AS $$
BEGIN
    PERFORM note_tile_change('grids', ARRAY(
        SELECT geom FROM grid JOIN new_rows ON new_rows.grid_id = grid.id JOIN old_rows USING (grid_id)
        WHERE valid_from IS NOT NULL AND new_rows IS DISTINCT FROM old_rows
    ));
    PERFORM note_tile_change(layer, ARRAY(
        SELECT geom FROM grid JOIN new_rows ON new_rows.grid_id = grid.id JOIN old_rows USING (grid_id)
        WHERE CASE layer WHEN 'buildings' THEN new_rows.buildings_kept_back <> old_rows.buildings_kept_back
            ELSE new_rows.cells_kept_back <> old_rows.cells_kept_back END
    )) FROM unnest(ARRAY['buildings', 'cells']) AS layer;
    RETURN NULL;
END
$$;

-- The code of a community shows on everything in it, its name on its grids.
CREATE FUNCTION gridmap.note_areas() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = gridmap, public, pg_temp AS $$
DECLARE
    shapes geometry[] := ARRAY(SELECT geom FROM old_rows UNION ALL SELECT geom FROM new_rows);
BEGIN
    PERFORM note_tile_change(layer, shapes)
    FROM unnest(ARRAY['areas', 'grids', 'buildings', 'cells', 'places', 'facilities', 'organisations']) AS layer;
    RETURN NULL;
END
$$;

-- The name of an organisation shows on the facilities it owns.
CREATE FUNCTION gridmap.note_owners() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = gridmap, public, pg_temp AS $$
BEGIN
    PERFORM note_tile_change('facilities', ARRAY(
        SELECT facility.geom FROM facility JOIN new_rows ON new_rows.id = facility.owner_id JOIN old_rows ON old_rows.id = new_rows.id
        WHERE new_rows.name IS DISTINCT FROM old_rows.name
    ));
    RETURN NULL;
END
$$;

DO $$
DECLARE
    noted record;
BEGIN
    FOR noted IN
        SELECT * FROM (VALUES
            ('area', 'areas'), ('building', 'buildings'), ('cell', 'cells'), ('place', 'places'),
            ('facility', 'facilities'), ('road', 'roads'), ('organisation', 'organisations')
        ) AS feature (table_name, layer)
    LOOP
        EXECUTE format('CREATE TRIGGER tiles_new AFTER INSERT ON gridmap.%I
            REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.note_new(%L)', noted.table_name, noted.layer);
        EXECUTE format('CREATE TRIGGER tiles_changed AFTER UPDATE ON gridmap.%I
            REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION gridmap.note_changed(%L)', noted.table_name, noted.layer);
        EXECUTE format('CREATE TRIGGER tiles_gone AFTER DELETE ON gridmap.%I
            REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.note_gone(%L)', noted.table_name, noted.layer);
        EXECUTE format('CREATE TRIGGER tiles_emptied AFTER TRUNCATE ON gridmap.%I
            FOR EACH STATEMENT EXECUTE FUNCTION gridmap.note_emptied(%L)', noted.table_name, noted.layer);
    END LOOP;
END
$$;

CREATE TRIGGER tiles_of_communities AFTER UPDATE ON gridmap.area
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.note_areas();
CREATE TRIGGER tiles_of_owners AFTER UPDATE ON gridmap.organisation
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.note_owners();
CREATE TRIGGER tiles_new AFTER INSERT ON gridmap.grid
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.note_grids();
CREATE TRIGGER tiles_changed AFTER UPDATE ON gridmap.grid
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.note_grids();
CREATE TRIGGER tiles_gone AFTER DELETE ON gridmap.grid
    REFERENCING OLD TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.note_grids();
CREATE TRIGGER tiles_emptied AFTER TRUNCATE ON gridmap.grid FOR EACH STATEMENT EXECUTE FUNCTION gridmap.note_emptied('grids');
CREATE TRIGGER tiles_of_counts AFTER UPDATE ON gridmap.grid_count
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION gridmap.note_counts();
