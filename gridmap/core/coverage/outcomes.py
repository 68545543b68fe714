"""The words of a verdict: what came of judging, and why somebody is not served."""

from enum import StrEnum


class Question(StrEnum):
    """The three things that are judged, each by itself: a facility can be near and too small, or large and too full."""

    DISTANCE = "distance"
    FLOOR_AREA = "floor_area"
    CAPACITY = "capacity"


class Outcome(StrEnum):
    """What came of judging one question for one building, facility or community.

    ``uncertain`` lies within the error of measurement or between two readings of a clause; ``unknown`` lacks a fact;
    ``not_set`` is asked by no clause.
    """

    MET = "met"
    UNCERTAIN = "uncertain"
    UNMET = "unmet"
    UNKNOWN = "unknown"
    NOT_SET = "not_set"


class Reason(StrEnum):
    """Why a building is not served, the first that holds in this order.

    bad_snap : the building could not be linked to the walking network.
    hours_unknown : a facility is near enough, but nobody knows whether it is open.
    closed_then : a facility is near enough, but closed at that time.
    detour_by_gate : it would be near enough if every gate were open.
    no_facility : none is near enough even in a straight line.
    unreachable : one is near enough in a straight line, but no way leads to any.
    detour : one is near enough in a straight line, but the way on foot is too long.
    over_capacity : there are facilities near enough, but too few places for all who depend on them.
    """

    BAD_SNAP = "bad_snap"
    HOURS_UNKNOWN = "hours_unknown"
    CLOSED_THEN = "closed_then"
    DETOUR_BY_GATE = "detour_by_gate"
    NO_FACILITY = "no_facility"
    UNREACHABLE = "unreachable"
    DETOUR = "detour"
    OVER_CAPACITY = "over_capacity"
