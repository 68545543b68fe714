DROP FUNCTION published.tile_kept_by_now(text);
DROP VIEW published.study_homes, published.buildings;

CREATE VIEW published.buildings AS
SELECT building.id, building.name, building.use, building.floors, building.house_number, building.street,
    CASE WHEN told.is_told THEN building.households END AS households,
    CASE WHEN told.is_told THEN building.household_source = 'estimated' END AS households_estimated,
    building.stand_in, grid.code AS grid, community.code AS community, building.geom, building.geom_3857
FROM gridmap.building
LEFT JOIN gridmap.grid ON grid.id = building.grid_id
LEFT JOIN gridmap.grid_count AS held ON held.grid_id = building.grid_id
CROSS JOIN LATERAL (
    SELECT building.households >= 10 AND building.id <> ALL (coalesce(held.buildings_kept_back, '{}')) AS is_told
) AS told
LEFT JOIN gridmap.area AS community ON community.id = building.community_id;

CREATE VIEW published.study_homes AS
SELECT home.study_id, home.norm,
    coalesce('building/' || home.building_id, 'cell/' || home.cell_id) AS home, coalesce(building.name, cell.source_id) AS name,
    coalesce(told.households, told_cell.households) AS households,
    coalesce(building_grid.code, cell_grid.code) AS grid, facility.name AS facility, home.metres, home.verdict,
    home.reason, coalesce(building.geom, cell.geom) AS geom
FROM gridmap.study_home AS home
LEFT JOIN gridmap.building ON building.id = home.building_id
LEFT JOIN gridmap.cell ON cell.id = home.cell_id
LEFT JOIN gridmap.grid AS building_grid ON building_grid.id = building.grid_id
LEFT JOIN gridmap.grid AS cell_grid ON cell_grid.id = cell.grid_id
LEFT JOIN published.buildings AS told ON told.id = home.building_id
LEFT JOIN published.cells AS told_cell ON told_cell.id = home.cell_id
LEFT JOIN gridmap.facility ON facility.id = home.facility_id;

GRANT SELECT ON published.buildings, published.study_homes TO gridmap_published, gridmap_app;
