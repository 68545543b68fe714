"""The plan of a sample district: what its author drew by hand, before anything is generated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from gridmap.core.model import CommunityType
from gridmap.errors import Invalid, Text

Position = tuple[float, float]
"""Metres east and north of the plan's origin."""


@dataclass(frozen=True, slots=True)
class Bend:
    """How the plan is bent and turned, so that its streets curve.

    Parameters
    ----------
    turn : degrees, anticlockwise.
    east, north : amplitude (m), wavelength / 2π (m) and phase of the sine that moves a point east (by its
        northing) and north (by its easting).
    """

    turn: float
    east: tuple[float, float, float]
    north: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A street, river, railway or mere border, and its width in metres."""

    name: str
    line_class: str
    width: float
    points: tuple[Position, ...]
    smooth: bool


@dataclass(frozen=True, slots=True)
class PlannedCommunity:
    """A community, the rough outline of its faces, and its households if they are given exactly."""

    code: str
    name: str
    type: CommunityType
    outline: tuple[Position, ...]
    households: int | None
    name_en: str


@dataclass(frozen=True, slots=True)
class PlannedBlock:
    """What is built on the block around a point; `options` are those of the function that fills it.

    The last `uncounted` houses are too new for the table of households.
    """

    at: Position
    name: str
    fill: str
    street: str
    uncounted: int
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlannedThing:
    """A facility or an organisation in a block: near `at`, or near the block's middle when that is None."""

    block: str
    at: Position | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SampleSettings:
    """Everything `generate` needs besides the random numbers.

    Parameters
    ----------
    origin : longitude and latitude of the plan's origin.
    today : the day on which matters are open or closed.
    candidates : rooms and plots that could take a facility.
    everyday : small outlets, one for so many households; everywhere : organisations, one in each community.
    matter_kinds : rows of the kinds of matter; matters : titles, one matter for so many households.
    """

    origin: tuple[float, float]
    today: date
    attribution: str
    bend: Bend
    street_code: str
    street_name: str
    street_name_en: str
    communities: tuple[PlannedCommunity, ...]
    lines: tuple[PlannedLine, ...]
    blocks: tuple[PlannedBlock, ...]
    facilities: tuple[PlannedThing, ...] = ()
    organisations: tuple[PlannedThing, ...] = ()
    candidates: tuple[PlannedThing, ...] = ()
    everyday: tuple[Mapping[str, Any], ...] = ()
    everywhere: tuple[Mapping[str, Any], ...] = ()
    matter_kinds: tuple[Mapping[str, Any], ...] = ()
    matters: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Self:
        """Read the plan from what a YAML parser returns.

        Raises
        ------
        Invalid : a part is missing or malformed.
        """
        try:
            return cls(
                origin=_position(data["origin"]),
                today=data["today"],
                attribution=data["attribution"],
                bend=_bend(data["bend"]),
                street_code=data["street"]["code"],
                street_name=data["street"]["name"],
                street_name_en=data["street"]["name_en"],
                communities=tuple(_community(each) for each in data["communities"]),
                lines=tuple(_line(each) for each in data["lines"]),
                blocks=tuple(_block(each) for each in data["blocks"]),
                facilities=tuple(_thing(each) for each in data.get("facilities", ())),
                organisations=tuple(_thing(each) for each in data.get("organisations", ())),
                candidates=tuple(_thing(each) for each in data.get("candidates", ())),
                everyday=tuple(data.get("everyday", ())),
                everywhere=tuple(data.get("everywhere", ())),
                matter_kinds=tuple(data.get("matter_kinds", ())),
                matters=tuple(data.get("matters", ())),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Invalid(
                Text(
                    en=f"The plan of the sample district is malformed: {error!r}.",
                    zh=f"示例辖区的规划文件有误：{error!r}。",
                ),
                hint=Text(
                    en="Compare it with data/sample/district.yaml.",
                    zh="请对照 data/sample/district.yaml 检查。",
                ),
            ) from error


def _position(value: Sequence[float]) -> Position:
    east, north = value
    return float(east), float(north)


def _positions(values: Sequence[Sequence[float]]) -> tuple[Position, ...]:
    return tuple(_position(value) for value in values)


def _sine(value: Sequence[float]) -> tuple[float, float, float]:
    amplitude, length, phase = value
    return float(amplitude), float(length), float(phase)


def _bend(data: Mapping[str, Any]) -> Bend:
    return Bend(turn=float(data["turn"]), east=_sine(data["east"]), north=_sine(data["north"]))


def _line(data: Mapping[str, Any]) -> PlannedLine:
    return PlannedLine(
        name=data["name"],
        line_class=data["class"],
        width=float(data["width"]),
        points=_positions(data["points"]),
        smooth=bool(data.get("smooth", False)),
    )


def _community(data: Mapping[str, Any]) -> PlannedCommunity:
    return PlannedCommunity(
        code=data["code"],
        name=data["name"],
        type=CommunityType(data["type"]),
        outline=_positions(data["outline"]),
        households=data.get("households"),
        name_en=data["name_en"],
    )


def _block(data: Mapping[str, Any]) -> PlannedBlock:
    own = ("at", "name", "fill", "street", "uncounted")
    return PlannedBlock(
        at=_position(data["at"]),
        name=data["name"],
        fill=data["fill"],
        street=data.get("street", ""),
        uncounted=int(data.get("uncounted", 0)),
        options={key: value for key, value in data.items() if key not in own},
    )


def _thing(data: Mapping[str, Any]) -> PlannedThing:
    at = data.get("at")
    return PlannedThing(
        block=data["block"],
        at=None if at is None else _position(at),
        values={key: value for key, value in data.items() if key not in ("block", "at")},
    )
