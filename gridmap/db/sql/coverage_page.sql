-- What a page about a coverage study shows, as anyone may see it.

-- homes_of_study --
-- Each home of a study once.
SELECT DISTINCT ON (home) home, coalesce(name, '') AS name, households, ST_AsBinary(geom) AS geometry
FROM published.study_homes WHERE study_id = :study_id ORDER BY home;

-- judgements_of_study --
-- What each norm says of each home.
SELECT norm, home, metres, verdict, reason FROM published.study_homes WHERE study_id = :study_id ORDER BY norm, home;
