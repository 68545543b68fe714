-- Layouts are read whole and do not compress well.
ALTER TABLE gridmap.layout ALTER COLUMN content SET STORAGE EXTERNAL;

-- What was done to a plan stays in its journal; a name once given to a moment keeps its meaning.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gridmap.plan_edit
    FOR EACH STATEMENT EXECUTE FUNCTION gridmap.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gridmap.plan_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION gridmap.refuse_change();

GRANT SELECT, INSERT, UPDATE, DELETE ON gridmap.layout, gridmap.drawing TO gridmap_app;
GRANT SELECT, INSERT ON gridmap.plan_edit, gridmap.plan_snapshot TO gridmap_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA gridmap TO gridmap_app;
