-- put_matter_kind --
-- Describe a kind of matter, or describe it anew.
INSERT INTO gridmap.matter_kind (kind, name_en, name_zh, states, end_states, days_allowed)
VALUES (:kind, :name_en, :name_zh, :states, :end_states, :days_allowed)
ON CONFLICT (kind) DO UPDATE SET name_en = excluded.name_en, name_zh = excluded.name_zh,
    states = excluded.states, end_states = excluded.end_states, days_allowed = excluded.days_allowed;

-- put_matters --
-- Put the matters of a GeoJSON collection; those that are there already stay as they are.
INSERT INTO gridmap.matter (dataset, source_id, kind, state, title, opened_at, due_at, closed_at, geom)
SELECT :dataset, matter.source_id, matter.kind, matter.state, matter.title, matter.opened_at, matter.due_at,
    matter.closed_at, ST_SetSRID(ST_GeomFromGeoJSON(feature -> 'geometry'), 4326)
FROM jsonb_array_elements(CAST(:collection AS jsonb) -> 'features') AS feature
CROSS JOIN LATERAL jsonb_to_record(feature -> 'properties') AS matter (
    source_id text, kind text, state text, title text,
    opened_at timestamptz, due_at timestamptz, closed_at timestamptz)
ON CONFLICT (dataset, source_id) DO NOTHING;

-- put_roles --
-- Give each public role of a community one of its grids in turn; mediators have the whole community.
INSERT INTO gridmap.role (kind, holder, contact, community_id, grid_code)
SELECT given.kind, given.holder, given.contact, area.id, in_force.code
FROM (
    SELECT role.*, row_number() OVER (PARTITION BY community, kind ORDER BY contact) AS turn
    FROM jsonb_to_recordset(CAST(:roles AS jsonb)) AS role (kind text, holder text, contact text, community text)
) AS given
JOIN gridmap.area ON area.code = given.community
LEFT JOIN (
    SELECT community_id, code, row_number() OVER (PARTITION BY community_id ORDER BY code) AS turn,
        count(*) OVER (PARTITION BY community_id) AS grids
    FROM gridmap.grid WHERE valid_from IS NOT NULL AND valid_to IS NULL
) AS in_force
    ON in_force.community_id = area.id AND given.kind = 'grid_worker'
    AND in_force.turn = 1 + (given.turn - 1) % in_force.grids
ON CONFLICT DO NOTHING;
