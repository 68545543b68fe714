"""How much floor area a norm asks for, under both readings of its clause."""

from dataclasses import dataclass

from gridmap.core.coverage.norms import Combine, FloorRule, Local
from gridmap.errors import Invalid, Text


@dataclass(frozen=True, slots=True)
class Need:
    """One reading: how many m², and which term binds: ``minimum`` or ``per_household``."""

    area_m2: float
    binds: str


@dataclass(frozen=True, slots=True)
class FloorNeed:
    """The lenient and the strict reading of a clause; they are the same where it has one."""

    low: Need
    high: Need


def floor_need(rule: FloorRule, households: float | None, *, is_rural: bool) -> FloorNeed | None:
    """Return what a rule asks of a community, or of one facility, with so many households.

    ``need = combine(minimum, households × rate)``. The seed policy's 每10户到20户1平方米，最低不少于300平方米 is
    ``max(300, H/20)`` read leniently and ``max(300, H/10)`` read strictly: 300 m² bind up to 6,000 and up to 3,000
    households.

    Parameters
    ----------
    households : None where they are not known.

    Returns
    -------
    None where the rule sets nothing for such a community, or needs households that are not known.

    Raises
    ------
    Invalid : fewer than 0 households.
    """
    if households is not None and households < 0:
        raise Invalid(
            Text(en=f"There cannot be {households:g} households.", zh=f"户数不能为 {households:g}。"),
            hint=Text(en="Leave it out where it is not known.", zh="户数未知时请留空。"),
        )
    minimum = _amount(rule.minimum_m2, is_rural=is_rural)
    low = _amount(rule.per_household_low_m2, is_rural=is_rural)
    high = _amount(rule.per_household_high_m2, is_rural=is_rural)
    lenient = _need(minimum, low if low is not None else high, households, rule.combine)
    strict = _need(minimum, high if high is not None else low, households, rule.combine)
    return None if lenient is None or strict is None else FloorNeed(lenient, strict)


def _need(
    minimum: float | None, rate: float | None, households: float | None, combine: Combine | None
) -> Need | None:
    if rate is None:
        return None if minimum is None else Need(minimum, "minimum")
    if households is None:
        return None
    terms = [Need(rate * households, "per_household")]
    if minimum is not None:
        terms.insert(0, Need(minimum, "minimum"))
    choose = min if combine is Combine.MIN else max
    return choose(terms, key=lambda term: term.area_m2)


def _amount(local: Local | None, *, is_rural: bool) -> float | None:
    value = None if local is None else local.at(is_rural=is_rural)
    return None if value is None else value.amount
