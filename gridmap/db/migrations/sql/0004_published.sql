-- What anyone may see. People appear as counts only; a count of residents is shown where at least 10
-- households and 5 people stand behind it, a building's households where there are at least 10.

CREATE VIEW published.areas AS
SELECT area.id, area.code, area.name, area.level, parent.code AS parent, area.urban, area.types,
    area.synthetic, area.attribution, area.geom, area.geom_3857
FROM gridmap.area LEFT JOIN gridmap.area AS parent ON parent.id = area.parent_id;

CREATE VIEW published.grids AS
SELECT grid.id, grid.code, coalesce(grid.name, grid.code) AS name, grid.kind,
    community.code AS community, community.name AS community_name, grid.plan_id AS plan,
    held.households, held.households_estimated > 0 AS households_estimated,
    held.households_estimated AS households_estimated_count,
    CASE WHEN held.households >= 10 AND held.residents >= 5 THEN held.residents END AS residents,
    held.residents IS NOT NULL AND NOT (held.households >= 10 AND held.residents >= 5) AS residents_suppressed,
    held.buildings, held.buildings_with_households, held.places, held.facilities, held.organisations,
    held.matters_open, held.matters_closed,
    round(grid.area_m2::numeric, 1)::double precision AS area_m2,
    CASE WHEN grid.kind = 'general' THEN held.households BETWEEN plan.band_minimum AND plan.band_maximum
        END AS in_band,
    CASE WHEN grid.kind = 'dedicated' THEN 'dedicated'
        WHEN held.households < plan.band_minimum THEN 'under'
        WHEN held.households > plan.band_maximum THEN 'over'
        ELSE 'in' END AS band,
    plan.band_minimum, plan.band_maximum, community.synthetic, grid.valid_from, grid.valid_to,
    grid.geom, grid.geom_3857, grid.label_3857
FROM gridmap.grid
JOIN gridmap.plan ON plan.id = grid.plan_id
JOIN gridmap.area AS community ON community.id = grid.community_id
JOIN gridmap.grid_count AS held ON held.grid_id = grid.id
WHERE plan.status = 'published' AND grid.valid_to IS NULL;

CREATE VIEW published.plans AS
SELECT plan.id, community.code AS community, plan.verdict, plan.author, plan.reason, plan.band_minimum,
    plan.band_maximum, plan.score, plan.certificate, plan.findings, plan.created_at, plan.published_at
FROM gridmap.plan JOIN gridmap.area AS community ON community.id = plan.community_id
WHERE plan.status = 'published';

CREATE VIEW published.buildings AS
SELECT building.id, building.name, building.use, building.floors, building.house_number, building.street,
    CASE WHEN building.households >= 10 THEN building.households END AS households,
    CASE WHEN building.households >= 10 THEN building.household_source = 'estimated' END AS households_estimated,
    building.stand_in, grid.code AS grid, community.code AS community, building.geom, building.geom_3857
FROM gridmap.building
LEFT JOIN gridmap.grid ON grid.id = building.grid_id
LEFT JOIN gridmap.area AS community ON community.id = building.community_id;

CREATE VIEW published.cells AS
SELECT cell.id, cell.source_id,
    CASE WHEN cell.households >= 10 THEN cell.households END AS households,
    grid.code AS grid, community.code AS community, cell.geom, cell.geom_3857
FROM gridmap.cell
LEFT JOIN gridmap.grid ON grid.id = cell.grid_id
LEFT JOIN gridmap.area AS community ON community.id = cell.community_id;

CREATE VIEW published.places AS
SELECT place.id, place.name, place.kind, grid.code AS grid, community.code AS community, place.geom, place.geom_3857
FROM gridmap.place
LEFT JOIN gridmap.grid ON grid.id = place.grid_id
LEFT JOIN gridmap.area AS community ON community.id = place.community_id;

CREATE VIEW published.facilities AS
SELECT facility.id, facility.name, facility.kind, facility.tier, facility.floor_area_m2, facility.capacity,
    facility.hours, facility.address, owner.name AS owner, grid.code AS grid, community.code AS community,
    facility.geom, facility.geom_3857
FROM gridmap.facility
LEFT JOIN gridmap.organisation AS owner ON owner.id = facility.owner_id
LEFT JOIN gridmap.grid ON grid.id = facility.grid_id
LEFT JOIN gridmap.area AS community ON community.id = facility.community_id;

CREATE VIEW published.roads AS
SELECT id, class, name, geom, geom_3857 FROM gridmap.road;

CREATE VIEW published.organisations AS
SELECT organisation.id, organisation.name, organisation.kind, organisation.contact, grid.code AS grid,
    community.code AS community, organisation.geom, organisation.geom_3857
FROM gridmap.organisation
LEFT JOIN gridmap.grid ON grid.id = organisation.grid_id
LEFT JOIN gridmap.area AS community ON community.id = organisation.community_id;

CREATE VIEW published.roles AS
SELECT role.id, role.kind, role.holder, role.contact, role.grid_code AS grid, community.code AS community
FROM gridmap.role JOIN gridmap.area AS community ON community.id = role.community_id;

CREATE VIEW published.matter_counts AS
SELECT grid.code AS grid, matter.kind, matter_kind.name_en, matter_kind.name_zh,
    count(*) FILTER (WHERE matter.closed_at IS NULL) AS open,
    count(*) FILTER (WHERE matter.closed_at IS NOT NULL) AS closed
FROM gridmap.matter
JOIN gridmap.matter_kind USING (kind)
JOIN gridmap.grid ON grid.id = matter.grid_id
GROUP BY grid.code, matter.kind, matter_kind.name_en, matter_kind.name_zh;

GRANT USAGE ON SCHEMA published TO gridmap_published, gridmap_app;
GRANT SELECT ON ALL TABLES IN SCHEMA published TO gridmap_published, gridmap_app;

GRANT USAGE ON SCHEMA gridmap TO gridmap_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA gridmap TO gridmap_app;
REVOKE UPDATE, DELETE ON gridmap.audit, gridmap.grid_code FROM gridmap_app;
REVOKE INSERT, UPDATE, DELETE ON gridmap.alembic_version FROM gridmap_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA gridmap TO gridmap_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA gridmap FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA gridmap TO gridmap_app;
