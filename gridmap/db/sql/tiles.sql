-- Vector tiles, one query per collection. What is drawn is read by envelope from the index on geom_3857, with
-- 64 of 4096 units around the tile (margin 0.015625) so that outlines do not end at its edge. What shrinks to nothing
-- has no geometry, and ST_AsMVT leaves it out.

-- tile_areas --
-- Areas, and a label for each on the tile where the label stands.
SELECT (
    SELECT ST_AsMVT(feature, 'areas', 4096, 'geom', 'id') FROM (
        SELECT id, code, name, level,
            ST_AsMVTGeom(geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 64) AS geom
        FROM published.areas
        WHERE geom_3857 && ST_TileEnvelope(:z, :x, :y, margin => 0.015625)
    ) AS feature
) || (
    SELECT ST_AsMVT(feature, 'area_labels', 4096, 'geom', 'id') FROM (
        SELECT id, code, name, level,
            ST_AsMVTGeom(point, ST_TileEnvelope(:z, :x, :y), 4096, 0) AS geom
        FROM (
            SELECT id, code, name, level, ST_PointOnSurface(geom_3857) AS point
            FROM published.areas
            WHERE geom_3857 && ST_TileEnvelope(:z, :x, :y)
        ) AS labelled
        WHERE point && ST_TileEnvelope(:z, :x, :y)
    ) AS feature
);

-- tile_grids --
-- Grids in force, and a label for each: its name, or else its number within the community.
SELECT (
    SELECT ST_AsMVT(feature, 'grids', 4096, 'geom', 'id') FROM (
        SELECT id, code, name, kind, households, households_estimated, in_band, band,
            ST_AsMVTGeom(geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 64) AS geom
        FROM published.grids
        WHERE geom_3857 && ST_TileEnvelope(:z, :x, :y, margin => 0.015625)
    ) AS feature
) || (
    SELECT ST_AsMVT(feature, 'grid_labels', 4096, 'geom', 'id') FROM (
        SELECT id, code, households, band,
            CASE WHEN name <> code THEN name ELSE regexp_replace(code, '^([0-9]{12}|.*-)', '') END AS label,
            ST_AsMVTGeom(label_3857, ST_TileEnvelope(:z, :x, :y), 4096, 0) AS geom
        FROM published.grids
        WHERE geom_3857 && ST_TileEnvelope(:z, :x, :y) AND label_3857 && ST_TileEnvelope(:z, :x, :y)
    ) AS feature
);

-- tile_buildings --
-- Footprints of buildings.
SELECT ST_AsMVT(feature, 'buildings', 4096, 'geom', 'id') FROM (
    SELECT id, floors, use, ST_AsMVTGeom(geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 64) AS geom
    FROM published.buildings
    WHERE geom_3857 && ST_TileEnvelope(:z, :x, :y, margin => 0.015625)
) AS feature;

-- tile_cells --
-- Small areas with their household counts.
SELECT ST_AsMVT(feature, 'cells', 4096, 'geom', 'id') FROM (
    SELECT id, households, ST_AsMVTGeom(geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 64) AS geom
    FROM published.cells
    WHERE geom_3857 && ST_TileEnvelope(:z, :x, :y, margin => 0.015625)
) AS feature;

-- tile_places --
-- Compounds, parcels, public spaces and gates.
SELECT ST_AsMVT(feature, 'places', 4096, 'geom', 'id') FROM (
    SELECT id, name, kind, ST_AsMVTGeom(geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 64) AS geom
    FROM published.places
    WHERE geom_3857 && ST_TileEnvelope(:z, :x, :y, margin => 0.015625)
) AS feature;

-- tile_facilities --
-- Facilities.
SELECT ST_AsMVT(feature, 'facilities', 4096, 'geom', 'id') FROM (
    SELECT id, name, kind, tier, ST_AsMVTGeom(geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 64) AS geom
    FROM published.facilities
    WHERE geom_3857 && ST_TileEnvelope(:z, :x, :y, margin => 0.015625)
) AS feature;

-- tile_roads --
-- Roads and other lines; below zoom 13 those only that a town is known by.
SELECT ST_AsMVT(feature, 'roads', 4096, 'geom', 'id') FROM (
    SELECT id, class, name, ST_AsMVTGeom(geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 64) AS geom
    FROM published.roads
    WHERE geom_3857 && ST_TileEnvelope(:z, :x, :y, margin => 0.015625)
        AND (:z >= 13 OR class IN ('river', 'railway', 'motorway', 'primary', 'secondary', 'tertiary'))
) AS feature;

-- tile_organisations --
-- Organisations.
SELECT ST_AsMVT(feature, 'organisations', 4096, 'geom', 'id') FROM (
    SELECT id, name, kind, ST_AsMVTGeom(geom_3857, ST_TileEnvelope(:z, :x, :y), 4096, 64) AS geom
    FROM published.organisations
    WHERE geom_3857 && ST_TileEnvelope(:z, :x, :y, margin => 0.015625)
) AS feature;
