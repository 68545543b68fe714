-- Vector tiles kept for all processes of a server. The query that makes one is composed in gridmap/db/tiles.

-- read_published_always --
-- For the rest of this connection: the rights of the public, who may keep tiles and write nothing else, within a time, in
-- one process.
SELECT set_config('role', 'gridmap_published', false), set_config('statement_timeout', :milliseconds, false),
    set_config('timezone', 'UTC', false), set_config('max_parallel_workers_per_gather', '0', false),
    set_config('jit', 'off', false);

-- await_tile --
-- Wait until no other process makes a tile.
SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))::text;

-- sweep_tiles --
-- Forget tiles that do not hold any more, and the oldest where there are too many.
SELECT gridmap.sweep_tiles(:most_bytes);
