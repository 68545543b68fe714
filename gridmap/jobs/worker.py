"""A worker: takes the job that waited longest, works on it, tells how far it is, and stops it when somebody wants that."""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine

from gridmap.db.engine import connect, transaction
from gridmap.db.tables.studies import JobState
from gridmap.errors import GridmapError, Text, Unavailable
from gridmap.services import answering, jobs
from gridmap.services.exporting.shelf import Shelf

logger = logging.getLogger("gridmap.jobs")

PAUSE_SECONDS = 0.5
"""Between two looks for work, and between two signs of life."""
WORKER = "worker"


class Pulse:
    """Signs of life of a job under way: a thread tells how far it is and hears whether it shall stop."""

    def __init__(self, engine: Engine, job_id: UUID) -> None:
        self.engine = engine
        self.job_id = job_id
        self.place = jobs.Place()
        self.stopped = threading.Event()
        self.over = threading.Event()

    def report(self, stage: str, done: int, total: int) -> None:
        """Keep how far the work is; raise `Cancelled` if it shall stop."""
        self.place = self.place._replace(stage=stage, done=done, total=total)
        if self.stopped.is_set():
            raise jobs.Cancelled

    def hear(self, at_once: dict[str, Any]) -> None:
        """Keep a first answer, and tell it."""
        self.place = self.place._replace(at_once=at_once)
        self.beat()

    def beat(self) -> None:
        """Tell the database how far the work is."""
        with transaction(self.engine, actor=WORKER, role="gridmap_app") as connection:
            if not jobs.beat(connection, self.job_id, self.place):
                self.stopped.set()

    def _run(self) -> None:
        while not self.over.wait(PAUSE_SECONDS):
            try:
                self.beat()
            except GridmapError as error:
                logger.warning("job %s: %s", self.job_id, error)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beat until the work is over."""
        self.beat()
        thread = threading.Thread(target=self._run, name=f"pulse of job {self.job_id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.over.set()
            thread.join()


def work_once(engine: Engine, data: Path, exports: Path) -> bool:
    """Work on one job; return whether there was one.

    Parameters
    ----------
    data : the folder that holds ``standards``.
    exports : the folder of files to be downloaded.
    """
    with transaction(engine, actor=WORKER, role="gridmap_app") as connection:
        claimed = jobs.claim(connection)
    if claimed is None:
        return False
    state, found, error = _work(engine, claimed, data, exports)
    with transaction(engine, actor=WORKER, role="gridmap_app") as connection:
        jobs.finish(connection, claimed.id, state, found=found, error=error)
    return True


def _work(
    engine: Engine, claimed: jobs.Claimed, data: Path, exports: Path
) -> tuple[JobState, jobs.Found, GridmapError | None]:
    nothing = jobs.Found()
    try:
        pulse = Pulse(engine, claimed.id)
        with pulse.beating():
            found = answering.answer(
                engine,
                claimed,
                standards=data / "standards",
                shelf=Shelf(exports),
                progress=pulse.report,
                hear=pulse.hear,
            )
    except jobs.Cancelled:
        return JobState.CANCELLED, nothing, None
    except GridmapError as error:
        return JobState.FAILED, nothing, error
    except Exception as error:
        number = uuid4().hex[:8]
        logger.exception("fault %s in job %s", number, claimed.id, exc_info=error)
        return JobState.FAILED, nothing, _our_fault(number)
    return JobState.DONE, found, None


def work(url: str, data: Path, exports: Path, parent: int) -> None:
    """Work on jobs as long as the process that began this one lives."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    engine = connect(url)
    pause = threading.Event()
    while os.getppid() == parent:
        try:
            busy = work_once(engine, data, exports)
        except Unavailable as error:
            logger.warning("no work now: %s", error)
            busy = False
        if not busy:
            pause.wait(PAUSE_SECONDS)


@contextmanager
def worker_beside(url: str, data: Path, exports: Path) -> Iterator[None]:
    """Let a process of its own work on jobs meanwhile, so that long work does not slow the answers of a server."""
    process = multiprocessing.get_context("spawn").Process(
        target=work, args=(url, data, exports, os.getpid()), name="gridmap worker", daemon=True
    )
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _our_fault(number: str) -> GridmapError:
    return GridmapError(
        Text(en=f"Something went wrong; the fault is {number}.", zh=f"系统出错，故障编号 {number}。"),
        hint=Text(en="Quote the number to whoever runs gridmap.", zh="请将编号告知系统管理员。"),
    )
