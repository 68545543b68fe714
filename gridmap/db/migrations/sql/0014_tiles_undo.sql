-- No tiles are kept, and changes are not noted.
DO $$
DECLARE
    noting record;
BEGIN
    FOR noting IN
        SELECT tgname, tgrelid::regclass AS table_name FROM pg_trigger
        WHERE tgname LIKE 'tiles\_%' AND NOT tgisinternal
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', noting.tgname, noting.table_name);
    END LOOP;
END
$$;
DROP FUNCTION gridmap.note_new(), gridmap.note_changed(), gridmap.note_gone(), gridmap.note_emptied(),
    gridmap.note_grids(), gridmap.note_counts(), gridmap.note_areas(), gridmap.note_owners();
DROP FUNCTION gridmap.note_tile_change(text, geometry[]);
DROP FUNCTION gridmap.sweep_tiles(bigint);
DROP FUNCTION published.keep_tile(text, text, double precision, double precision, double precision, double precision, text, bytea);
DROP VIEW published.kept_tiles;
