"""Names and numbers that the database knows things by; they stand here so that using one loads no table."""

SCHEMA = "gridmap"
WGS84 = 4326
WEB_MERCATOR = 3857
