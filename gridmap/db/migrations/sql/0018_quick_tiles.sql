-- What tiles need to know of a shape beside the shape.
CREATE OR REPLACE VIEW published.buildings AS
SELECT building.id, building.name, building.use, building.floors, building.house_number, building.street,
    CASE WHEN told.is_told THEN building.households END AS households,
    CASE WHEN told.is_told THEN building.household_source = 'estimated' END AS households_estimated,
    building.stand_in, grid.code AS grid, community.code AS community, building.geom, building.geom_3857,
    building.clearance
FROM gridmap.building
LEFT JOIN gridmap.grid ON grid.id = building.grid_id
LEFT JOIN gridmap.grid_count AS held ON held.grid_id = building.grid_id
CROSS JOIN LATERAL (
    SELECT building.households >= 10 AND building.id <> ALL (coalesce(held.buildings_kept_back, '{}')) AS is_told
) AS told
LEFT JOIN gridmap.area AS community ON community.id = building.community_id;

-- A tile as it is kept at this moment: a function that is volatile sees what ended after the query around it began.
CREATE FUNCTION published.tile_kept_by_now(key text) RETURNS bytea
LANGUAGE sql VOLATILE SET search_path = published, pg_temp AS $$
    SELECT body FROM kept_tiles WHERE kept_tiles.key = $1
$$;
REVOKE EXECUTE ON FUNCTION published.tile_kept_by_now FROM PUBLIC;
GRANT EXECUTE ON FUNCTION published.tile_kept_by_now TO gridmap_published;
