"""Norms and standards as tests write them."""

from gridmap.core.coverage.norms import Evidence, FloorRule, Local, Norm, Scope, Standard, Value
from gridmap.core.model import FacilityTier
from gridmap.errors import Text


def value(amount: float, *, standard: str = "test", is_verified: bool = True) -> Value:
    return Value(amount, Evidence(standard, "1.1", None, "the text", is_verified))


def local(urban: float | None = None, rural: float | None = None) -> Local:
    return Local(*(None if each is None else value(each) for each in (urban, rural)))


def norm(name: str = "day_care", **parts: object) -> Norm:
    return Norm(
        **{
            "id": name,
            "name": Text(en=name, zh=name),
            "kinds": (name,),
            "tier": FacilityTier.SPECIAL,
            **parts,
        }
    )  # type: ignore[arg-type]


def standard(name: str, *norms: Norm, scope: str = "national", overrides: str | None = None) -> Standard:
    return Standard(name, Text(en=name, zh=name), "2026", Scope(scope), overrides, norms)


SEED = FloorRule(
    minimum_m2=local(300, 500), per_household_low_m2=local(0.05), per_household_high_m2=local(0.1)
)
"""每10户到20户1平方米、最低不少于300平方米；农村最低不少于500平方米."""
