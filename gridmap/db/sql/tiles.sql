-- Vector tiles kept for all processes of a server. The query that makes one is composed in gridmap/db/tiles.

-- read_published_always --
-- For the rest of this connection: the rights of the public, reading only, within a time, in one process.
SELECT set_config('role', 'gridmap_published', false), set_config('default_transaction_read_only', 'on', false),
    set_config('statement_timeout', :milliseconds, false), set_config('timezone', 'UTC', false),
    set_config('max_parallel_workers_per_gather', '0', false), set_config('jit', 'off', false);

-- await_tile --
-- Wait until no other process makes a tile.
SELECT pg_advisory_unlock(number) FROM (
    SELECT number, pg_advisory_lock(number) FROM hashtextextended(:key, 0) AS number
) AS waited;

-- keep_tile --
-- Keep a tile that was made, and let the processes go on that wait for it.
BEGIN READ WRITE;
SELECT published.keep_tile(
    :key, :layer, :west_kept, :south_kept, :east_kept, :north_kept, :snapshot, :body
);
COMMIT;
SELECT pg_advisory_unlock(hashtextextended(:key, 0));

-- sweep_tiles --
-- Forget tiles that do not hold any more, and the oldest where there are too many.
SELECT gridmap.sweep_tiles(:most_bytes);
