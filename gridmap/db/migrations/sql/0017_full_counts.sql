-- The same rows as before, read once: they were looked up in the table a second time for each building.
CREATE OR REPLACE VIEW gridmap.full_building AS
SELECT building.id, building.name, building.use, building.floors, building.house_number, building.street,
    building.households, building.household_source = 'estimated' AS households_estimated,
    building.stand_in, grid.code AS grid, community.code AS community, building.geom
FROM gridmap.building
LEFT JOIN gridmap.grid ON grid.id = building.grid_id
LEFT JOIN gridmap.area AS community ON community.id = building.community_id;

CREATE OR REPLACE VIEW gridmap.full_cell AS
SELECT cell.id, cell.source_id, cell.households, grid.code AS grid, community.code AS community, cell.geom
FROM gridmap.cell
LEFT JOIN gridmap.grid ON grid.id = cell.grid_id
LEFT JOIN gridmap.area AS community ON community.id = cell.community_id;
