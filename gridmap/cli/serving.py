"""``serve``, ``demo`` and ``openapi``."""

from pathlib import Path
from typing import Annotated

import typer

from gridmap.api.app import write_openapi
from gridmap.api.server import run as run_server
from gridmap.cli.database import Json
from gridmap.cli.dividing import show_table
from gridmap.cli.door import Door, door
from gridmap.jobs.worker import worker_beside
from gridmap.services.demo import DemoReport, load_demo

Host = Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")]
Port = Annotated[int | None, typer.Option(help="Port to listen on.", min=0, max=65535, show_default="8000")]
Workers = Annotated[int, typer.Option(help="Processes that answer.", min=1, max=64)]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(demo)
    app.command()(serve)
    app.command(hidden=True)(openapi)


def serve(
    context: typer.Context,
    host: Host = None,
    port: Port = None,
    workers: Workers = 1,
    log_requests: Annotated[
        bool, typer.Option("--log-requests", help="Write a line of JSON for every request.")
    ] = False,
) -> None:
    """Serve the map, the OGC API and the tiles. 启动地图服务。

    Example: `gridmap serve --port 8080`
    """
    run = door(context)
    _serve(run, host, port, workers, log_requests=log_requests)


def demo(
    context: typer.Context,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="End after the summary.")] = False,
    host: Host = None,
    port: Port = None,
    as_json: Json = False,
) -> None:
    """Load the sample district and a real town, divide, check, and serve the map. 演示。

    The sample district is fictitious (示意); the town is the centre of Helsinki from OpenStreetMap. Safe to repeat.
    """
    run = door(context)
    with run.progress() as progress:
        report = load_demo(run.engine, run.settings.data, actor=run.actor, progress=progress)
    if as_json:
        run.answer(report.as_dict())
    else:
        _show(run, report)
    if not no_serve:
        _serve(run, host, port, 1)


def openapi(context: typer.Context, out: Path) -> None:  # noqa: ARG001
    """Write the OpenAPI document, from which the web application's types are made."""
    write_openapi(out)


def _serve(
    run: Door, host: str | None, port: int | None, workers: int, *, log_requests: bool = False
) -> None:
    wanted = {"host": host, "port": port, "log_requests": log_requests or None}
    given = {name: value for name, value in wanted.items() if value is not None}
    assert run.engine is not None  # brings the schema up before the first request
    with worker_beside(run.url, run.settings.data, run.settings.shelf):
        run_server(url=run.url, settings=run.settings.model_copy(update=given), workers=workers)


def _show(run: Door, report: DemoReport) -> None:
    for line in report.lines():
        run.say(line)
    for town in report.towns:
        show_table(run, town.division)
