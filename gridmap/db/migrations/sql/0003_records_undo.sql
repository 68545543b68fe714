DROP FUNCTION gridmap.check_published_plan, gridmap.refuse_change, gridmap.chain_audit CASCADE;
DROP FUNCTION gridmap.broken_audit_lines;
