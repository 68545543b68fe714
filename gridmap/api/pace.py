"""How often one address may ask for work. Addresses are kept in memory for a minute and nowhere else."""

import math
import time
from collections import deque
from collections.abc import Callable
from threading import Lock

from fastapi import Depends, Request

from gridmap.api.errors import TooOften
from gridmap.errors import Text

MOST_A_MINUTE = 30
"""Studies that one address may ask for in a minute, of each process of a server."""
MOST_TRIES_A_MINUTE = 300
"""Changes that one address may try in a minute: they are answered in milliseconds, and somebody may be dragging."""
WHILE_SECONDS = 60.0


class Pace:
    """Questions of each address in the last while; whoever asked too often is told when to come back.

    Parameters
    ----------
    most : questions of one address in a while.
    clock : seconds that never go back.
    """

    def __init__(self, most: int = MOST_A_MINUTE, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self.clock = clock
        self.asked: dict[str, deque[float]] = {}
        self.lock = Lock()

    def note(self, address: str) -> None:
        """Note a question.

        Raises
        ------
        TooOften : there were too many of that address; this one is not noted.
        """
        with self.lock:
            now = self.clock()
            self._forget(now - WHILE_SECONDS)
            times = self.asked.setdefault(address, deque())
            if len(times) >= self.most:
                raise _too_often(self.most, math.ceil(times[0] + WHILE_SECONDS - now))
            times.append(now)

    def _forget(self, before: float) -> None:
        for address, times in list(self.asked.items()):
            while times and times[0] <= before:
                times.popleft()
            if not times:
                del self.asked[address]


async def keep_pace(request: Request) -> None:
    """Refuse whoever asks for studies too often."""
    _note(request, request.app.state.pace)


async def keep_pace_of_tries(request: Request) -> None:
    """Refuse whoever tries changes too often."""
    _note(request, request.app.state.pace_of_tries)


PACED = Depends(keep_pace)
TRIES_PACED = Depends(keep_pace_of_tries)


def _note(request: Request, pace: Pace) -> None:
    pace.note(request.client.host if request.client else "")


def _too_often(most: int, seconds: int) -> TooOften:
    return TooOften(
        Text(
            en=f"This address asked {most} questions within a minute.",
            zh=f"该地址一分钟内已提出 {most} 个问题。",
        ),
        hint=Text(en=f"Ask again in {seconds} s.", zh=f"请在 {seconds} 秒后再试。"),
        retry_after=seconds,
    )
