"""What the commands share: settings, the database, the language, and how they talk."""

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as ProgressBar
from rich.table import Table
from sqlalchemy import Engine

from gridmap.core.model import Progress
from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect
from gridmap.db.migrations import migrate, revisions
from gridmap.errors import Text, Unavailable
from gridmap.settings import Settings

STAGES = {
    "read": Text(en="Reading", zh="读取"),
    "write": Text(en="Writing", zh="写入"),
    "check": Text(en="Checking", zh="检查"),
    "store": Text(en="Storing", zh="入库"),
    "put": Text(en="Merging", zh="合并"),
    "join": Text(en="Joining", zh="关联"),
    "cells": Text(en="Making cells", zh="生成单元"),
    "search": Text(en="Dividing", zh="划分"),
    "judge": Text(en="Judging", zh="评估"),
    "areas": Text(en="Areas", zh="区域"),
    "at_once": Text(en="Choosing at once", zh="初选"),
    "solve": Text(en="Seeking the best choice", zh="求最优"),
    "compare": Text(en="Comparing", zh="比较"),
}


class Door:
    """One run of the command line. Results go to stdout, everything else to stderr."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.language = settings.language()
        self.console = Console(stderr=True, highlight=False)

    @property
    def actor(self) -> str:
        """Who acts: the account that runs the command."""
        return getpass.getuser()

    @property
    def standards(self) -> Path:
        """Folder of the standards."""
        return self.settings.data / "standards"

    @property
    def cluster(self) -> Cluster:
        """The embedded database, running or not."""
        return Cluster(self.settings.home)

    @cached_property
    def url(self) -> str:
        """Address of the database; the embedded one is started first."""
        return self.settings.database_url or self.cluster.up().url

    @cached_property
    def engine(self) -> Engine:
        """The database at the newest schema; the embedded one is brought there.

        Raises
        ------
        Unavailable : a database of the user's own is at an older schema.
        """
        engine = connect(self.url)
        present, newest = revisions(engine)
        if present != newest:
            if self.settings.database_url is not None:
                raise Unavailable(
                    Text(
                        en=f"The database schema is at {present or 'nothing'}; this version needs {newest}.",
                        zh=f"数据库结构版本为 {present or '空'}，本程序需要 {newest}。",
                    ),
                    hint=Text(en="Run `gridmap db migrate`.", zh="请运行 gridmap db migrate。"),
                )
            migrate(self.url)
        return engine

    def say(self, text: Text) -> None:
        """Tell the person something, on stderr."""
        self.print_line(text.in_language(self.language))

    def print_line(self, line: str) -> None:
        """Print a line on stderr as it is, however wide the terminal."""
        self.console.print(line, markup=False, soft_wrap=True)

    def answer(self, value: dict[str, Any]) -> None:
        """Print one JSON object on stdout."""
        typer.echo(as_json(value, pretty=sys.stdout.isatty()))

    def print_table(self, table: Table) -> None:
        """Print a table that is the answer, on stdout."""
        Console(highlight=False).print(table)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Show how far long work is, on stderr, where a person watches it."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with ProgressBar(
            *columns, console=self.console, transient=True, disable=not self.console.is_terminal
        ) as bar:
            stages: dict[str, Any] = {}

            def report(stage: str, done: int, total: int) -> None:
                if stage not in stages:
                    words = STAGES.get(stage, Text(en=stage, zh=stage))
                    stages[stage] = bar.add_task(words.in_language(self.language), total=total or None)
                bar.update(stages[stage], completed=done, total=total or None)

            yield report


def door(context: typer.Context) -> Door:
    """Return the run that a command belongs to."""
    found: Door = context.obj
    return found


def as_json(value: dict[str, Any], *, pretty: bool) -> str:
    """Return a report as JSON text; times and numbers of foreign types as their text."""
    return json.dumps(value, ensure_ascii=False, indent=1 if pretty else None, default=str)
