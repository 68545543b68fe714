"""What an import did, for the terminal, for programs, and kept with the import."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gridmap.errors import Text
from gridmap.services.importing.joining import OUTCOMES, PLACED, Joining

KIND_NAMES = {
    "areas": Text(en="areas", zh="区域"),
    "cells": Text(en="cells", zh="单元"),
    "buildings": Text(en="buildings", zh="楼栋"),
    "roads": Text(en="roads", zh="道路"),
    "places": Text(en="places", zh="地点"),
    "facilities": Text(en="facilities", zh="设施"),
    "organisations": Text(en="organisations", zh="组织"),
    "households": Text(en="household counts", zh="户数表"),
    "residents": Text(en="residents", zh="居民"),
    "matters": Text(en="matters", zh="事项"),
    "osm": Text(en="OpenStreetMap extract", zh="OpenStreetMap 提取"),
}


@dataclass(frozen=True, slots=True)
class Refusals:
    """The rows that one reason keeps out.

    Parameters
    ----------
    examples : the first rows, each with its number in the file, the file's column and the value; None where the row
        as a whole is meant.
    """

    reason: str
    count: int
    message: Text
    hint: Text | None
    examples: tuple[tuple[int, str | None, str | None], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "reason": self.reason,
            "count": self.count,
            "message": self.message.as_dict(),
            "hint": self.hint.as_dict() if self.hint else None,
            "examples": [
                {"row": row, "column": column, "value": value} for row, column, value in self.examples
            ],
        }


@dataclass(frozen=True, slots=True)
class Attachment:
    """Where the rows of the file lie.

    Parameters
    ----------
    inside, astride, outside : rows wholly in one community; reaching over its line, attached to the larger part;
        and in no community, which are kept all the same.
    astride_examples, outside_examples : the first of them, by ``source_id``.
    """

    inside: int
    astride: int
    outside: int
    astride_examples: tuple[str, ...] = ()
    outside_examples: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "inside": self.inside,
            "astride": self.astride,
            "outside": self.outside,
            "astride_examples": list(self.astride_examples),
            "outside_examples": list(self.outside_examples),
        }


@dataclass(frozen=True, slots=True)
class LayerReport:
    """What became of the rows of one kind; they add up: read = inserted + updated + unchanged + merged + quarantined.

    Parameters
    ----------
    merged : rows that repeat an earlier one in all things and were taken once.
    crs : the coordinate system the file was read in; None if it has no coordinates.
    crs_declared : whether the file or the caller named it; False: it was told from the numbers.
    mapping : field by the file's column.
    ignored : columns of the file that were not used.
    dropped : columns that would identify people, and were left out unread.
    households : sum over the rows taken; None for kinds that have none.
    absent : rows of the same data set, kept from earlier files, that this file does not have.
    """

    kind: str
    read: int
    inserted: int
    updated: int
    unchanged: int
    merged: int
    refusals: tuple[Refusals, ...] = ()
    crs: str | None = None
    crs_declared: bool = True
    encoding: str | None = None
    mapping: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    attached: Attachment | None = None
    households: int | None = None
    joining: Joining | None = None
    absent: int = 0

    def __post_init__(self) -> None:
        accounted = self.taken + self.merged + self.quarantined
        if self.read != accounted:
            raise AssertionError(f"{self.kind}: {self.read} rows were read and {accounted} accounted for")

    @property
    def taken(self) -> int:
        """Return the rows that are in the database now."""
        return self.inserted + self.updated + self.unchanged

    @property
    def quarantined(self) -> int:
        """Return the rows that wait to be mended."""
        return sum(refusals.count for refusals in self.refusals)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "kind": self.kind,
            "read": self.read,
            "inserted": self.inserted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "merged": self.merged,
            "quarantined": self.quarantined,
            "quarantine": [refusals.as_dict() for refusals in self.refusals],
            "crs": self.crs,
            "crs_declared": self.crs_declared,
            "encoding": self.encoding,
            "mapping": dict(self.mapping),
            "ignored_columns": list(self.ignored),
            "dropped_identity_columns": list(self.dropped),
            "notes": [note.as_dict() for note in self.notes],
            "attached": self.attached.as_dict() if self.attached else None,
            "households": self.households,
            "joining": self.joining.as_dict() if self.joining else None,
            "absent": self.absent,
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import of a file did.

    Parameters
    ----------
    import_id : the import's number; None for a dry run, of which nothing is kept.
    layers : one for each kind the file holds; only OSM extracts hold several.
    released : rows that earlier imports of the data set had left in quarantine and this one settled.
    """

    kind: str
    file_name: str
    sha256: str
    dataset: str
    dry_run: bool
    import_id: int | None
    layers: tuple[LayerReport, ...]
    released: int = 0

    @property
    def read(self) -> int:
        """Return the rows read."""
        return sum(layer.read for layer in self.layers)

    @property
    def taken(self) -> int:
        """Return the rows that are in the database now."""
        return sum(layer.taken for layer in self.layers)

    @property
    def quarantined(self) -> int:
        """Return the rows that wait to be mended."""
        return sum(layer.quarantined for layer in self.layers)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON: totals, then each layer."""
        names = ("read", "inserted", "updated", "unchanged", "merged", "quarantined")
        return {
            "kind": self.kind,
            "file": self.file_name,
            "sha256": self.sha256,
            "dataset": self.dataset,
            "dry_run": self.dry_run,
            "import_id": self.import_id,
            "released_from_quarantine": self.released,
            **{name: sum(getattr(layer, name) for layer in self.layers) for name in names},
            "layers": [layer.as_dict() for layer in self.layers],
        }

    def lines(self, language: str) -> list[str]:
        """Return the report for a terminal, a line each."""
        heading = Text(
            en=f"{self.file_name} → data set “{self.dataset}”"
            + (" (dry run: nothing was kept)" if self.dry_run else f" (import {self.import_id})"),
            zh=f"{self.file_name} → 数据集“{self.dataset}”"
            + ("（试运行：未保存任何内容）" if self.dry_run else f"（导入 {self.import_id}）"),
        )
        texts = [heading, *(text for layer in self.layers for text in _layer_texts(layer))]
        if self.released:
            texts.append(
                Text(
                    en=f"{self.released} rows of earlier imports left the quarantine.",
                    zh=f"此前导入的 {self.released} 行已移出隔离区。",
                )
            )
        if self.quarantined and not self.dry_run:
            texts.append(
                Text(
                    en=f"The quarantined rows can be exported, mended and imported again with "
                    f"--set dataset={self.dataset}.",
                    zh=f"隔离的行可导出修改，再用 --set dataset={self.dataset} 重新导入。",
                )
            )
        return [text.in_language(language) for text in texts]


def _layer_texts(layer: LayerReport) -> Iterable[Text]:
    yield _counts(layer)
    yield from _reading(layer)
    for refusals in layer.refusals:
        yield from _refusal_texts(refusals)
    if layer.attached is not None:
        yield from _attachment_texts(layer.attached)
    if layer.households is not None:
        yield Text(en=f"  households: {layer.households:,}", zh=f"  户数合计：{layer.households:,}")
    if layer.joining is not None:
        yield from _joining_texts(layer.joining)
    if layer.absent:
        yield Text(
            en=f"  {layer.absent} rows of this data set are not in this file; they are kept.",
            zh=f"  数据集中另有 {layer.absent} 行不在本文件内，予以保留。",
        )
    yield from (_indented(note) for note in layer.notes)


def _counts(layer: LayerReport) -> Text:
    name = KIND_NAMES[layer.kind]
    return Text(
        en=f"{name.en}: {layer.read:,} rows read = {layer.inserted:,} inserted + {layer.updated:,} updated + "
        f"{layer.unchanged:,} unchanged + {layer.merged:,} merged + {layer.quarantined:,} quarantined",
        zh=f"{name.zh}：读取 {layer.read:,} 行 = 新增 {layer.inserted:,} + 更新 {layer.updated:,} + "
        f"未变 {layer.unchanged:,} + 合并 {layer.merged:,} + 隔离 {layer.quarantined:,}",
    )


def _reading(layer: LayerReport) -> Iterable[Text]:
    """Yield how the file was read, so that a person sees what was guessed."""
    if layer.crs is not None:
        yield Text(
            en=f"  coordinates: {layer.crs} ({'declared' if layer.crs_declared else 'detected'})",
            zh=f"  坐标系：{layer.crs}（{'已声明' if layer.crs_declared else '自动识别'}）",
        )
    if layer.encoding is not None:
        yield Text(en=f"  encoding: {layer.encoding}", zh=f"  编码：{layer.encoding}")
    if layer.mapping:
        pairs = ", ".join(
            column if column == name else f"{column} → {name}" for column, name in layer.mapping
        )
        yield Text(en=f"  columns: {pairs}", zh=f"  列对应：{pairs}")
    if layer.ignored:
        yield Text(
            en=f"  columns not used: {', '.join(layer.ignored)}",
            zh=f"  未使用的列：{'、'.join(layer.ignored)}",
        )
    if layer.dropped:
        yield Text(
            en=f"  columns that identify people, not read: {', '.join(layer.dropped)}",
            zh=f"  涉及个人身份、未读入的列：{'、'.join(layer.dropped)}",
        )


def _refusal_texts(refusals: Refusals) -> Iterable[Text]:
    rows = ", ".join(str(row) for row, _, _ in refusals.examples)
    more = " …" if refusals.count > len(refusals.examples) else ""
    yield Text(
        en=f"  {refusals.count} quarantined, {refusals.reason}: {refusals.message.en} (row {rows}{more})",
        zh=f"  隔离 {refusals.count} 行，{refusals.reason}：{refusals.message.zh}（第 {rows} 行{more}）",
    )
    if refusals.hint is not None:
        yield Text(en=f"    {refusals.hint.en}", zh=f"    {refusals.hint.zh}")


def _attachment_texts(attached: Attachment) -> Iterable[Text]:
    yield Text(
        en=f"  {attached.inside:,} in one community, {attached.astride:,} astride its line (attached to the larger "
        f"part), {attached.outside:,} outside every community",
        zh=f"  位于一个社区内 {attached.inside:,}，跨社区界线 {attached.astride:,}（归入较大部分），"
        f"在所有社区之外 {attached.outside:,}",
    )
    for name, examples in (
        (Text(en="astride", zh="跨界"), attached.astride_examples),
        (Text(en="outside", zh="界外"), attached.outside_examples),
    ):
        if examples:
            yield Text(en=f"    {name.en}: {', '.join(examples)}", zh=f"    {name.zh}：{'、'.join(examples)}")


def _joining_texts(joining: Joining) -> Iterable[Text]:
    yield Text(
        en=f"  {joining.placed:,} of {joining.total:,} households have a building:",
        zh=f"  {joining.total:,} 户中 {joining.placed:,} 户已落到楼栋：",
    )
    for how in sorted(joining.rows, key=list(OUTCOMES).index):
        rows, households = joining.rows[how], joining.households[how]
        yield Text(
            en=f"    {rows:,} rows, {households:,} households {OUTCOMES[how].en}",
            zh=f"    {rows:,} 行 {households:,} 户：{OUTCOMES[how].zh}",
        )
        if how not in PLACED or how == "stand_in":
            listed = "; ".join(f"{address} ({count})" for address, count in joining.examples.get(how, ()))
            yield Text(en=f"      {listed}", zh=f"      {listed}")
    if joining.shared[0]:
        yield Text(
            en=f"    {joining.shared[0]} buildings hold {joining.shared[1]} rows together; theirs are summed",
            zh=f"    有 {joining.shared[0]} 栋楼对应多行（共 {joining.shared[1]} 行），户数已相加",
        )


def _indented(text: Text) -> Text:
    return Text(en=f"  {text.en}", zh=f"  {text.zh}")
