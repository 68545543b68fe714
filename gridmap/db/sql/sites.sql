-- Places that a planner made dedicated sites 专属网格.

-- places_called --
-- Places that are areas, by key or name, and the community each lies in; within some communities if any are given.
SELECT place.id, place.source_id, place.name, place.kind, place.dedicated, area.name AS community
FROM gridmap.place LEFT JOIN gridmap.area ON area.id = place.community_id
WHERE (place.source_id = :wanted OR place.name = :wanted) AND ST_Dimension(place.geom) = 2
    AND (CAST(:community_ids AS bigint[]) IS NULL OR place.community_id = ANY(:community_ids))
ORDER BY place.id;

-- set_dedicated --
-- Decide whether a place is a dedicated site.
UPDATE gridmap.place SET dedicated = :dedicated WHERE id = :id;

-- add_site --
-- Make a new place that is a dedicated site.
INSERT INTO gridmap.place (dataset, source_id, kind, name, dedicated, geom)
VALUES ('dedicated', :source_id, :kind, :name, true, ST_GeomFromGeoJSON(:geometry))
ON CONFLICT (dataset, source_id) DO UPDATE SET kind = excluded.kind, name = excluded.name, dedicated = true
RETURNING id;
