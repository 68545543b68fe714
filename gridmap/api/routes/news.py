"""Changes as they happen, for maps that stand open."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from gridmap.api.dependencies import nothing_else
from gridmap.api.patience import ENDLESS
from gridmap.api.schemas import Change, Changes
from gridmap.services.tiles import Tiles
from gridmap.services.tiles.telling import Ear

router = APIRouter(prefix="/api/v1/changes", tags=["Changes"])

SECONDS_BETWEEN = 0.2
"""Changes that come closer together are told together."""
MILLISECONDS_TO_RETURN = 2000
"""After which a client whose stream broke off comes back."""


async def ear_of(request: Request) -> AsyncIterator[Ear]:
    """Hear of changes until the client goes away.

    Raises
    ------
    Unavailable : too many listen already.
    """
    tiles: Tiles = request.app.state.tiles
    request.scope[ENDLESS] = True
    with tiles.audience.joined() as ear:
        yield ear


@router.get("", response_class=EventSourceResponse, dependencies=[Depends(nothing_else)])
async def changes(ear: Annotated[Ear, Depends(ear_of)]) -> AsyncIterator[ServerSentEvent]:
    """Tell which layers changed and where, as it happens, in events called “change”; the stream never ends."""
    yield ServerSentEvent(comment="listening", retry=MILLISECONDS_TO_RETURN)
    while True:
        heard = await ear.listen()
        told = Changes(changes=[Change(layer=layer, bbox=degrees) for layer, degrees in heard.items()])
        yield ServerSentEvent(event="change", data=told)
        await asyncio.sleep(SECONDS_BETWEEN)
