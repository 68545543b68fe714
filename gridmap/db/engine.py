"""Connections, transactions, and the one place where the database's errors become ours."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, get_args

import psycopg2
import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from gridmap.db.queries import sql
from gridmap.errors import Conflict, Forbidden, GridmapError, Invalid, Text, Unavailable

Role = Literal["gridmap_app", "gridmap_published"]
"""Roles a transaction may take: read and write, or the published views only."""


SILENCE_MS = 15_000
"""A server on another machine that acknowledges nothing for so long is taken for gone (Linux; ignored elsewhere)."""

PROVEN_SECONDS = 5.0
"""A connection that worked so lately is not asked whether it still does: that would be a message before each query."""


def connect(
    url: str,
    *,
    statement_timeout_seconds: float | None = None,
    lock_timeout_seconds: float | None = None,
    pool_size: int = 5,
    overflow: int = 10,
    pool_wait_seconds: float = 30,
) -> Engine:
    """Return an engine on a PostgreSQL address; no connection is made yet.

    Parameters
    ----------
    url : ``postgresql://…``; SQLAlchemy's ``postgresql+psycopg2://`` is taken as well.
    statement_timeout_seconds : a statement that takes longer is stopped (`Unavailable`); None: no limit.
    lock_timeout_seconds : a statement that waits longer for a lock is stopped (`Conflict`); None: no limit.
    pool_size : connections kept open.
    overflow : connections opened beyond these under load.
    pool_wait_seconds : who waits longer for a connection is sent away (`Unavailable`).

    Raises
    ------
    Invalid : `url` is not an address of a PostgreSQL database.
    """
    try:
        address = make_url(url)
    except (sqlalchemy.exc.ArgumentError, ValueError):  # ValueError: a port that is no number
        raise _not_an_address() from None
    if address.get_backend_name() not in ("postgresql", "postgres"):
        raise _not_an_address()
    timeouts = {"statement_timeout": statement_timeout_seconds, "lock_timeout": lock_timeout_seconds}
    limits = [f"-c {name}={seconds * 1000:.0f}" for name, seconds in timeouts.items() if seconds is not None]
    own_options = address.normalized_query.get("options", ())
    options = " ".join([*own_options, *limits])
    engine = sqlalchemy.create_engine(
        address.set(drivername="postgresql+psycopg2").update_query_dict({"options": options}),
        pool_size=pool_size,
        max_overflow=overflow,
        pool_timeout=pool_wait_seconds,
        connect_args={
            "application_name": "gridmap",
            "connect_timeout": 10,
            "tcp_user_timeout": SILENCE_MS,
        },
    )
    _replace_the_broken(engine)
    return engine


def _replace_the_broken(engine: Engine) -> None:
    """Ask connections that stood idle whether they still work, and replace those that do not, before they are used."""

    @event.listens_for(engine, "checkin")
    def note(_driver: object, record: ConnectionPoolEntry) -> None:
        record.info["worked"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(driver: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get("worked", time.monotonic()) < PROVEN_SECONDS:
            return
        try:
            engine.dialect.do_ping(driver)
        except psycopg2.Error as error:
            raise sqlalchemy.exc.DisconnectionError from error


@contextmanager
def transaction(
    engine: Engine, *, actor: str, reason: str = "", role: Role | None = None
) -> Iterator[Connection]:
    """Open a transaction in the name of `actor`: committed at the end, rolled back on any error.

    Parameters
    ----------
    actor : who acts, as the history will keep it (setting ``gridmap.actor``).
    reason : why, likewise (``gridmap.reason``).
    role : act with the rights of this role only; None keeps those of the connection.

    Raises
    ------
    GridmapError : what the database refused, see `translated`.
    """
    if role is not None and role not in get_args(Role):
        raise ValueError(f"not a role a transaction may take: {role!r}")
    with translated(), engine.begin() as connection:
        connection.execute(sql("identify"), {"actor": actor, "reason": reason})
        if role is not None:
            connection.execute(sql("take_role"), {"role": role})
        yield connection


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of the driver and of SQLAlchemy into ours; what is a fault of our own SQL passes unchanged.

    The values of rows, which may be personal, are never part of the message; the name of the broken constraint and
    its table are in ``facts``.

    Raises
    ------
    Unavailable : no connection, connection lost, disk or memory full, statement timed out, schema not there.
    Conflict : a unique or exclusion constraint or a reference is broken, a lock is held, transactions collided.
    Invalid : a check or not-null constraint is broken, or a value does not fit its type.
    Forbidden : the role lacks the right.
    """
    try:
        yield
    except sqlalchemy.exc.TimeoutError as error:
        raise Unavailable(TOO_BUSY) from error
    except sqlalchemy.exc.DBAPIError as error:
        if isinstance(error.orig, psycopg2.Error) and (ours := _in_our_words(error.orig)):
            raise ours from error
        raise
    except psycopg2.Error as error:
        if ours := _in_our_words(error):
            raise ours from error
        raise


TOO_BUSY = Text(
    en="The database has no connection left; try again in a moment.",
    zh="数据库连接已用完，请稍后再试。",
)

NO_POSTGIS = (
    Unavailable,
    Text(
        en="PostGIS is not installed on the database server; install it there: "
        "apt-get install postgresql-15-postgis-3 (with the server's version).",
        zh="数据库服务器上没有安装 PostGIS，请在该服务器上安装："
        "apt-get install postgresql-15-postgis-3（版本号与服务器一致）。",
    ),
)

MEANINGS: dict[str, tuple[type[GridmapError], Text]] = {
    "23505": (Conflict, Text(en="There is one like it already.", zh="已经存在相同的记录。")),
    "23P01": (Conflict, Text(en="It overlaps one that exists.", zh="与已有的记录重叠。")),
    "23503": (
        Conflict,
        Text(
            en="It refers to something that is not there, or something refers to it.",
            zh="它引用的记录不存在，或它正被引用。",
        ),
    ),
    "23": (Invalid, Text(en="A value breaks a rule of the database.", zh="有数值不符合数据库的规则。")),
    "22": (Invalid, Text(en="A value does not fit its field.", zh="有数值不符合字段的格式或范围。")),
    "42501": (Forbidden, Text(en="The database does not allow you this.", zh="数据库不允许您执行此操作。")),
    "57014": (
        Unavailable,
        Text(en="The query took longer than allowed and was stopped.", zh="查询超过了允许的时间，已被终止。"),
    ),
    "55P03": (
        Conflict,
        Text(
            en="Someone else is changing the same thing; try again.", zh="他人正在修改同一内容，请稍后再试。"
        ),
    ),
    "40": (
        Conflict,
        Text(en="Someone else changed it at the same moment; try again.", zh="他人同时作了修改，请重试。"),
    ),
    "42P04": (Conflict, Text(en="A database of that name exists already.", zh="已有同名的数据库。")),
    "55006": (Conflict, Text(en="The database is in use.", zh="数据库正在使用中。")),
    "42P01": (
        Unavailable,
        Text(
            en="The database lacks a table; run: gridmap db migrate",
            zh="数据库缺少数据表，请运行：gridmap db migrate",
        ),
    ),
    "3F000": (
        Unavailable,
        Text(
            en="The database lacks a schema; run: gridmap db migrate",
            zh="数据库缺少模式，请运行：gridmap db migrate",
        ),
    ),
    "53300": (Unavailable, TOO_BUSY),
    "53100": (Unavailable, Text(en="The disk of the database is full.", zh="数据库的磁盘已满。")),
    "53": (Unavailable, Text(en="The database lacks memory or disk.", zh="数据库的内存或磁盘不足。")),
    "57": (Unavailable, Text(en="The database was stopped.", zh="数据库已停止运行。")),
    "58": (Unavailable, Text(en="The machine of the database has a fault.", zh="数据库所在的机器出现故障。")),
    "08": (Unavailable, Text(en="The connection to the database was lost.", zh="与数据库的连接已中断。")),
}
"""What an SQLSTATE, or else its class (the first two characters), means to the person at the door.

Source: PostgreSQL 15 documentation, appendix A, "PostgreSQL Error Codes".
"""


def refused(sqlstate: str) -> GridmapError:
    """Return the error for an SQLSTATE that came over another driver; one without meaning counts as a lost connection."""
    kind, text = MEANINGS.get(sqlstate) or MEANINGS.get(sqlstate[:2]) or MEANINGS["08"]
    return kind(text, sqlstate=sqlstate)


def _in_our_words(error: psycopg2.Error) -> GridmapError | None:
    """Return the error to raise instead; None if the fault is ours."""
    if error.pgcode is None:
        return (
            _unreachable(error)
            if isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
            else None
        )
    meaning = MEANINGS.get(error.pgcode) or MEANINGS.get(error.pgcode[:2])
    if error.pgcode == "0A000" and 'extension "postgis"' in str(error):
        meaning = NO_POSTGIS
    if meaning is None:
        return None
    kind, text = meaning
    named = {
        "constraint": error.diag.constraint_name,
        "table": error.diag.table_name,
        "column": error.diag.column_name,
    }
    facts: dict[str, Any] = {key: value for key, value in named.items() if value}
    if rule := facts.get("constraint") or facts.get("column"):
        text = Text(en=f"{text.en} ({rule})", zh=f"{text.zh}({rule})")
    return kind(text, sqlstate=error.pgcode, **facts)


def _unreachable(error: psycopg2.Error) -> Unavailable:
    said = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return Unavailable(
        Text(en=f"The database cannot be reached: {said}", zh=f"无法连接数据库：{said}。"),
        hint=Text(
            en="Start the embedded database with: gridmap db up, or check GRIDMAP_DATABASE_URL.",
            zh="请运行 gridmap db up 启动内置数据库，或检查 GRIDMAP_DATABASE_URL。",
        ),
    )


def _not_an_address() -> Invalid:
    """Return the error for a wrong address; the address, which may hold a password, is not repeated."""
    return Invalid(
        Text(en="The database address is not a PostgreSQL address.", zh="数据库地址不是 PostgreSQL 地址。"),
        hint=Text(
            en="Write it as postgresql://user:password@host:5432/name.",
            zh="格式为 postgresql://用户:密码@主机:5432/数据库名。",
        ),
    )
