-- Grids of any time: those in force, and those of plans that were replaced.

-- Of former grids no counts are told: what a former and a present grid that overlap have apart may be one building.
CREATE VIEW published.grid_history AS
SELECT id, code, name, kind, community, plan, households, households_estimated, residents, area_m2, in_band,
    valid_from, valid_to, geom
FROM published.grids
UNION ALL
SELECT grid.id, grid.code, coalesce(grid.name, grid.code), grid.kind, community.code, grid.plan_id,
    NULL, NULL, NULL, round(grid.area_m2::numeric, 1)::double precision, NULL,
    grid.valid_from, grid.valid_to, grid.geom
FROM gridmap.grid JOIN gridmap.area AS community ON community.id = grid.community_id
WHERE grid.valid_to IS NOT NULL;

GRANT SELECT ON published.grid_history TO gridmap_published, gridmap_app;

-- Two random UUIDs hold 244 random bits.
INSERT INTO gridmap.secret (purpose, value)
VALUES ('paging', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
GRANT SELECT ON gridmap.secret TO gridmap_app;
