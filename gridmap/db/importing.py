"""What an import asks of any table with a data set: where its rows lie, and which it does not speak of."""

from typing import Any

from sqlalchemy import Connection, Row, Table, text

from gridmap.db.queries import quoted


def attached(connection: Connection, table: Table, staged: Table, *, dataset: str, most: int) -> Row[Any]:
    """Count the rows of a file that lie in one community, astride its line, and in none; name the first of the latter.

    Returns ``inside, astride, outside, astride_examples, outside_examples``; examples are lists of ``source_id`` or None.
    The rows are taken community by community, so that PostGIS prepares each community once.
    """
    return connection.execute(
        text(f"""
            SELECT count(*) FILTER (WHERE place = 'inside') AS inside,
                count(*) FILTER (WHERE place = 'astride') AS astride,
                count(*) FILTER (WHERE place = 'outside') AS outside,
                (array_agg(source_id ORDER BY row) FILTER (WHERE place = 'astride'))[1 : :most] AS astride_examples,
                (array_agg(source_id ORDER BY row) FILTER (WHERE place = 'outside'))[1 : :most] AS outside_examples
            FROM (
                SELECT thing.row, thing.source_id, CASE
                    WHEN community.id IS NULL THEN 'outside'
                    WHEN ST_Dimension(thing.geom) = 0 OR ST_Covers(community.geom, thing.geom) THEN 'inside'
                    ELSE 'astride' END AS place
                FROM (
                    SELECT incoming.row, stored.source_id, stored.geom, stored.community_id
                    FROM {quoted(staged.name)} AS incoming
                    JOIN gridmap.{quoted(table.name)} AS stored
                        ON stored.dataset = :dataset AND stored.source_id = incoming.source_id
                    ORDER BY stored.community_id
                    OFFSET 0
                ) AS thing
                LEFT JOIN gridmap.area AS community ON community.id = thing.community_id
            ) AS placed
        """),  # noqa: S608 (names of tables, quoted)
        {"dataset": dataset, "most": most},
    ).one()


def absent(connection: Connection, table: Table, staged: Table, *, dataset: str) -> int:
    """Count the rows of a data set that a file does not have."""
    made_by_us = "AND NOT stored.stand_in AND stored.part_of IS NULL" if table.name == "building" else ""
    return int(
        connection.execute(
            text(f"""
                SELECT count(*) FROM gridmap.{quoted(table.name)} AS stored
                WHERE stored.dataset = :dataset {made_by_us} AND NOT EXISTS (
                    SELECT FROM {quoted(staged.name)} AS incoming WHERE incoming.source_id = stored.source_id
                )
            """),  # noqa: S608 (names of tables, quoted)
            {"dataset": dataset},
        ).scalar_one()
    )


def remove_rows(connection: Connection, staged: Table, rows: list[int]) -> None:
    """Take rows out of a temporary table by their number in the file."""
    connection.execute(staged.delete().where(staged.c.row.in_(rows)))
