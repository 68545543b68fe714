-- Each audit line carries the hash of the one before, so that a changed or missing line shows.
CREATE FUNCTION gridmap.chain_audit() RETURNS trigger
LANGUAGE plpgsql SET search_path = gridmap, public AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('gridmap.audit'));
    NEW.id := nextval(pg_get_serial_sequence('gridmap.audit', 'id'));
    NEW.at := clock_timestamp();
    NEW.previous_hash := (SELECT hash FROM audit ORDER BY id DESC LIMIT 1);
    NEW.hash := sha256(coalesce(NEW.previous_hash, ''::bytea) || convert_to(jsonb_build_array(
        NEW.id, extract(epoch FROM NEW.at)::text, NEW.actor, NEW.action, NEW.subject, NEW.reason, NEW.details
    )::text, 'UTF8'));
    RETURN NEW;
END
$$;

CREATE FUNCTION gridmap.refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only';
END
$$;

CREATE TRIGGER chain BEFORE INSERT ON gridmap.audit FOR EACH ROW EXECUTE FUNCTION gridmap.chain_audit();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gridmap.audit
    FOR EACH STATEMENT EXECUTE FUNCTION gridmap.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON gridmap.grid_code
    FOR EACH STATEMENT EXECUTE FUNCTION gridmap.refuse_change();

-- Lines whose hash does not follow from their content and the line before. None: the trail is whole.
CREATE FUNCTION gridmap.broken_audit_lines() RETURNS SETOF bigint
LANGUAGE sql STABLE SET search_path = gridmap, public AS $$
    SELECT id FROM (
        SELECT *, lag(hash) OVER (ORDER BY id) AS hash_before FROM audit
    ) AS line
    WHERE previous_hash IS DISTINCT FROM hash_before
        OR hash <> sha256(coalesce(previous_hash, ''::bytea) || convert_to(jsonb_build_array(
            id, extract(epoch FROM at)::text, actor, action, subject, reason, details
        )::text, 'UTF8'))
$$;

-- At the end of the transaction that publishes a plan: every household of the community is in exactly one
-- of its grids (a thing has one grid_id, so at least one is at most one), and no two grids overlap.
CREATE FUNCTION gridmap.check_published_plan() RETURNS trigger
LANGUAGE plpgsql SET search_path = gridmap, public AS $$
DECLARE
    homeless bigint;
    overlap double precision;
BEGIN
    SELECT count(*) INTO homeless FROM (
        SELECT grid_id FROM building WHERE community_id = NEW.community_id AND households > 0
        UNION ALL
        SELECT grid_id FROM cell WHERE community_id = NEW.community_id AND households > 0
    ) AS carrier
    WHERE NOT EXISTS (SELECT FROM grid WHERE grid.id = carrier.grid_id AND grid.plan_id = NEW.id);
    IF homeless > 0 THEN
        RAISE EXCEPTION '% buildings or cells with households lie in no grid of plan %', homeless, NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_households_in_one_grid';
    END IF;
    SELECT coalesce(sum(ST_Area(ST_Intersection(one.geom, other.geom)::geography)), 0) INTO overlap
    FROM grid AS one JOIN grid AS other
        ON one.plan_id = other.plan_id AND one.id < other.id AND ST_Overlaps(one.geom, other.geom)
    WHERE one.plan_id = NEW.id;
    IF overlap > 1 THEN
        RAISE EXCEPTION 'Grids of plan % overlap by % m²', NEW.id, round(overlap)
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_grids_do_not_overlap';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER check_published AFTER INSERT OR UPDATE ON gridmap.plan
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'published')
    EXECUTE FUNCTION gridmap.check_published_plan();
