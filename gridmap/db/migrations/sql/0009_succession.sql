-- Who a grid came from stays true.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gridmap.grid_succession
    FOR EACH STATEMENT EXECUTE FUNCTION gridmap.refuse_change();

GRANT SELECT, INSERT ON gridmap.grid_succession TO gridmap_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA gridmap TO gridmap_app;
