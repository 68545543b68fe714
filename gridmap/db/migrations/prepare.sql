CREATE EXTENSION IF NOT EXISTS postgis;

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['gridmap_owner', 'gridmap_app', 'gridmap_published'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
        IF NOT pg_has_role(CURRENT_USER, role_name, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', role_name);
        END IF;
    END LOOP;
END
$$;

CREATE SCHEMA IF NOT EXISTS gridmap AUTHORIZATION gridmap_owner;
CREATE SCHEMA IF NOT EXISTS published AUTHORIZATION gridmap_owner;
SET LOCAL ROLE gridmap_owner;
SET LOCAL search_path = gridmap, public;
