"""Transactions that say who acts, and the database's errors in our words."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress

import psycopg2
import pytest
import sqlalchemy
from sqlalchemy import Engine, text

from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect, transaction, translated
from gridmap.errors import Conflict, Forbidden, GridmapError, Invalid, Unavailable


@pytest.fixture
def tables(engine: Engine) -> Engine:
    """Engine on a database with a table for every kind of rule.

    colour (name)  ←  ball (id unique, colour → colour, size > 0, label not null, [low, high) apart from others)
    """
    with engine.begin() as connection:
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS btree_gist"))
        connection.execute(text("CREATE TABLE colour (name text PRIMARY KEY)"))
        connection.execute(
            text(
                "CREATE TABLE ball (id integer CONSTRAINT one_of_a_number UNIQUE, colour text REFERENCES colour, "
                "size integer CONSTRAINT size_is_positive CHECK (size > 0), label text NOT NULL, "
                "span int4range, CONSTRAINT spans_are_apart EXCLUDE USING gist (span WITH &&))"
            )
        )
        connection.execute(text("INSERT INTO colour VALUES ('red')"))
        connection.execute(text("INSERT INTO ball VALUES (1, 'red', 5, 'secret words', '[1,5)')"))
    return engine


def run(engine: Engine, statement: str) -> object:
    with transaction(engine, actor="tester") as connection:
        result = connection.execute(text(statement))
        return result.scalar() if result.returns_rows else None


# --- connecting ---


def test_a_connection_names_itself_and_keeps_to_its_time(database_url: str) -> None:
    engine = connect(database_url, statement_timeout_seconds=0.2)
    assert run(engine, "SELECT current_setting('application_name')") == "gridmap"
    with pytest.raises(Unavailable, match="longer than allowed"):
        run(engine, "SELECT pg_sleep(5)")
    engine.dispose()


def test_options_written_in_the_address_are_kept_beside_ours(database_url: str) -> None:
    engine = connect(f"{database_url}&options=-c%20work_mem%3D7MB", lock_timeout_seconds=1.5)
    assert (
        run(engine, "SELECT current_setting('work_mem') || ' ' || current_setting('lock_timeout')")
        == "7MB 1500ms"
    )
    engine.dispose()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_usual_spelling_of_the_scheme_is_taken(database_url: str, scheme: str) -> None:
    engine = connect(scheme + database_url.removeprefix("postgresql"))
    assert run(engine, "SELECT 1") == 1
    engine.dispose()


@pytest.mark.parametrize(
    "url", ["", "hello", "mysql://root:hunter2@localhost/x", "postgresql://root:hunter2@localhost:port/x"]
)
def test_an_address_of_something_else_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(Invalid) as caught:
        connect(url)
    assert "hunter2" not in caught.value.in_language("en") + str(caught.value.facts)


def test_a_server_that_is_not_there_is_unavailable_and_the_hint_says_how_to_start_it(
    tmp_path: object,
) -> None:
    engine = connect(f"postgresql://nobody@/none?host={tmp_path}")
    with pytest.raises(Unavailable) as caught:
        run(engine, "SELECT 1")
    assert "gridmap db up" in caught.value.in_language("en")
    assert "gridmap db up" in caught.value.in_language("zh")


def test_a_database_that_is_not_there_is_unavailable(cluster: Cluster) -> None:
    with pytest.raises(Unavailable, match='"none" does not exist'):
        run(connect(cluster.url("none")), "SELECT 1")


def test_a_lost_connection_is_unavailable_and_the_next_one_works(engine: Engine) -> None:
    def be_cut_off() -> None:
        with transaction(engine, actor="tester") as connection:
            own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            run(engine, f"SELECT pg_terminate_backend({own}, 5000)")
            connection.execute(text("SELECT 1"))

    with pytest.raises(Unavailable):
        be_cut_off()
    assert run(engine, "SELECT 1") == 1


def test_a_connection_that_broke_while_it_stood_idle_is_replaced_before_it_is_used(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(engine, "SELECT pg_backend_pid()")
    end_all(engine)
    monkeypatch.setattr("gridmap.db.engine.PROVEN_SECONDS", 0)
    assert run(engine, "SELECT pg_backend_pid()") != first


def test_one_that_worked_a_moment_ago_is_not_asked_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(engine, "SELECT 1")
    monkeypatch.setattr(engine.dialect, "do_ping", lambda _: pytest.fail("it was asked"))
    assert run(engine, "SELECT 1") == 1


def end_all(engine: Engine) -> None:
    """Let the server end every connection of an engine's database."""
    other = connect(engine.url.render_as_string(hide_password=False))
    with other.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    other.dispose()


def test_when_all_connections_are_in_use_the_next_is_told_to_wait(database_url: str) -> None:
    engine = sqlalchemy.create_engine(
        database_url.replace(":", "+psycopg2:", 1), pool_size=1, max_overflow=0, pool_timeout=0.1
    )
    with engine.connect(), pytest.raises(Unavailable, match="no connection left"):
        run(engine, "SELECT 1")
    engine.dispose()


# --- transactions ---


def test_a_transaction_says_who_acts_and_why_until_it_ends(engine: Engine) -> None:
    told = text("SELECT current_setting('gridmap.actor', true), current_setting('gridmap.reason', true)")
    with transaction(engine, actor="李'; --", reason="搬迁") as connection:
        assert tuple(connection.execute(told).one()) == ("李'; --", "搬迁")
    with engine.connect() as connection:
        assert not any(connection.execute(told).one())


def test_a_transaction_is_kept_whole_or_not_at_all(tables: Engine) -> None:
    with transaction(tables, actor="tester") as connection:
        connection.execute(text("INSERT INTO colour VALUES ('blue')"))
    with suppress(ZeroDivisionError), transaction(tables, actor="tester") as connection:
        connection.execute(text("INSERT INTO colour VALUES ('green')"))
        raise ZeroDivisionError
    assert run(tables, "SELECT string_agg(name, ' ' ORDER BY name) FROM colour") == "blue red"


@pytest.fixture
def narrow_role(engine: Engine) -> Iterator[None]:
    """Give the role ``gridmap_published`` one view to read."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE public.private AS SELECT 1 AS value"))
        connection.execute(text("CREATE SCHEMA shown"))
        connection.execute(text("CREATE VIEW shown.public AS SELECT value FROM public.private"))
        connection.execute(text("GRANT USAGE ON SCHEMA shown TO gridmap_published"))
        connection.execute(text("GRANT SELECT ON shown.public TO gridmap_published"))
    yield
    with engine.begin() as connection:
        connection.execute(text("DROP OWNED BY gridmap_published"))


@pytest.mark.usefixtures("narrow_role")
def test_a_transaction_in_a_narrow_role_sees_what_that_role_may_and_gives_it_back(engine: Engine) -> None:
    with transaction(engine, actor="tester", role="gridmap_published") as connection:
        assert connection.execute(text("SELECT current_user")).scalar() == "gridmap_published"
        assert connection.execute(text("SELECT value FROM shown.public")).scalar() == 1
    with (
        pytest.raises(Forbidden),
        transaction(engine, actor="tester", role="gridmap_published") as connection,
    ):
        connection.execute(text("SELECT value FROM public.private"))
    assert run(engine, "SELECT current_user") == "gridmap"


def test_no_other_role_is_taken(engine: Engine) -> None:
    with pytest.raises(ValueError, match="postgres"), transaction(engine, actor="tester", role="postgres"):  # type: ignore[arg-type]
        pass


# --- errors in our words ---


@pytest.mark.parametrize(
    ("statement", "kind", "rule"),
    [
        ("INSERT INTO ball VALUES (1, 'red', 5, 'x', '[7,8)')", Conflict, "one_of_a_number"),
        ("INSERT INTO ball VALUES (2, 'red', 5, 'x', '[4,8)')", Conflict, "spans_are_apart"),
        ("INSERT INTO ball VALUES (2, 'pink', 5, 'x', '[7,8)')", Conflict, "ball_colour_fkey"),
        ("DELETE FROM colour", Conflict, "ball_colour_fkey"),
        ("INSERT INTO ball VALUES (2, 'red', 0, 'x', '[7,8)')", Invalid, "size_is_positive"),
        ("INSERT INTO ball VALUES (2, 'red', 5, NULL, '[7,8)')", Invalid, "label"),
    ],
)
def test_a_broken_rule_is_named_in_both_languages(
    tables: Engine, statement: str, kind: type[GridmapError], rule: str
) -> None:
    with pytest.raises(kind) as caught:
        run(tables, statement)
    assert rule in (caught.value.facts.get("constraint"), caught.value.facts.get("column"))
    assert rule in caught.value.message.en
    assert rule in caught.value.message.zh


def test_the_values_of_a_row_are_not_repeated(tables: Engine) -> None:
    with pytest.raises(Invalid) as caught:
        run(tables, "UPDATE ball SET size = -1")
    assert "secret" not in f"{caught.value} {caught.value.facts}"


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("SELECT 'many'::integer", Invalid),
        ("SELECT 1 / 0", Invalid),
        ("SELECT * FROM gridmap.no_such_table", Unavailable),
        ("CREATE TABLE no_such_schema.ball ()", Unavailable),
    ],
)
def test_other_refusals_have_a_meaning_too(engine: Engine, statement: str, kind: type[GridmapError]) -> None:
    with pytest.raises(kind):
        run(engine, statement)


def test_a_lock_held_by_another_is_a_conflict(tables: Engine, database_url: str) -> None:
    hasty = connect(database_url, lock_timeout_seconds=0.1)
    with transaction(tables, actor="first") as connection:
        connection.execute(text("UPDATE ball SET size = 6"))
        with pytest.raises(Conflict, match="Someone else"):
            run(hasty, "UPDATE ball SET size = 7")
    hasty.dispose()


def test_two_that_wait_for_each_other_are_a_conflict_for_one(tables: Engine) -> None:
    """A deadlock: each holds one colour and asks for the other's."""
    run(tables, "INSERT INTO colour VALUES ('blue')")
    both_hold_one = threading.Barrier(2)
    ends: list[str] = []

    def grab(first: str, second: str) -> None:
        try:
            with transaction(tables, actor=first) as connection:
                lock = text("SELECT 1 FROM colour WHERE name = :name FOR UPDATE")
                connection.execute(lock, {"name": first})
                both_hold_one.wait(10)
                connection.execute(lock, {"name": second})
            ends.append("done")
        except Conflict:
            ends.append("conflict")

    threads = [threading.Thread(target=grab, args=names) for names in (("red", "blue"), ("blue", "red"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(ends) == ["conflict", "done"]


def test_a_mistake_in_our_own_sql_stays_a_fault_of_ours(engine: Engine) -> None:
    with pytest.raises(sqlalchemy.exc.ProgrammingError):
        run(engine, "SELEC 1")
    with pytest.raises(psycopg2.errors.SyntaxError), translated():
        raise psycopg2.errors.SyntaxError


def test_a_server_without_postgis_is_told_what_to_install(engine: Engine) -> None:
    message = 'extension "postgis" is not available'
    statement = f"DO $$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = '0A000'; END $$"
    with pytest.raises(Unavailable, match="apt-get install"):
        run(engine, statement)


def test_names_of_databases_are_quoted_in_the_address(cluster: Cluster) -> None:
    name = f"a/b?c {uuid.uuid4().hex[:6]} 区"
    cluster.create_database(name)
    engine = connect(cluster.url(name))
    assert run(engine, "SELECT current_database()") == name
    engine.dispose()
    cluster.drop_database(name)
