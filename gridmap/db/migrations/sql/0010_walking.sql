-- Gates say when they are open and to whom, ways at which level they lie; of a study anyone sees what is no small count.

CREATE OR REPLACE VIEW published.places AS
SELECT place.id, place.name, place.kind, grid.code AS grid, community.code AS community, place.geom, place.geom_3857,
    place.hours, place.residents_only, place.floor_area_m2
FROM gridmap.place
LEFT JOIN gridmap.grid ON grid.id = place.grid_id
LEFT JOIN gridmap.area AS community ON community.id = place.community_id;

CREATE OR REPLACE VIEW published.roads AS
SELECT id, class, name, geom, geom_3857, level, covered FROM gridmap.road;

CREATE VIEW published.studies AS
SELECT study.id, study.kind, area.code AS area, area.name AS area_name, study.question, study.data_dates,
    study.norm_version, study.public_result AS result, study.created_at
FROM gridmap.study JOIN gridmap.area ON area.id = study.area_id;

CREATE VIEW published.study_homes AS
SELECT home.study_id, home.norm,
    coalesce('building/' || home.building_id, 'cell/' || home.cell_id) AS home, coalesce(building.name, cell.source_id) AS name,
    CASE WHEN coalesce(building.households, cell.households) >= 10
        THEN coalesce(building.households, cell.households) END AS households,
    coalesce(building_grid.code, cell_grid.code) AS grid, facility.name AS facility, home.metres, home.verdict,
    home.reason, coalesce(building.geom, cell.geom) AS geom
FROM gridmap.study_home AS home
LEFT JOIN gridmap.building ON building.id = home.building_id
LEFT JOIN gridmap.cell ON cell.id = home.cell_id
LEFT JOIN gridmap.grid AS building_grid ON building_grid.id = building.grid_id
LEFT JOIN gridmap.grid AS cell_grid ON cell_grid.id = cell.grid_id
LEFT JOIN gridmap.facility ON facility.id = home.facility_id;

GRANT SELECT ON published.studies, published.study_homes TO gridmap_published, gridmap_app;
GRANT SELECT, INSERT, DELETE ON gridmap.study, gridmap.study_home TO gridmap_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON gridmap.job TO gridmap_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA gridmap TO gridmap_app;
