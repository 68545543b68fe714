"""Tokens of pages: where the next one begins, signed with a secret of the database that all workers share."""

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from functools import cached_property

from sqlalchemy import Engine

from gridmap.db.collections import Collection
from gridmap.db.engine import transaction
from gridmap.db.features import Selection
from gridmap.db.queries import sql
from gridmap.errors import Invalid, Text

SIGNATURE_BYTES = 16
"""Of the 32 that HMAC-SHA-256 gives; RFC 2104 §5 asks for half at least."""


@dataclass(frozen=True, slots=True)
class Matched:
    """How many features a selection has, or about how many."""

    number: int
    is_exact: bool = True

    def as_dict(self) -> dict[str, int]:
        """Return it as it is told: a guess has a name of its own (OGC API Features, req/core/fc-numberMatched)."""
        return {"numberMatched" if self.is_exact else "numberMatchedEstimate": self.number}


@dataclass(frozen=True, slots=True)
class Begun:
    """A walk through a selection: it goes on after this id, and so many features were matched when it began."""

    after: int
    matched: Matched


class PageTokens:
    """Makes and opens tokens. A token is good for the collection and selection it was made for."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def made(self, last: int, matched: Matched, collection: Collection, selection: Selection) -> str:
        """Return the token of the page behind the feature `last`."""
        told = f"{last}.{matched.number}.{int(matched.is_exact)}".encode()
        return _text(self._signature(told, collection, selection) + told)

    def opened(self, token: str, collection: Collection, selection: Selection) -> Begun:
        """Return where a page begins.

        Raises
        ------
        Invalid : the token was not made here, or not for this selection.
        """
        held = _bytes(token)
        signature, told = held[:SIGNATURE_BYTES], held[SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._signature(told, collection, selection)):
            raise Invalid(
                Text(en="The paging token does not belong to this query.", zh="翻页标记与当前查询不符。"),
                hint=Text(
                    en="Follow the next link as it is, or leave out token to begin again.",
                    zh="请原样使用 next 链接，或去掉 token 从头开始。",
                ),
                parameter="token",
            )
        last, number, is_exact = (int(part) for part in told.split(b"."))
        return Begun(last, Matched(number, is_exact=bool(is_exact)))

    @cached_property
    def _secret(self) -> bytes:
        with transaction(self.engine, actor="paging", role="gridmap_app") as connection:
            return bytes(connection.execute(sql("secret"), {"purpose": "paging"}).scalar_one())

    def _signature(self, told: bytes, collection: Collection, selection: Selection) -> bytes:
        asked = json.dumps([collection.id, asdict(selection)], default=str, sort_keys=True).encode()
        return hmac.digest(self._secret, told + b"\0" + asked, hashlib.sha256)[:SIGNATURE_BYTES]


def _text(token: bytes) -> str:
    return base64.urlsafe_b64encode(token).decode().rstrip("=")


def _bytes(token: str) -> bytes:
    """Return what a token holds; nothing for what is none."""
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""
