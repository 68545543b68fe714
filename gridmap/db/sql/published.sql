-- read_published --
-- For the rest of this transaction: the rights of the public, reading only, within a time, clocks in UTC, in one
-- process and uncompiled (what is read here is small; starting helpers and a compiler takes longer than reading it).
SELECT set_config('role', 'gridmap_published', true), set_config('transaction_read_only', 'on', true),
    set_config('statement_timeout', :milliseconds, true), set_config('timezone', 'UTC', true),
    set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true);

-- zones --
-- The three-degree zones of CGCS2000 that communities within China's bounds lie in, as one array; their middles are 3° apart.
SELECT ARRAY(
    SELECT DISTINCT zone
    FROM published.areas,
        generate_series(round(ST_XMin(geom) / 3)::integer, round(ST_XMax(geom) / 3)::integer) AS zone
    WHERE level = 'community' AND ST_YMax(geom) > 16 AND ST_YMin(geom) < 54
) AS zones;
