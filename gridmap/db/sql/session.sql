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

-- take_settings --
-- Take them for the rest of a connection, and read in one process: rows come at once, as they are in order, while another
-- processor writes them; several processes would sort them first.
SELECT set_config('role', :role, false), set_config('statement_timeout', :limit, false),
    set_config('max_parallel_workers_per_gather', '0', false);
