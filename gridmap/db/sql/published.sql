-- read_published --
-- For the rest of this transaction: the rights of the public, reading only, within a time, clocks in UTC, in one
-- process (what is read here is small, and starting helpers takes longer than reading it).
SELECT set_config('role', 'gridmap_published', true), set_config('transaction_read_only', 'on', true),
    set_config('statement_timeout', :milliseconds, true), set_config('timezone', 'UTC', true),
    set_config('max_parallel_workers_per_gather', '0', true);
