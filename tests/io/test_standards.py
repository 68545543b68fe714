"""Standards in files: the ones that come with gridmap, and broken ones."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from gridmap.core.coverage.kinds import FACILITY_KINDS
from gridmap.core.coverage.layering import resolved
from gridmap.core.coverage.norms import Norm, Standard, unverified
from gridmap.errors import Invalid, NotFound
from gridmap.io.osm_tags import FACILITIES
from gridmap.io.standards import SCHEMA, read_standard, read_standards
from gridmap.settings import REPOSITORY, Settings

FOLDER = REPOSITORY / "data" / "standards"
GOOD: dict[str, Any] = {
    "id": "city",
    "title": {"zh": "市标准", "en": "City standard"},
    "edition": "2026",
    "scope": "city",
    "sources": {"paper": "the printed standard"},
    "norms": [
        {
            "id": "day_care",
            "name": {"zh": "日间照料", "en": "day care"},
            "kinds": ["day_care"],
            "tier": "special",
            "evidence": {"clause": "3.1", "source": "paper", "verified": True},
            "radius_m": {"urban": 300, "rural": None},
            "floor_area": {"minimum_m2": {"urban": 350}, "per_household_m2": {"urban": [0.05, 0.1]}},
        }
    ],
}


def read(folder: Path, data: object) -> Standard:
    file = folder / "city.yaml"
    file.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return read_standard(file, schema=FOLDER / SCHEMA)


def changed(*path: str | int, to: object) -> dict[str, Any]:
    data = copy.deepcopy(GOOD)
    part: Any = data
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = to
    return data


@pytest.fixture(scope="module")
def shipped() -> dict[str, Standard]:
    return {one.id: one for one in read_standards(Settings().data / "standards")}


def numbers(norm: Norm) -> dict[str, tuple[float, bool]]:
    return {path: (value.amount, value.evidence.is_verified) for path, value in norm.values()}


def test_the_standards_that_come_with_gridmap_are_read_and_resolved(shipped: dict[str, Standard]) -> None:
    assert {"community-policy", "gb50180-2018", "complete-community", "embedded-services"} <= set(shipped)
    for name in shipped:
        assert resolved(name, shipped.values()).norms


def test_both_readings_of_the_policy_are_there_with_the_clause_quoted(shipped: dict[str, Standard]) -> None:
    rooms = shipped["community-policy"].norm("community_rooms")
    assert numbers(rooms) == {
        "floor_area.minimum_m2.urban": (300, True),
        "floor_area.minimum_m2.rural": (500, True),
        "floor_area.per_household_low_m2.urban": (1 / 20, True),
        "floor_area.per_household_high_m2.urban": (1 / 10, True),
    }
    (quoted,) = {value.evidence.text for _, value in rooms.values()}
    assert quoted is not None
    assert "每10户到20户1平方米" in quoted


def test_only_what_was_read_in_a_source_is_called_verified(shipped: dict[str, Standard]) -> None:
    verified = {
        (norm.id, path)
        for norm in shipped["gb50180-2018"].norms
        for path, value in norm.values()
        if value.evidence.is_verified
    }
    assert verified == {
        ("primary_school", "radius_m.urban"),
        ("medium_sports_ground", "radius_m.urban"),
        ("kindergarten", "radius_m.urban"),
        ("day_care", "radius_m.urban"),
        ("day_care", "floor_area.minimum_m2.urban"),
        ("day_care", "floor_area.guide_m2.urban"),
        ("waste_point", "radius_m.urban"),
    }


def test_the_page_on_coverage_tells_how_many_numbers_are_verified(shipped: dict[str, Standard]) -> None:
    page = (REPOSITORY / "docs" / "coverage.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([a-z0-9-]+)` \|.*\| (\d+) of (\d+) \|$", page, re.MULTILINE)
    counts = []
    for name, standard in shipped.items():
        flags = [value.evidence.is_verified for norm in standard.norms for _, value in norm.values()]
        counts.append((name, str(sum(flags)), str(len(flags))))
    assert sorted(told) == sorted(counts)


def test_the_example_on_the_page_is_a_standard(tmp_path: Path, shipped: dict[str, Standard]) -> None:
    page = (REPOSITORY / "docs" / "coverage.md").read_text(encoding="utf-8")
    own = read(tmp_path, yaml.safe_load(page.split("```yaml")[1].split("```")[0]))
    day_care = resolved(own.id, [*shipped.values(), own]).norm("day_care")
    assert numbers(day_care)["radius_m.rural"] == (800, True)
    assert numbers(day_care)["radius_m.urban"] == (300, True)


def test_a_source_called_recalled_is_never_called_verified(shipped: dict[str, Standard]) -> None:
    values = [value for one in shipped.values() for norm in one.norms for _, value in norm.values()]
    assert not [value for value in values if value.evidence.source.startswith("recalled") and value.evidence.is_verified]  # fmt: skip


def test_what_is_recalled_warns_and_what_was_read_does_not(shipped: dict[str, Standard]) -> None:
    national = shipped["gb50180-2018"]
    assert [warning.en.split(": ")[-1] for warning in unverified(national.norm("kindergarten"))] == [
        "floor_area.minimum_m2.urban 3150, floor_area.guide_m2.urban 4550."
    ]
    assert unverified(national.norm("day_care")) == ()


def test_the_sample_project_changes_single_values_of_the_national_standard(
    shipped: dict[str, Standard],
) -> None:
    own = resolved("sample-district", shipped.values()).norm("day_care")
    origins = {path: (value.amount, value.evidence.standard) for path, value in own.values()}
    assert origins["radius_m.urban"] == (500, "sample-district")
    assert origins["floor_area.minimum_m2.urban"] == (350, "gb50180-2018")


def test_every_kind_that_imports_and_the_sample_use_has_a_name() -> None:
    plan = yaml.safe_load((REPOSITORY / "data/sample/elements.yaml").read_text(encoding="utf-8"))
    used = {each["kind"] for each in [*plan["facilities"], *plan["everyday"]]}
    used |= {kind for tags in FACILITIES.values() for kind, _ in tags.values()}
    assert used - set(FACILITY_KINDS) == set()


def test_every_facility_of_the_sample_that_a_norm_knows_is_asked_for_somewhere(
    shipped: dict[str, Standard],
) -> None:
    asked = {kind for one in shipped.values() for norm in one.norms for kind in norm.kinds or ()}
    assert {
        "service_station",
        "day_care",
        "clinic",
        "kindergarten",
        "canteen",
        "market",
        "gas_office",
    } <= asked


def test_null_and_absence_mean_that_nothing_is_set(tmp_path: Path) -> None:
    norm = read(tmp_path, GOOD).norms[0]
    assert norm.radius_m is not None
    assert norm.radius_m.rural is None
    assert norm.places_per_hundred is None
    assert norm.floor_area is not None
    assert norm.floor_area.guide_m2 is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (changed("norms", 0, "kinds", to=["castle"]), "no kind of facility “castle”"),
        (changed("norms", 0, "radius_m", to={"urban": -300}), "norms/0/radius_m/urban: must be above 0"),
        (changed("norms", 0, "radius_m", to={"urban": 0}), "must be above 0"),
        (changed("norms", 0, "radius_m", to={"urban": "300 m"}), "of the wrong type"),
        (changed("norms", 0, "radius", to={"urban": 300}), "does not know"),
        (changed("norms", 0, "evidence", to={"clause": "3.1", "source": "paper"}), "lacks something"),
        (changed("norms", 0, "evidence", "source", to="hearsay"), "“hearsay” is not in sources"),
        (changed("norms", 0, "tier", to="great"), "none of the words allowed"),
        (changed("norms", to=[GOOD["norms"][0]] * 2), "the id is taken"),
        (changed("norms", 0, "floor_area", to={"per_household_m2": {"urban": [0.1, 0.05]}}), "swapped"),
        (changed("id", to="Our City"), "not written as it should be"),
        (["no", "standard"], "of the wrong type"),
        (None, "of the wrong type"),
    ],
)
def test_a_broken_file_is_refused_with_what_is_wrong_and_where(
    tmp_path: Path, data: object, said: str
) -> None:
    with pytest.raises(Invalid, match=re.escape(said)) as refusal:
        read(tmp_path, data)
    assert "city.yaml" in refusal.value.message.zh
    assert refusal.value.hint is not None


def test_what_is_no_yaml_is_refused(tmp_path: Path) -> None:
    for content in (b"id: [", b"\xff\xfe\x00"):
        (tmp_path / "bad.yaml").write_bytes(content)
        with pytest.raises(Invalid, match="not YAML"):
            read_standard(tmp_path / "bad.yaml", schema=FOLDER / SCHEMA)


def test_a_city_may_use_kinds_of_its_own(tmp_path: Path) -> None:
    (tmp_path / SCHEMA).write_bytes((FOLDER / SCHEMA).read_bytes())
    (tmp_path / "own.yaml").write_text(
        yaml.safe_dump(changed("norms", 0, "kinds", to=["tea_house"])), encoding="utf-8"
    )
    (own,) = read_standards(tmp_path, kinds=["tea_house"])
    assert own.norms[0].kinds == ("tea_house",)


def test_two_files_with_one_id_and_a_folder_without_standards_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no standards"):
        read_standards(tmp_path)
    (tmp_path / SCHEMA).write_bytes((FOLDER / SCHEMA).read_bytes())
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(GOOD), encoding="utf-8")
    with pytest.raises(Invalid, match="city is taken"):
        read_standards(tmp_path)


def test_a_file_is_read_once_until_it_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(tmp_path, GOOD)
    parsed = []
    parse = yaml.load

    def counted(text: str, **options: Any) -> Any:
        parsed.append(text)
        return parse(text, **options)

    monkeypatch.setattr(yaml, "load", counted)
    file = tmp_path / "city.yaml"
    again = [read_standard(file, schema=FOLDER / SCHEMA) for _ in range(3)]
    assert parsed == []
    assert again[0] is again[2]
    file.write_text(yaml.safe_dump(GOOD | {"edition": "2027"}, allow_unicode=True), encoding="utf-8")
    assert read_standard(file, schema=FOLDER / SCHEMA).edition == "2027"
    assert len(parsed) == 1
