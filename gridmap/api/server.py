"""Run the HTTP server until it is told to stop."""

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from gridmap.api.app import create_app, front_door
from gridmap.api.patience import PatientProtocol
from gridmap.api.requests import log_as_json
from gridmap.db.engine import connect
from gridmap.errors import Conflict, Text
from gridmap.services.metrics import FOLDER as METRICS_FOLDER
from gridmap.settings import Settings

SECONDS_TO_FINISH = 5
"""Requests under way at the end may take this long."""

SECONDS_KEPT_OPEN = 75
"""Idle connections stay open longer than proxies use them, so that none is closed as a request comes in."""

SECONDS_WITHOUT_SIGN = 60
"""A worker that gives no sign of life for this long is replaced; a busy machine can keep one waiting."""


def run(*, url: str, settings: Settings, workers: int = 1) -> None:
    """Serve on ``settings.host`` and ``settings.port`` until Ctrl-C or a signal to end, then finish what is under way.

    Parameters
    ----------
    url : address of the database.
    workers : processes that answer; each has its own connections.

    Raises
    ------
    Conflict : the port is taken, or the address is not one of this machine.
    """
    _tell_workers(url, settings)
    with _counting_together(workers), _listening(settings) as listener:
        config = uvicorn.Config(
            "gridmap.api.server:application",
            factory=True,
            workers=workers,
            access_log=False,
            http=PatientProtocol,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=SECONDS_TO_FINISH,
            timeout_keep_alive=SECONDS_KEPT_OPEN,
            timeout_worker_healthcheck=SECONDS_WITHOUT_SIGN,
        )
        print(_where(listener, settings.language()), file=sys.stderr, flush=True)  # noqa: T201
        try:
            if workers > 1:
                Multiprocess(config, sockets=[listener]).run()
            else:
                uvicorn.Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            print(file=sys.stderr)  # noqa: T201


def application() -> ASGIApp:
    """Make the application of one worker, from the environment that `run` set."""
    settings = Settings()
    assert settings.database_url is not None
    log_as_json(of_requests=settings.log_requests)
    return front_door(create_app(settings, connect(settings.database_url)))


def _tell_workers(url: str, settings: Settings) -> None:
    """Put what the workers need into the environment they are started with."""
    os.environ["GRIDMAP_DATABASE_URL"] = url
    os.environ["GRIDMAP_WEB"] = str(settings.web)
    os.environ["GRIDMAP_DATA"] = str(settings.data)
    os.environ["GRIDMAP_EXPORTS"] = str(settings.shelf)
    os.environ["GRIDMAP_LOG_REQUESTS"] = str(settings.log_requests)


@contextmanager
def _counting_together(workers: int) -> Iterator[None]:
    """Give several processes a folder in which to keep their counts for each other; one process needs none."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="gridmap-metrics-") as folder:
        os.environ[METRICS_FOLDER] = folder
        yield


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise Conflict(
            Text(
                en=f"Cannot listen on {settings.host}:{settings.port}: {why}.",
                zh=f"无法在 {settings.host}:{settings.port} 上监听：{why}。",
            ),
            hint=Text(
                en="Choose another port with --port, or stop what uses this one.",
                zh="请用 --port 换一个端口，或先停止占用该端口的程序。",
            ),
            host=settings.host,
            port=settings.port,
        ) from error


def _where(listener: socket.socket, language: str) -> str:
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    address = f"http://{shown}:{port}"
    text = Text(
        en=f"gridmap is at {address} (Ctrl-C stops it)", zh=f"网格图已启动：{address}（按 Ctrl-C 停止）"
    )
    return text.in_language(language)
