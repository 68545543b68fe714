"""Standards over one another."""

import pytest

from gridmap.core.coverage.layering import layered, resolved
from gridmap.core.coverage.norms import FloorRule, Local, Norm
from gridmap.errors import Invalid, NotFound
from tests.core.coverage.rules import SEED, local, norm, standard, value


def test_a_narrower_standard_changes_single_values_and_each_keeps_its_origin() -> None:
    national = standard("cn", norm(radius_m=local(300, 500), floor_area=SEED))
    province = standard(
        "hubei",
        Norm(id="day_care", floor_area=FloorRule(minimum_m2=Local(urban=value(1000, standard="hubei")))),
        scope="province",
    )
    found = layered([national, province]).norm("day_care")
    origins = {path: (each.amount, each.evidence.standard) for path, each in found.values()}
    assert origins["floor_area.minimum_m2.urban"] == (1000, "hubei")
    assert origins["floor_area.minimum_m2.rural"] == (500, "test")
    assert origins["radius_m.urban"] == (300, "test")
    assert found.name == national.norms[0].name


def test_standards_are_laid_over_what_they_override_however_deep() -> None:
    layers = [
        standard("city", Norm(id="day_care", radius_m=local(200)), scope="city", overrides="province"),
        standard("province", norm("clinic"), scope="province", overrides="cn"),
        standard("cn", norm(radius_m=local(300, 400))),
    ]
    found = resolved("city", layers)
    assert found.id == "city"
    assert [one.id for one in found.norms] == ["day_care", "clinic"]
    assert found.norm("day_care").radius_m == local(200, 400)


def test_laying_in_steps_is_laying_at_once() -> None:
    one = standard("a", norm(radius_m=local(300)), norm("clinic"))
    two = standard("b", Norm(id="day_care", radius_m=local(rural=700)), scope="city")
    three = standard("c", Norm(id="clinic", radius_m=local(100)), scope="project")
    assert layered([layered([one, two]), three]) == layered([one, two, three])


@pytest.mark.parametrize("overrides", [("a", "a"), ("b", "a"), ("b", "c", "a")])
def test_overrides_in_a_circle_are_refused_and_shown(overrides: tuple[str, ...]) -> None:
    layers = [standard(name, norm(), overrides=over) for name, over in zip("abc", overrides, strict=False)]
    with pytest.raises(Invalid, match="circle: a → ") as refusal:
        resolved("a", layers)
    assert refusal.value.facts["standards"][0] == refusal.value.facts["standards"][-1] == "a"


def test_a_circle_that_does_not_lead_back_to_the_first_is_refused_too() -> None:
    layers = [standard(name, norm(), overrides=over) for name, over in ("ab", "bc", "cb")]
    with pytest.raises(Invalid, match="circle"):
        resolved("a", layers)


def test_a_wider_standard_cannot_override_a_narrower_one() -> None:
    layers = [standard("cn", norm(), overrides="city"), standard("city", norm(), scope="city")]
    with pytest.raises(Invalid, match="cannot override"):
        resolved("cn", layers)


def test_what_is_overridden_must_exist() -> None:
    with pytest.raises(NotFound, match="nowhere"):
        resolved("a", [standard("a", norm(), overrides="nowhere")])
    with pytest.raises(Invalid, match="day_car"):
        layered([standard("a", norm()), standard("b", Norm(id="day_car", radius_m=local(1)))])
