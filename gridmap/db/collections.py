"""The collections anyone may read, described once.

Everything the outside sees of a collection (features, filters, schema, documentation) follows from this table.
A column that is not described here is never shown, even where its view has it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from gridmap.errors import Text


class ColumnType(StrEnum):
    """What a value is; ``strings`` is a list of words."""

    STRING = "string"
    STRINGS = "strings"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Column:
    """A property of the features of a collection."""

    name: str
    type: ColumnType
    title: Text

    @property
    def label(self) -> Text:
        """Return the title without what explains it."""
        en, zh = (re.split("[;；:：,，]", said)[0] for said in (self.title.en, self.title.zh))
        return Text(en=en, zh=zh)


@dataclass(frozen=True, slots=True)
class Collection:
    """A view of the schema ``published`` under the name it has outside.

    Parameters
    ----------
    id : name of the collection, of its view and of its layer in tiles.
    geometry : the format of RFC 7946 its geometries have, as JSON Schema names it (``geometry-polygon`` …).
    columns : what is shown of a feature beside its id and geometry, in order.
    interval : columns with the start and end of a feature's validity; None where time does not matter.
    history : view of the schema ``published`` with the features of any time; None where only the present is known.
    """

    id: str
    title: Text
    description: Text
    geometry: str
    columns: tuple[Column, ...]
    interval: tuple[str, str] | None = None
    history: str | None = None

    def column(self, name: str) -> Column | None:
        """Return a column by its name."""
        return next((column for column in self.columns if column.name == name), None)


def _text(name: str, en: str, zh: str) -> Column:
    return Column(name, ColumnType.STRING, Text(en=en, zh=zh))


def _whole(name: str, en: str, zh: str) -> Column:
    return Column(name, ColumnType.INTEGER, Text(en=en, zh=zh))


def _number(name: str, en: str, zh: str) -> Column:
    return Column(name, ColumnType.NUMBER, Text(en=en, zh=zh))


def _truth(name: str, en: str, zh: str) -> Column:
    return Column(name, ColumnType.BOOLEAN, Text(en=en, zh=zh))


def _time(name: str, en: str, zh: str) -> Column:
    return Column(name, ColumnType.TIME, Text(en=en, zh=zh))


NAME = _text("name", "Name", "名称")
KIND = _text("kind", "Kind", "类型")
GRID = _text("grid", "Grid: its code", "所属网格编码")
COMMUNITY = _text("community", "Community: its code", "所属社区代码")

AREAS = Collection(
    "areas",
    Text(en="Areas", zh="区域"),
    Text(en="The administrative tree down to communities.", zh="行政区划，直到社区（村）。"),
    "geometry-multipolygon",
    (
        _text("code", "Statistical code", "区划代码"),
        NAME,
        _text("level", "Level: province, city, county, street or community", "级别"),
        _text("parent", "Code of the area above", "上级代码"),
        _truth("urban", "Urban; null: not known", "城镇；空为未知"),
        Column("types", ColumnType.STRINGS, Text(en="Kinds of community", zh="社区类型")),
        _truth("synthetic", "Fictitious", "示意数据"),
        _text("attribution", "Who must be named where it is shown", "须注明的数据来源"),
    ),
)

GRIDS = Collection(
    "grids",
    Text(en="Grids", zh="网格"),
    Text(
        en="Parts of communities with a band of households, 300–500 unless set otherwise: those in force, or with "
        "datetime those of that time. Of former grids no counts are told.",
        zh="社区之内按户数区间（默认 300–500 户）划分的网格：默认为现行网格，带 datetime 参数则为当时的网格。"
        "已失效的网格不公布计数。",
    ),
    "geometry-polygon",
    (
        _text("code", "Code, never used twice", "网格编码，不重复使用"),
        NAME,
        _text("kind", "Kind: general or dedicated", "类型：综合网格 general 或专属网格 dedicated"),
        COMMUNITY,
        _whole("plan", "Number of the plan it belongs to", "所属划分方案"),
        _whole(
            "households",
            "Households; null: fewer than 10, and not none, or a former grid",
            "户数；空为 1 至 9 户或已失效的网格，不公布",
        ),
        _truth("households_estimated", "Some households are estimated", "户数含估算"),
        _whole(
            "residents", "Residents; null: not counted, or too few to tell", "居民数；空为未统计或过少不公布"
        ),
        _number("area_m2", "Area in m²", "面积（平方米）"),
        _truth(
            "in_band",
            "Households within the band; null for dedicated and former grids",
            "户数在区间内；专属网格与已失效的网格为空",
        ),
        _time("valid_from", "In force from", "生效时间"),
        _time("valid_to", "In force until; null: still in force", "失效时间；空为现行"),
    ),
    interval=("valid_from", "valid_to"),
    history="grid_history",
)

BUILDINGS = Collection(
    "buildings",
    Text(en="Buildings", zh="楼栋"),
    Text(
        en="Footprints. Households are told where there are at least 10.",
        zh="楼栋轮廓。户数不足 10 户的不公布。",
    ),
    "geometry-any",
    (
        NAME,
        _text("use", "Use; null: not known", "用途；空为未知"),
        _whole("floors", "Floors above ground; null: not known", "地上层数；空为未知"),
        _text("house_number", "House number", "门牌号"),
        _text("street", "Street", "街路"),
        _whole("households", "Households; null: not known, or fewer than 10", "户数；空为未知或不足 10 户"),
        _truth("households_estimated", "Estimated: the households are", "户数为估算"),
        _truth(
            "stand_in",
            "Stand-in: a square in place of an unknown footprint",
            "代替轮廓：轮廓未知，以方块代替",
        ),
        GRID,
        COMMUNITY,
    ),
)

CELLS = Collection(
    "cells",
    Text(en="Cells", zh="单元"),
    Text(
        en="Imported small areas that a division never splits. Households are told where there are at least 10.",
        zh="导入的最小统计单元，划分时不拆开。户数不足 10 户的不公布。",
    ),
    "geometry-polygon-multipolygon",
    (
        _text("source_id", "Key in the source", "来源编号"),
        _whole("households", "Households; null: not known, or fewer than 10", "户数；空为未知或不足 10 户"),
        GRID,
        COMMUNITY,
    ),
)

PLACES = Collection(
    "places",
    Text(en="Places", zh="地点"),
    Text(en="Compounds, parcels, public spaces and gates.", zh="小区、地块、公共空间与出入口。"),
    "geometry-any",
    (
        NAME,
        KIND,
        _text("hours", "Hours: when a gate is open; null: always", "开放时间：出入口何时开放；空为始终开放"),
        _truth(
            "residents_only",
            "Residents only: the gate lets nobody else in; null: not known",
            "仅供居民：出入口不对外通行；空为未知",
        ),
        _number(
            "floor_area_m2",
            "Floor area of a room or plot for a facility, m²; null: not known",
            "可用房屋或地块面积（平方米）；空为未知",
        ),
        GRID,
        COMMUNITY,
    ),
)

FACILITIES = Collection(
    "facilities",
    Text(en="Facilities", zh="设施"),
    Text(
        en="What serves the residents, with its size and opening hours.",
        zh="服务居民的设施及其规模与开放时间。",
    ),
    "geometry-any",
    (
        NAME,
        KIND,
        _text(
            "tier",
            "Tier: main, special or supplementary",
            "层级：主体 main、配套 special 或补充 supplementary",
        ),
        _number("floor_area_m2", "Floor area in m²; null: not known", "建筑面积（平方米）；空为未知"),
        _whole("capacity", "Capacity: places, beds or seats", "容量：托位、床位或座位"),
        _text("hours", "Opening hours", "开放时间"),
        _text("address", "Address", "地址"),
        _text("owner", "Owner", "权属单位"),
        GRID,
        COMMUNITY,
    ),
)

ROADS = Collection(
    "roads",
    Text(en="Roads and lines", zh="道路与界线"),
    Text(
        en="Roads, and the rivers, railways and walls that people see as borders.",
        zh="道路，以及人们视为边界的河流、铁路与围墙。",
    ),
    "geometry-linestring-multilinestring",
    (
        _text("class", "Class", "类别"),
        NAME,
        _whole(
            "level",
            "Level: 0 ground, 1 above, -1 below; null: as the cover says",
            "层级：0 地面；空为按遮盖情况",
        ),
        _text(
            "covered",
            "Cover: indoor, bridge or tunnel; null: open ground",
            "遮盖：室内、桥梁或隧道；空为露天",
        ),
    ),
)

ORGANISATIONS = Collection(
    "organisations",
    Text(en="Organisations", zh="组织"),
    Text(
        en="Social organisations, enterprises, owners' committees and property managers.",
        zh="社会组织、企业、驻区单位、业委会与物业。",
    ),
    "geometry-any",
    (NAME, KIND, _text("contact", "Published contact", "公开联系方式"), GRID, COMMUNITY),
)

COLLECTIONS: Mapping[str, Collection] = MappingProxyType(
    {
        collection.id: collection
        for collection in (AREAS, GRIDS, BUILDINGS, CELLS, PLACES, FACILITIES, ROADS, ORGANISATIONS)
    }
)
"""All collections by id, in the order they are listed."""
