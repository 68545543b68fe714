DROP FUNCTION gridmap.attach_to_areas, gridmap.attach_to_grids, gridmap.recount_residents,
    gridmap.recount_communities, gridmap.recount_gone, gridmap.recount_changed, gridmap.recount_new,
    gridmap.attach_moved, gridmap.attach_new CASCADE;
DROP FUNCTION gridmap.grids_in_force, gridmap.recount, gridmap.attach, gridmap.attachable_tables,
    gridmap.shared_part;
