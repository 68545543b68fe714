-- identify --
-- Say for this transaction who acts and why; the history triggers read it.
SELECT set_config('gridmap.actor', :actor, true), set_config('gridmap.reason', :reason, true);

-- take_role --
-- Act for the rest of this transaction with the rights of a narrower role (SET LOCAL ROLE with a bound value).
SELECT set_config('role', :role, true);

-- secret --
-- The key to sign by for a purpose.
SELECT value FROM gridmap.secret WHERE purpose = :purpose;

-- settings_to_share --
-- The role and the time limit of this transaction, for another that reads for it.
SELECT current_setting('role'), current_setting('statement_timeout');
