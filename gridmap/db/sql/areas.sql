-- area_by_code --
-- The area with exactly this code.
SELECT id, code, name, level, synthetic FROM gridmap.area WHERE code = :wanted;

-- areas_by_name --
-- Areas with exactly this name; more than one is an ambiguous name.
SELECT id, code, name, level, synthetic FROM gridmap.area WHERE name = :wanted ORDER BY code;

-- area_names --
-- Codes and names to suggest from when a name is not found.
SELECT code, name FROM gridmap.area ORDER BY code LIMIT 5000;

-- communities_under --
-- The communities of an area's subtree, itself included, with their shapes.
WITH RECURSIVE subtree AS (
    SELECT id, parent_id, code, name, level, geom FROM gridmap.area WHERE id = :area_id
    UNION ALL
    SELECT child.id, child.parent_id, child.code, child.name, child.level, child.geom
    FROM gridmap.area AS child JOIN subtree ON child.parent_id = subtree.id
)
SELECT id, parent_id, code, name, ST_AsBinary(geom) AS geometry FROM subtree WHERE level = 'community' ORDER BY code;

-- map_facts --
-- What a map of some communities must say: whom to name, whether they are fictitious, and the band of their plans.
SELECT string_agg(DISTINCT area.attribution, ' · ') AS attribution, bool_or(area.synthetic) AS synthetic,
    min(plan.band_minimum) AS minimum, max(plan.band_maximum) AS maximum
FROM gridmap.area LEFT JOIN gridmap.plan ON plan.community_id = area.id AND plan.status = 'published'
WHERE area.code = ANY(:codes);
