-- The published buildings and cells, with the household counts that are too small to publish.
CREATE VIEW gridmap.full_building AS
SELECT shown.id, shown.name, shown.use, shown.floors, shown.house_number, shown.street,
    building.households, building.household_source = 'estimated' AS households_estimated,
    shown.stand_in, shown.grid, shown.community, shown.geom
FROM published.buildings AS shown JOIN gridmap.building ON building.id = shown.id;

CREATE VIEW gridmap.full_cell AS
SELECT shown.id, shown.source_id, cell.households, shown.grid, shown.community, shown.geom
FROM published.cells AS shown JOIN gridmap.cell ON cell.id = shown.id;

GRANT SELECT ON gridmap.full_building, gridmap.full_cell TO gridmap_app;
