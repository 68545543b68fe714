"""The outcome of an import as sentences for a terminal, in both languages."""

from collections.abc import Iterable

from gridmap.errors import Text
from gridmap.services.importing.joining import OUTCOMES, PLACED, Joining
from gridmap.services.importing.outcome import Attachment, LayerReport, Refusals

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


def layer_texts(layer: LayerReport) -> Iterable[Text]:
    """Yield a heading that adds up, then how the rows were read, refused, placed and joined."""
    yield _counts(layer)
    yield from _reading(layer)
    for refusals in layer.refusals:
        yield from _refusal_texts(refusals)
    if layer.attached is not None:
        yield from _attachment_texts(layer.attached)
    if layer.households is not None:
        yield Text(en=f"  households: {layer.households:,}", zh=f"  户数合计：{layer.households:,}")
    if layer.joining is not None:
        yield from _joining_texts(layer.joining, again=layer.kind != "households")
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


def _joining_texts(joining: Joining, *, again: bool) -> Iterable[Text]:
    """Yield where the households of a table went; `again`: a table imported earlier, looked at once more."""
    if again:
        rows, households = joining.moved
        yield Text(
            en=f"  {sum(joining.rows.values()):,} rows of household tables were joined again; {rows:,} of them, "
            f"{households:,} households, have another building now",
            zh=f"  已重新匹配户数表 {sum(joining.rows.values()):,} 行，其中 {rows:,} 行 {households:,} 户改到了别的楼栋",
        )
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
    if joining.placed < joining.total:
        yield Text(
            en="    all that have no building: gridmap quarantine export FILE.csv --unplaced",
            zh="    未落位的全部记录：gridmap quarantine export 文件.csv --unplaced",
        )
    if joining.shared[0]:
        yield Text(
            en=f"    {joining.shared[0]} buildings hold {joining.shared[1]} rows together; theirs are summed",
            zh=f"    有 {joining.shared[0]} 栋楼对应多行（共 {joining.shared[1]} 行），户数已相加",
        )


def _indented(text: Text) -> Text:
    return Text(en=f"  {text.en}", zh=f"  {text.zh}")
