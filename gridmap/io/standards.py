"""Standards read from YAML files and checked against their JSON schema."""

import json
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from gridmap.core.coverage.kinds import FACILITY_KINDS
from gridmap.core.coverage.norms import (
    Combine,
    Duty,
    Evidence,
    FloorRule,
    FloorUnit,
    Level,
    Local,
    Measured,
    Norm,
    Scope,
    Standard,
    TargetGroup,
    Value,
)
from gridmap.core.model import FacilityTier
from gridmap.errors import Invalid, NotFound, Text

SCHEMA = "schema.json"

Choice = TypeVar("Choice")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader of libyaml, ten times as fast, where PyYAML was built with it."""

_WRONG = {
    "exclusiveMinimum": Text(en="must be above 0", zh="必须大于 0"),
    "required": Text(en="lacks something", zh="缺少必填项"),
    "additionalProperties": Text(en="has something the schema does not know", zh="含有未定义的项"),
    "enum": Text(en="is none of the words allowed", zh="不在可选范围内"),
    "type": Text(en="is of the wrong type", zh="类型不对"),
    "pattern": Text(en="is not written as it should be", zh="写法不符合要求"),
}


def read_standards(folder: Path, *, kinds: Collection[str] = ()) -> tuple[Standard, ...]:
    """Read every standard of a folder, in the order of their ids.

    Parameters
    ----------
    folder : holds ``schema.json`` and YAML files.
    kinds : kinds of facilities in use besides `FACILITY_KINDS`.

    Raises
    ------
    NotFound : there is no such folder.
    Invalid : a file is malformed, or two have the same id.
    """
    if not (folder / SCHEMA).is_file():
        raise NotFound(
            Text(en=f"There are no standards in {folder}.", zh=f"{folder} 中没有标准文件。"),
            hint=Text(en="Set GRIDMAP_DATA to the data folder.", zh="请把 GRIDMAP_DATA 设为数据目录。"),
            folder=str(folder),
        )
    found: dict[str, Standard] = {}
    for file in sorted(folder.glob("*.yaml")):
        standard = read_standard(file, schema=folder / SCHEMA, kinds=kinds)
        if standard.id in found:
            raise _invalid(file, "id", Text(en=f"{standard.id} is taken", zh=f"{standard.id} 已被使用"))
        found[standard.id] = standard
    return tuple(found[name] for name in sorted(found))


def read_standard(file: Path, *, schema: Path, kinds: Collection[str] = ()) -> Standard:
    """Read one standard; see `read_standards`. A file that is as it was is not read again.

    Raises
    ------
    Invalid : the file is not YAML, breaks the schema, or names a kind, source or norm that cannot be.
    """
    return _read(file, _state(file), schema, _state(schema), frozenset(kinds))


def _state(file: Path) -> tuple[int, int]:
    """Return what changes when a file is written: time in nanoseconds, and size in bytes."""
    state = file.stat()
    return state.st_mtime_ns, state.st_size


@lru_cache(maxsize=128)
def _read(
    file: Path,
    state: tuple[int, int],
    schema: Path,
    schema_state: tuple[int, int],
    kinds: frozenset[str],
) -> Standard:
    del state, schema_state
    data = _parsed(file)
    rules = json.loads(schema.read_text(encoding="utf-8"))
    error = best_match(Draft202012Validator(rules).iter_errors(data))
    if error is not None:
        raise _broken_schema(file, error)
    _check_names(file, data, {*FACILITY_KINDS, *kinds})
    return Standard(
        id=data["id"],
        title=_text(data["title"]),
        edition=data["edition"],
        scope=Scope(data["scope"]),
        overrides=data.get("overrides"),
        norms=tuple(_norm(each, data) for each in data["norms"]),
    )


def _parsed(file: Path) -> Any:
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _invalid(
            file, "", Text(en=f"it is not YAML: {error}", zh=f"不是合法的 YAML：{error}")
        ) from error


def _check_names(file: Path, data: Mapping[str, Any], kinds: Collection[str]) -> None:
    ids = [norm["id"] for norm in data["norms"]]
    for number, norm in enumerate(data["norms"]):
        place = f"norms/{number} ({norm['id']})"
        if ids.index(norm["id"]) != number:
            raise _invalid(file, place, Text(en="the id is taken", zh="id 重复"))
        for kind in norm.get("kinds", ()):
            if kind not in kinds:
                raise _unknown_kind(file, place, kind, kinds)
        for evidence in _evidences(norm):
            if evidence["source"] not in data["sources"]:
                unknown = evidence["source"]
                raise _invalid(
                    file, place, Text(en=f"“{unknown}” is not in sources", zh=f"sources 中没有“{unknown}”")
                )
        for name, pair in norm.get("floor_area", {}).get("per_household_m2", {}).items():
            if pair and pair[0] > pair[1]:
                raise _invalid(
                    file, place, Text(en=f"{name}: the readings are swapped", zh=f"{name}：两种读法颠倒")
                )


def _evidences(norm: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    yield norm["evidence"]
    yield from (part["evidence"] for part in norm.values() if isinstance(part, dict) and "evidence" in part)


def _norm(data: Mapping[str, Any], standard: Mapping[str, Any]) -> Norm:
    radius, floor = data.get("radius_m"), data.get("floor_area")
    return Norm(
        id=data["id"],
        name=_text(data["name"]) if "name" in data else None,
        kinds=tuple(data["kinds"]) if "kinds" in data else None,
        level=_chosen(Level, data.get("level")),
        tier=_chosen(FacilityTier, data.get("tier")),
        duty=_chosen(Duty, data.get("duty")),
        group=_chosen(TargetGroup, data.get("group")),
        measured=_chosen(Measured, data.get("measured")),
        radius_m=_local(radius, _evidence(radius, data, standard)),
        floor_area=None if floor is None else _floor_rule(floor, _evidence(floor, data, standard)),
        places_per_hundred=_single(data.get("places_per_hundred"), data, standard),
    )


def _floor_rule(data: Mapping[str, Any], evidence: Evidence) -> FloorRule:
    readings = data.get("per_household_m2") or {}
    low = {place: pair[0] for place, pair in readings.items() if pair}
    high = {place: pair[1] for place, pair in readings.items() if pair}
    return FloorRule(
        minimum_m2=_local(data.get("minimum_m2"), evidence),
        guide_m2=_local(data.get("guide_m2"), evidence),
        per_household_low_m2=_local(low or None, evidence),
        per_household_high_m2=_local(high or None, evidence),
        combine=_chosen(Combine, data.get("combine")),
        unit=_chosen(FloorUnit, data.get("unit")),
    )


def _evidence(
    part: Mapping[str, Any] | None, norm: Mapping[str, Any], standard: Mapping[str, Any]
) -> Evidence:
    """Return the evidence of a part, or else that of its norm."""
    data = (part or {}).get("evidence") or norm["evidence"]
    return Evidence(
        standard=standard["id"],
        clause=data["clause"],
        text=data.get("text"),
        source=standard["sources"][data["source"]],
        is_verified=data["verified"],
    )


def _local(data: Mapping[str, Any] | None, evidence: Evidence) -> Local | None:
    if data is None:
        return None
    return Local(*(_value(data.get(place), evidence) for place in ("urban", "rural")))


def _single(
    data: Mapping[str, Any] | None, norm: Mapping[str, Any], standard: Mapping[str, Any]
) -> Value | None:
    return None if data is None else _value(data["amount"], _evidence(data, norm, standard))


def _value(amount: float | None, evidence: Evidence) -> Value | None:
    return None if amount is None else Value(float(amount), evidence)


def _chosen(choices: type[Choice], word: str | None) -> Choice | None:
    return None if word is None else choices(word)  # type: ignore[call-arg]


def _text(data: Mapping[str, str]) -> Text:
    return Text(en=data["en"], zh=data["zh"])


def _broken_schema(file: Path, error: ValidationError) -> Invalid:
    place = "/".join(str(step) for step in error.absolute_path)
    wrong = _WRONG.get(str(error.validator), Text(en="breaks the schema", zh="不符合模式"))
    detail = error.message[:200]
    return _invalid(file, place, Text(en=f"{wrong.en} ({detail})", zh=f"{wrong.zh}（{detail}）"))


def _unknown_kind(file: Path, place: str, kind: str, kinds: Collection[str]) -> Invalid:
    return _invalid(
        file,
        place,
        Text(en=f"there is no kind of facility “{kind}”", zh=f"没有“{kind}”这一设施种类"),
        hint=Text(en=f"Kinds: {', '.join(sorted(kinds))}.", zh=f"可用种类：{'、'.join(sorted(kinds))}。"),
    )


def _invalid(file: Path, place: str, why: Text, hint: Text | None = None) -> Invalid:
    where = f"{file.name} {place}".rstrip()
    return Invalid(
        Text(en=f"The standard {where}: {why.en}.", zh=f"标准文件 {where}：{why.zh}。"),
        hint=hint or Text(en="Compare it with data/standards.", zh="请对照 data/standards 检查。"),
        file=str(file),
        place=place,
    )
