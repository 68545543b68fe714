-- buildings_to_estimate --
-- Buildings of some communities that nobody counted, earlier estimates included, and known floors around them.
-- A building of unknown use takes the kind of a facility that fills it: a school, a mall, a car park.
SELECT building.id, area.code AS community, building.floors, building.households, building.household_source,
    coalesce(nullif(building.use, ''), inside.kind) AS use,
    ST_Area(building.geom::geography) AS footprint_m2,
    ST_AsBinary(ST_PointOnSurface(building.geom)) AS geometry
FROM gridmap.building
JOIN gridmap.area ON area.id = building.community_id
LEFT JOIN LATERAL (
    SELECT facility.kind FROM gridmap.facility
    WHERE building.use IS NULL AND facility.kind = ANY(:whole_building_kinds)
        AND ST_Intersects(building.geom, ST_PointOnSurface(facility.geom))
    ORDER BY facility.id LIMIT 1
) AS inside ON true
WHERE building.community_id = ANY(:community_ids)
ORDER BY building.id
FOR UPDATE OF building;

-- communities_with_cells --
-- Those of some communities whose households are carried by imported small areas.
SELECT DISTINCT area.id, area.code, area.name FROM gridmap.cell JOIN gridmap.area ON area.id = cell.community_id
WHERE cell.community_id = ANY(:community_ids) ORDER BY area.code;

-- set_estimates --
-- Write estimates to buildings; a count that came in between stays.
UPDATE gridmap.building SET households = estimate.households, household_source = 'estimated'
FROM unnest(CAST(:ids AS bigint[]), CAST(:households AS integer[])) AS estimate (id, households)
WHERE building.id = estimate.id AND building.household_source IS DISTINCT FROM 'declared'
    AND building.household_source IS DISTINCT FROM 'counted'
    AND (building.households, building.household_source) IS DISTINCT FROM (estimate.households, 'estimated');

-- clear_estimates --
-- Take back the estimates of some communities.
UPDATE gridmap.building SET households = NULL, household_source = NULL
WHERE community_id = ANY(:community_ids) AND household_source = 'estimated';
