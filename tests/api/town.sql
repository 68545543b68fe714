-- A street with three communities, each a square of 0.01 degrees, west to east:
--
--     116.40      116.41      116.42      116.43
--       | 001 | 002 | divided community 东园 (3 grids: two general, one dedicated strip on the east)
--                   | 西园: not divided, 120 households
--                               | 南园: proved infeasible
INSERT INTO gridmap.area (code, name, level, synthetic, attribution, geom) VALUES
    ('110101001000', '示意街道', 'street', true, '示意数据',
        ST_Multi(ST_MakeEnvelope(116.40, 39.90, 116.43, 39.91, 4326)));
INSERT INTO gridmap.import_run
    (kind, dataset, file_name, file_sha256, rows_read, rows_taken, rows_quarantined, imported_at)
    VALUES ('buildings', 'town', 'town.csv', 'x', 40, 40, 0, '2026-05-01T08:00:00Z');
INSERT INTO gridmap.area (code, name, level, parent_id, synthetic, types, geom)
SELECT community.code, community.name, 'community', parent.id, true,
    CASE WHEN west = 116.40 THEN '{new,work_unit}'::text[] ELSE '{}' END, ST_Multi(ST_MakeEnvelope(west, 39.90, west + 0.01, 39.91, 4326))
FROM gridmap.area AS parent,
    (VALUES ('110101001001', '东园社区', 116.40), ('110101001002', '西园社区', 116.41),
        ('110101001003', '南园社区', 116.42)) AS community (code, name, west);

INSERT INTO gridmap.plan (community_id, verdict, author, reason, band_minimum, band_maximum, inputs_hash, certificate)
SELECT id, CASE WHEN code = '110101001003' THEN 'infeasible' ELSE 'divided' END, '规划员', '首次划分', 300, 500, 'x',
    CASE WHEN code = '110101001003' THEN
        '{"kind": "arithmetic", "text": {"en": "556 households fit no number of grids.", "zh": "556 户无法划分。"}}'::jsonb
    END
FROM gridmap.area WHERE code IN ('110101001001', '110101001003');
INSERT INTO gridmap.grid_code (code, community_id, sequence)
SELECT code || lpad(n::text, 3, '0'), id, n FROM gridmap.area, generate_series(1, 3) AS n WHERE code = '110101001001';
INSERT INTO gridmap.grid (plan_id, community_id, sequence, code, name, kind, planned_households, geom)
SELECT plan.id, area.id, n, area.code || lpad(n::text, 3, '0'), shape.name, shape.kind, shape.households,
    ST_MakeEnvelope(shape.west, 39.90, shape.east, 39.91, 4326)
FROM gridmap.plan JOIN gridmap.area ON area.id = plan.community_id,
    (VALUES (1, NULL, 'general', 400, 116.400, 116.404), (2, '花园网格', 'general', 200, 116.404, 116.408),
        (3, '市场', 'dedicated', 0, 116.408, 116.410)) AS shape (n, name, kind, households, west, east)
WHERE area.code = '110101001001';

-- 30 homes of 20 households in 东园 (20 in its first grid, 10 in its second), 3 of 40 in 西园, 1 of 556 in 南园,
-- a stall with 3 households that nobody may see the count of
INSERT INTO gridmap.building
    (name, use, floors, house_number, street, households, household_source, dataset, source_id, import_id, geom)
SELECT home.name, home.use, home.floors, home.house_number, '花园路', home.households, home.source, 'town',
    home.source_id, 1, ST_Buffer(ST_SetSRID(ST_Point(home.lon, home.lat), 4326)::geography, 10, 'quad_segs=1')::geometry
FROM (
    SELECT '东园' || n || '号楼' AS name, 'residential' AS use, 6 AS floors, n::text AS house_number, 20 AS households,
        CASE WHEN n = 1 THEN 'estimated' ELSE 'declared' END AS source, 'a' || n AS source_id,
        116.4002 + 0.00018 * n + CASE WHEN n > 20 THEN 0.0005 ELSE 0 END AS lon, 39.9001 + 0.0003 * n AS lat
    FROM generate_series(1, 30) AS n
    UNION ALL
    SELECT '西园' || n || '号楼', 'residential', 12, n::text, 40, 'declared', 'b' || n, 116.412 + 0.001 * n, 39.905
    FROM generate_series(1, 3) AS n
    UNION ALL SELECT '南园大厦', 'residential', 30, '1', 556, 'declared', 'c1', 116.425, 39.905
    UNION ALL SELECT '市场', 'retail', 2, '9', NULL, NULL, 'd1', 116.409, 39.905
    UNION ALL SELECT '门房', NULL, 1, '10', 3, 'declared', 'd2', 116.4163, 39.9055
) AS home;
INSERT INTO gridmap.organisation (name, kind, contact, dataset, source_id, geom)
VALUES ('花园业委会', 'owners_committee', '010-5550 0000', 'town', 'o1', ST_SetSRID(ST_Point(116.402, 39.905), 4326));
INSERT INTO gridmap.facility (name, kind, tier, floor_area_m2, hours, owner_id, dataset, source_id, geom)
VALUES ('社区卫生站 <b>', 'clinic', 'main', 240.5, '08:00–18:00', 1, 'town', 'f1',
    ST_SetSRID(ST_Point(116.4025, 39.9055), 4326));
INSERT INTO gridmap.place (name, kind, dataset, source_id, geom) VALUES
    ('花园小区', 'compound', 'town', 'p1', ST_MakeEnvelope(116.401, 39.901, 116.403, 39.903, 4326)),
    (NULL, 'gate', 'town', 'p2', ST_SetSRID(ST_Point(116.401, 39.902), 4326));
INSERT INTO gridmap.cell (households, dataset, source_id, geom)
VALUES (8, 'town', 'z1', ST_MakeEnvelope(116.44, 39.90, 116.445, 39.91, 4326)),
    (80, 'town', 'z2', ST_MakeEnvelope(116.445, 39.90, 116.45, 39.91, 4326));
INSERT INTO gridmap.road (class, name, dataset, source_id, geom)
SELECT class, name, 'town', name || n, ST_MakeLine(
    ST_SetSRID(ST_Point(116.40 + 0.01 * n, lat), 4326), ST_SetSRID(ST_Point(116.41 + 0.01 * n, lat), 4326))
FROM (VALUES ('primary', '花园路', 39.9), ('service', '东园100%弄_1', 39.9049)) AS line (class, name, lat),
    generate_series(0, 1) AS n;
INSERT INTO gridmap.matter_kind (kind, name_en, name_zh, states, end_states)
VALUES ('repair', 'Repair', '报修', '{open,done}', '{done}') ON CONFLICT DO NOTHING;
INSERT INTO gridmap.matter (kind, state, title, opened_at, closed_at, dataset, source_id, geom) VALUES
    ('repair', 'open', '路灯不亮', '2026-05-01T00:00:00Z', NULL, 'town', 'm1',
        ST_SetSRID(ST_Point(116.402, 39.904), 4326)),
    ('repair', 'done', '井盖破损', '2026-04-01T00:00:00Z', '2026-04-03T00:00:00Z', 'town', 'm2',
        ST_SetSRID(ST_Point(116.402, 39.904), 4326));
INSERT INTO gridmap.role (kind, holder, contact, community_id, grid_code)
SELECT 'grid_worker', '李岚', '010-5550 0001', id, '110101001001001' FROM gridmap.area WHERE code = '110101001001'
UNION ALL
SELECT 'mediator', '周山', NULL, id, NULL FROM gridmap.area WHERE code = '110101001001';
INSERT INTO gridmap.household (building_id, size, dataset, source_id)
SELECT building.id, CASE WHEN n <= 30 THEN 2 WHEN n <= 45 THEN 3 WHEN n <= 57 THEN 4 ELSE 6 END, 'town', 'h' || n
FROM gridmap.building, generate_series(1, 61) AS n WHERE building.source_id = 'a2';
INSERT INTO gridmap.resident (building_id, birth_year)
SELECT building.id, 1980 FROM gridmap.building, generate_series(1, 12) AS n WHERE building.source_id = 'a2'
UNION ALL
SELECT building.id, 1980 FROM gridmap.building, generate_series(1, 3) AS n WHERE building.source_id = 'a25';

-- publish --
UPDATE gridmap.plan SET status = 'published', published_at = '2026-05-02T00:00:00Z'
WHERE community_id = (SELECT id FROM gridmap.area WHERE code = '110101001001');
UPDATE gridmap.grid SET valid_from = '2026-05-02T00:00:00Z';
