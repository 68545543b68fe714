-- What the map shows beside itself: all districts, one grid, and what a search finds. Boxes are
-- [west, south, east, north] and points [lon, lat], in degrees rounded to 7 decimals (1 cm).

-- districts --
-- Districts with their communities, as JSON: parents of communities, communities without a parent, and root
-- areas that have nothing below.
WITH community AS (
    SELECT coalesce(parent, code) AS district, code, name, households, grids, verdict, certificate,
        ST_Extent(geom) AS box
    FROM published.communities
    GROUP BY id, code, name, parent, households, grids, verdict, certificate
), listed AS (
    SELECT district, count(*) AS communities, sum(grids) AS grids, sum(households) AS households,
        json_agg(json_build_object(
            'code', code, 'name', name, 'households', households, 'grids', grids,
            'bbox', ARRAY[round(ST_XMin(box)::numeric, 7), round(ST_YMin(box)::numeric, 7),
                round(ST_XMax(box)::numeric, 7), round(ST_YMax(box)::numeric, 7)],
            'verdict', coalesce(verdict, 'unknown'), 'reason', certificate -> 'text'
        ) ORDER BY code) AS communities_list
    FROM community GROUP BY district
), banded AS (
    SELECT coalesce(community.parent, community.code) AS district,
        count(*) FILTER (WHERE band = 'under') AS under, count(*) FILTER (WHERE band = 'in') AS within,
        count(*) FILTER (WHERE band = 'over') AS over, count(*) FILTER (WHERE band = 'dedicated') AS dedicated
    FROM published.grids JOIN published.areas AS community ON community.code = grids.community
    GROUP BY 1
)
SELECT coalesce(json_agg(json_build_object(
    'code', area.code, 'name', area.name, 'name_en', NULL, 'synthetic', area.synthetic,
    'attribution', coalesce(area.attribution, ''),
    'bbox', ARRAY[round(ST_XMin(area.geom)::numeric, 7), round(ST_YMin(area.geom)::numeric, 7),
        round(ST_XMax(area.geom)::numeric, 7), round(ST_YMax(area.geom)::numeric, 7)],
    'communities', coalesce(listed.communities, 0), 'grids', coalesce(listed.grids, 0),
    'households', coalesce(listed.households, 0),
    'bands', json_build_object('under', coalesce(banded.under, 0), 'in', coalesce(banded.within, 0),
        'over', coalesce(banded.over, 0), 'dedicated', coalesce(banded.dedicated, 0)),
    'communities_list', coalesce(listed.communities_list, '[]')
) ORDER BY area.code), '[]')
FROM published.areas AS area
LEFT JOIN listed ON listed.district = area.code
LEFT JOIN banded ON banded.district = area.code
WHERE listed.district IS NOT NULL
    OR area.parent IS NULL AND NOT EXISTS (SELECT FROM published.areas AS below WHERE below.parent = area.code);

-- grid_card --
-- One grid in force with its five elements, as JSON. People are counts only.
SELECT json_build_object(
    'code', grid.code, 'name', grid.name, 'kind', grid.kind,
    'community', json_build_object('code', grid.community, 'name', grid.community_name),
    'plan', json_build_object('id', plan.id, 'published_at', plan.published_at, 'author', plan.author,
        'reason', plan.reason),
    'band', json_build_object('minimum', grid.band_minimum, 'maximum', grid.band_maximum),
    'in_band', grid.in_band, 'area_m2', grid.area_m2, 'synthetic', grid.synthetic,
    'bbox', ARRAY[round(ST_XMin(grid.geom)::numeric, 7), round(ST_YMin(grid.geom)::numeric, 7),
        round(ST_XMax(grid.geom)::numeric, 7), round(ST_YMax(grid.geom)::numeric, 7)],
    'vintage', (SELECT counted_at::date FROM published.communities WHERE code = grid.community),
    'people', json_build_object(
        'households', grid.households, 'households_estimated_count', grid.households_estimated_count,
        'residents', grid.residents, 'suppressed', grid.residents_suppressed,
        'buildings_with_households', grid.buildings_with_households,
        'household_sizes', (
            SELECT coalesce(json_agg(json_build_object(
                'label', CASE WHEN size = 5 THEN '5+' ELSE size::text END, 'count', households
            ) ORDER BY size), '[]')
            FROM published.household_sizes AS sizes WHERE sizes.grid = grid.code
        )
    ),
    'places', (
        SELECT coalesce(json_agg(json_build_object('id', id, 'name', name, 'kind', kind,
            'point', ARRAY[round(ST_X(point)::numeric, 7), round(ST_Y(point)::numeric, 7)]
        ) ORDER BY kind, name, id), '[]')
        FROM (SELECT *, ST_PointOnSurface(geom) AS point FROM published.places) AS place
        WHERE place.grid = grid.code
    ),
    'things', json_build_object(
        'buildings', (
            SELECT json_build_object('count', coalesce(sum(number), 0), 'floors_max', max(floors),
                'by_use', coalesce(
                    json_agg(json_build_object('use', use, 'count', number) ORDER BY number DESC, use), '[]'))
            FROM (
                SELECT use, count(*) AS number, max(floors) AS floors
                FROM published.buildings WHERE buildings.grid = grid.code GROUP BY use
            ) AS by_use
        ),
        'facilities', (
            SELECT coalesce(json_agg(json_build_object('id', id, 'name', name, 'kind', kind, 'tier', tier,
                'floor_area_m2', floor_area_m2, 'hours', hours,
                'point', ARRAY[round(ST_X(point)::numeric, 7), round(ST_Y(point)::numeric, 7)]
            ) ORDER BY kind, name, id), '[]')
            FROM (SELECT *, ST_PointOnSurface(geom) AS point FROM published.facilities) AS facility
            WHERE facility.grid = grid.code
        )
    ),
    'matters', json_build_object('open', grid.matters_open, 'closed', grid.matters_closed, 'by_kind', (
        SELECT coalesce(json_agg(json_build_object('kind', kind,
            'name', json_build_object('en', name_en, 'zh', name_zh), 'open', open, 'closed', closed
        ) ORDER BY open DESC, kind), '[]')
        FROM published.matter_counts AS matters WHERE matters.grid = grid.code
    )),
    'organisations', (
        SELECT coalesce(json_agg(json_build_object('id', id, 'name', name, 'kind', kind)
            ORDER BY kind, name, id), '[]')
        FROM published.organisations AS organisation WHERE organisation.grid = grid.code
    ),
    'roles', (
        SELECT coalesce(json_agg(json_build_object('kind', kind, 'name', holder, 'phone', contact)
            ORDER BY kind, holder), '[]')
        FROM published.roles AS role
        WHERE role.community = grid.community AND (role.grid = grid.code OR role.grid IS NULL)
    )
)
FROM published.grids AS grid JOIN published.plans AS plan ON plan.id = grid.plan
WHERE grid.code = :code;

-- search --
-- Things whose code or name holds the words, best first: the same, beginning with them, holding them. Segments of
-- a road are one result.
WITH words AS (
    SELECT :q AS said, replace(replace(replace(:q, '\', '\\'), '%', '\%'), '_', '\_') AS escaped
), named AS (
    SELECT 1 AS rank, 'grid' AS type, code, name, community_name AS context, geom FROM published.grids
    UNION ALL
    SELECT 2, 'area', area.code, area.name, above.name, area.geom
    FROM published.areas AS area LEFT JOIN published.areas AS above ON above.code = area.parent
    UNION ALL
    SELECT 3, 'facility', facility.id::text, facility.name, area.name, facility.geom
    FROM published.facilities AS facility LEFT JOIN published.areas AS area ON area.code = facility.community
    UNION ALL
    SELECT 4, 'organisation', organisation.id::text, organisation.name, area.name, organisation.geom
    FROM published.organisations AS organisation
    LEFT JOIN published.areas AS area ON area.code = organisation.community
    UNION ALL
    SELECT 5, 'place', place.id::text, place.name, area.name, place.geom
    FROM published.places AS place LEFT JOIN published.areas AS area ON area.code = place.community
    UNION ALL
    SELECT 6, 'road', name, name, NULL, geom FROM published.roads
    UNION ALL
    SELECT 7, 'building', building.id::text,
        coalesce(building.name, nullif(concat_ws(' ', building.street, building.house_number), '')),
        area.name, building.geom
    FROM published.buildings AS building LEFT JOIN published.areas AS area ON area.code = building.community
), found AS (
    SELECT named.*,
        CASE WHEN lower(said) IN (lower(code), lower(name)) THEN 1
            WHEN code ILIKE escaped || '%' OR name ILIKE escaped || '%' THEN 2
            ELSE 3 END AS likeness
    FROM named, words
    WHERE name ILIKE '%' || escaped || '%' OR type IN ('grid', 'area') AND code ILIKE '%' || escaped || '%'
), best AS (
    SELECT type, code, name, context,
        row_number() OVER (ORDER BY min(likeness), rank, length(name), name, code) AS place
    FROM found GROUP BY rank, type, code, name, context ORDER BY place LIMIT :limit
), shown AS (
    SELECT best.*, ST_Extent(geom) AS box,
        CASE WHEN count(*) = 1 THEN ST_PointOnSurface((array_agg(geom))[1])
            ELSE ST_ClosestPoint(ST_Collect(geom), ST_Centroid(ST_Collect(geom))) END AS point
    FROM best JOIN found USING (type, code)
    GROUP BY best.type, best.code, best.name, best.context, best.place
)
SELECT coalesce(json_agg(json_build_object(
    'type', type, 'code', code, 'name', name, 'context', context,
    'bbox', ARRAY[round(ST_XMin(box)::numeric, 7), round(ST_YMin(box)::numeric, 7),
        round(ST_XMax(box)::numeric, 7), round(ST_YMax(box)::numeric, 7)],
    'point', ARRAY[round(ST_X(point)::numeric, 7), round(ST_Y(point)::numeric, 7)]
) ORDER BY place), '[]')
FROM shown;
