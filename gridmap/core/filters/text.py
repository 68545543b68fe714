"""CQL2 text → CQL2 JSON, by operator precedence, in time that grows with the length of the text only.

Grammar: OGC 21-065r2, annex B. Each character is looked at once and nothing is tried twice, so no text takes long,
and nesting has an end long before Python's.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from gridmap.core.filters.refusals import DEEPEST, EXAMPLE, refused, too_deep
from gridmap.errors import Invalid, Text

TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<text>'(?:[^'\\]|''|\\'|\\(?!'))*')
    | (?P<quoted>"(?:[^"]|"")+")
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<word>[^\W\d][\w.:]*)
    | (?P<symbol><>|<=|>=|[=<>+\-*/%^(),])""",
    re.VERBOSE,
)

COMPARING = 4
BINDING = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">=", "like", "between", "in", "is", "not"), COMPARING),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/", "%", "div"), 6),
    "^": 7,
}
"""Operator → how strongly it holds its operands; those of one strength go from left to right."""

GEOMETRIES = {
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, quoted text or symbol; ``said`` is it in lower case where it means something by itself."""

    kind: str
    said: str
    start: int
    end: int


def parse(text: str) -> Any:
    """Return the JSON form of a filter in text.

    Raises
    ------
    Invalid : it is no CQL2, naming the character; or it is too deep.
    """
    return _Parser(text).whole()


def _tokens(text: str) -> list[Token]:
    tokens, place = [], 0
    while place < len(text):
        found = TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            raise _unexpected(text, place)
        if found.lastgroup != "space":
            said = found[0].lower() if found.lastgroup in ("word", "symbol") else ""
            tokens.append(Token(found.lastgroup, said, place, found.end()))
        place = found.end()
    return [*tokens, Token("end", "", len(text), len(text))]


def _unexpected(text: str, place: int) -> Invalid:
    if not text[place:].strip():
        where = Text(en="The filter ends too early.", zh="过滤条件不完整。")
    else:
        shown = text[place : place + 20]
        where = Text(
            en=f"The filter cannot be read from character {place + 1} on: “{shown}”.",
            zh=f"过滤条件从第 {place + 1} 个字符起无法识别：“{shown}”。",
        )
    return refused(where, EXAMPLE)


class _Parser:
    """Goes through the tokens of a text once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.place = 0
        self.depth = 0

    def whole(self) -> Any:
        expression = self.expression()
        if self.next.kind != "end":
            raise self.unexpected()
        return expression

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.next
        if token.kind == "end":
            raise self.unexpected()
        self.place += 1
        return token

    def accept(self, said: str) -> bool:
        """Step over a word or symbol, if it is the next."""
        found = self.next.said == said
        self.place += found
        return found

    def expect(self, said: str) -> None:
        if not self.accept(said):
            raise self.unexpected()

    def unexpected(self) -> Invalid:
        return _unexpected(self.text, self.next.start)

    def expression(self, holding: int = 0) -> Any:
        """Read on while operators bind more strongly than the one that holds this expression."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise too_deep()
        left = self.operand()
        while BINDING.get(self.next.said, 0) > holding:
            left = self.joined(left, self.take().said)
        self.depth -= 1
        return left

    def joined(self, left: Any, operator: str) -> Any:
        """Read what follows an operator."""
        if operator in ("and", "or"):
            return self.chain(left, operator)
        if operator == "is":
            negated = self.accept("not")
            self.expect("null")
            return _negated({"op": "isNull", "args": [left]}, negated=negated)
        negated = operator == "not"
        if negated:
            operator = self.take().said
            if operator not in ("like", "between", "in"):
                self.place -= 1
                raise self.unexpected()
        return _negated({"op": operator, "args": [left, *self.right(operator)]}, negated=negated)

    def chain(self, left: Any, operator: str) -> Any:
        operands = [left, self.expression(BINDING[operator])]
        while self.accept(operator):
            operands.append(self.expression(BINDING[operator]))
        return {"op": operator, "args": operands}

    def right(self, operator: str) -> list[Any]:
        """Read the right side of an operator."""
        if operator == "in":
            self.expect("(")
            return [self.list()]
        first = self.expression(BINDING[operator])
        if operator != "between":
            return [first]
        self.expect("and")
        return [first, self.expression(COMPARING)]

    def operand(self) -> Any:
        token = self.take()
        if token.kind == "number":
            return _number(self.source(token))
        if token.kind == "text":
            return re.sub(r"''|\\'", "'", self.source(token)[1:-1])
        if token.kind == "quoted":
            return {"property": self.source(token)[1:-1].replace('""', '"')}
        if token.kind == "word":
            return self.word(token)
        if token.said == "(":
            held = self.list()
            return held[0] if len(held) == 1 else held
        if token.said in ("-", "+"):
            return self.signed(token.said)
        self.place -= 1
        raise self.unexpected()

    def signed(self, sign: str) -> Any:
        operand = self.expression(BINDING["^"])
        if sign == "+":
            return operand
        is_number = isinstance(operand, int | float) and not isinstance(operand, bool)
        return -operand if is_number else {"op": "*", "args": [-1, operand]}

    def word(self, token: Token) -> Any:
        """Read what a word begins: a value, a geometry, a name or a function."""
        if token.said == "not":
            return {"op": "not", "args": [self.expression(BINDING["and"])]}
        if token.said in ("true", "false"):
            return token.said == "true"
        if token.said in GEOMETRIES:
            return self.geometry(token)
        if token.said in BINDING or token.said == "null":
            self.place -= 1
            raise self.unexpected()
        return self.call(token.said) if self.accept("(") else {"property": self.source(token)}

    def call(self, name: str) -> Any:
        """Read the arguments of a function, or of what is written like one."""
        arguments = self.list()
        if name in ("date", "timestamp"):
            return {name: arguments[0] if len(arguments) == 1 else arguments}
        return {name: arguments} if name in ("interval", "bbox") else {"op": name, "args": arguments}

    def list(self) -> list[Any]:
        """Read expressions with commas between, up to the closing bracket."""
        held: list[Any] = []
        if self.accept(")"):
            return held
        held.append(self.expression())
        while self.accept(","):
            held.append(self.expression())
        self.expect(")")
        return held

    def geometry(self, token: Token) -> Any:
        """Read well-known text: what it is called, and all to the bracket that closes it."""
        depth = 0
        while True:
            said = self.take().said
            depth += {"(": 1, ")": -1}.get(said, 0)
            if depth > DEEPEST:
                raise too_deep()
            if depth == 0 and said in (")", "empty"):
                break
        written = self.text[token.start : self.tokens[self.place - 1].end]
        try:
            with np.errstate(all="ignore"):  # what overflows is refused when the geometry is looked at
                return json.loads(shapely.to_geojson(shapely.from_wkt(written)))
        except (shapely.errors.ShapelyError, ValueError):
            raise _no_geometry(token.start) from None

    def source(self, token: Token) -> str:
        return self.text[token.start : token.end]


def _number(digits: str) -> int | float:
    """Return a number; whole ones that no column can hold come as floats."""
    return int(digits) if digits.isdigit() and len(digits) < 19 else float(digits)


def _negated(predicate: Any, *, negated: bool) -> Any:
    return {"op": "not", "args": [predicate]} if negated else predicate


def _no_geometry(place: int) -> Invalid:
    return refused(
        Text(
            en=f"The geometry at character {place + 1} is no well-known text.",
            zh=f"第 {place + 1} 个字符处的几何图形不是有效的 WKT。",
        ),
        Text(
            en="Write POLYGON((116.4 39.9, 116.5 39.9, 116.5 40, 116.4 39.9)), longitude first, each ring closed.",
            zh="格式如 POLYGON((116.4 39.9, 116.5 39.9, 116.5 40, 116.4 39.9))，经度在前，环须闭合。",
        ),
    )
