DROP VIEW gridmap.full_cell, gridmap.full_building;
