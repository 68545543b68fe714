CREATE OR REPLACE VIEW gridmap.full_building AS
SELECT shown.id, shown.name, shown.use, shown.floors, shown.house_number, shown.street,
    building.households, building.household_source = 'estimated' AS households_estimated,
    shown.stand_in, shown.grid, shown.community, shown.geom
FROM published.buildings AS shown JOIN gridmap.building ON building.id = shown.id;

CREATE OR REPLACE VIEW gridmap.full_cell AS
SELECT shown.id, shown.source_id, cell.households, shown.grid, shown.community, shown.geom
FROM published.cells AS shown JOIN gridmap.cell ON cell.id = shown.id;
