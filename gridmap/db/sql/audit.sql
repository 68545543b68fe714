-- append_audit_line --
-- Append a line to the audit trail; the trigger sets time and hash.
INSERT INTO gridmap.audit (actor, action, subject, reason, details, hash)
VALUES (current_setting('gridmap.actor'), :action, :subject, current_setting('gridmap.reason'),
    CAST(:details AS jsonb), ''::bytea);
