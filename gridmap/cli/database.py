"""``gridmap db``: the embedded PostGIS, or the schema of your own server."""

from typing import Annotated

import typer

from gridmap.cli.door import Door, door
from gridmap.db.embedded import ClusterStatus
from gridmap.db.engine import connect
from gridmap.db.migrations import migrate as migrate_database
from gridmap.db.migrations import revisions
from gridmap.errors import Invalid, Text

database = typer.Typer(
    no_args_is_help=True,
    help="Start, stop and upgrade the database. 数据库的启动、停止与升级。",
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]


@database.command()
def up(context: typer.Context, as_json: Json = False) -> None:
    """Create and start the embedded PostGIS. 启动内置数据库。

    Safe to repeat. Example: `gridmap db up`
    """
    run = door(context)
    _refuse_own_server(run)
    _show(run, run.cluster.up(), as_json=as_json)


@database.command()
def down(context: typer.Context, as_json: Json = False) -> None:
    """Stop the embedded PostGIS; the data stay. 停止内置数据库（数据保留）。"""
    run = door(context)
    _refuse_own_server(run)
    _show(run, run.cluster.down(), as_json=as_json)


@database.command()
def status(context: typer.Context, as_json: Json = False) -> None:
    """Tell whether the database runs, where, and at which schema. 查看数据库状态。"""
    run = door(context)
    if run.settings.database_url is None:
        _show(run, run.cluster.status(), as_json=as_json)
        return
    present, newest = revisions(connect(run.settings.database_url))
    if as_json:
        run.answer({"state": "running", "schema": present, "newest_schema": newest})
    else:
        run.say(
            Text(
                en=f"running, schema {present or 'none'} of {newest}",
                zh=f"运行中，结构 {present or '空'}／{newest}",
            )
        )


@database.command()
def url(context: typer.Context) -> None:
    """Print the address that psql, QGIS and GeoPandas take. 打印数据库连接地址。

    Example: `psql "$(gridmap db url)"`
    """
    run = door(context)
    typer.echo(run.settings.database_url or run.cluster.url())


@database.command()
def migrate(
    context: typer.Context,
    revision: Annotated[str, typer.Argument(help="head, base, or the name of a revision.")] = "head",
) -> None:
    """Bring the schema to the newest revision, or to a given one. 升级（或退回）数据库结构。

    Going down drops tables with their data. Example: `gridmap db migrate`
    """
    run = door(context)
    migrate_database(run.url, revision)
    present, newest = revisions(connect(run.url))
    run.say(
        Text(en=f"Schema {present or 'none'} of {newest}.", zh=f"数据库结构：{present or '空'}／{newest}。")
    )


def _refuse_own_server(run: Door) -> None:
    if run.settings.database_url is not None:
        raise Invalid(
            Text(
                en="GRIDMAP_DATABASE_URL names a server of your own; gridmap does not start or stop it.",
                zh="GRIDMAP_DATABASE_URL 指向您自己的数据库服务器，gridmap 不负责其启停。",
            ),
            hint=Text(
                en="Unset it to use the embedded database.", zh="若要使用内置数据库，请取消该环境变量。"
            ),
        )


def _show(run: Door, found: ClusterStatus, *, as_json: bool) -> None:
    if as_json:
        run.answer(
            {
                "state": str(found.state),
                "home": str(found.home),
                "url": found.url,
                "user": found.user,
                "version": found.version,
                "pid": found.pid,
                "log": str(found.log),
            }
        )
        return
    states = {"absent": "尚未创建", "stopped": "已停止", "starting": "正在启动", "running": "运行中"}
    run.say(
        Text(
            en=f"{found.state} · {found.home} · {found.url}",
            zh=f"{states[str(found.state)]} · {found.home} · {found.url}",
        )
    )
