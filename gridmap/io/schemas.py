"""The kinds of files gridmap takes, with every field, its unit, its meaning and the headers it goes by."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from gridmap.core.model import AreaLevel, CommunityType, Cover, FacilityTier, LineClass
from gridmap.errors import Invalid, Text
from gridmap.io.fields import COORDINATES, DTYPES, WKT, Field, FieldType, Kind, normal

__all__ = [
    "COORDINATES",
    "DTYPES",
    "KINDS",
    "WKT",
    "Field",
    "FieldType",
    "Kind",
    "field_rows",
    "kind_of",
    "normal",
]

POLYGONS = frozenset({"Polygon", "MultiPolygon"})
LINES = frozenset({"LineString", "MultiLineString"})
POINTS = frozenset({"Point"})
URBAN = {
    "urban": ("urban", "城镇", "城市", "111", "112", "121", "122", "123"),
    "rural": ("rural", "乡村", "农村", "210", "220"),
}
"""城乡分类 of the statistical key: 1xx town, 2xx country."""

LEVELS = {
    AreaLevel.PROVINCE.value: ("province", "省", "省级", "直辖市", "自治区", "state", "region"),
    AreaLevel.CITY.value: ("city", "市", "地级市", "地市", "市级", "prefecture"),
    AreaLevel.COUNTY.value: ("county", "区", "县", "区县", "县级", "县级市", "旗", "district", "planning area"),
    AreaLevel.STREET.value: ("street", "街道", "街道办", "街道办事处", "镇", "乡", "乡镇", "town", "township"),
    AreaLevel.COMMUNITY.value: (
        "community", "社区", "村", "居委会", "村委会", "里", "村里", "行政村", "village", "subzone", "neighbourhood",
    ),
}  # fmt: skip

COMMUNITY_TYPES = {
    CommunityType.OLD_TOWN.value: ("old_town", "老城区", "老城"),
    CommunityType.UNMANAGED_ESTATE.value: ("unmanaged_estate", "无物业老旧小区", "老旧小区", "无物业小区"),
    CommunityType.NEW.value: ("new", "新建", "新建小区", "新建社区", "商品房"),
    CommunityType.RESETTLEMENT.value: (
        "resettlement", "拆迁安置/保障房", "拆迁安置", "拆迁安置房", "保障房", "安置房", "安置小区",
    ),
    CommunityType.WORK_UNIT.value: ("work_unit", "单位型", "单位", "单位社区", "单位大院"),
    CommunityType.VILLAGE_TURNED_URBAN.value: ("village_turned_urban", "村改居", "城中村"),
    CommunityType.RURAL.value: ("rural", "农村", "农村社区"),
}  # fmt: skip

TIERS = {
    FacilityTier.MAIN.value: ("main", "主体", "主体设施", "主体阵地"),
    FacilityTier.SPECIAL.value: ("special", "配套", "配套设施", "专项设施"),
    FacilityTier.SUPPLEMENTARY.value: ("supplementary", "补充", "补充设施"),
}

LINE_CLASSES = {
    LineClass.RIVER.value: ("river", "canal", "riverbank", "water", "coastline", "河", "河流", "河道", "水系", "运河"),
    LineClass.RAILWAY.value: ("railway", "rail", "light_rail", "铁路", "铁道", "轨道"),
    LineClass.MOTORWAY.value: ("motorway", "motorway_link", "trunk", "trunk_link", "高速", "高速公路", "快速路", "城市快速路"),
    LineClass.PRIMARY.value: ("primary", "primary_link", "主干道", "主干路", "城市主干路", "国道"),
    LineClass.SECONDARY.value: ("secondary", "secondary_link", "次干道", "次干路", "城市次干路", "省道"),
    LineClass.TERTIARY.value: ("tertiary", "tertiary_link", "支路", "城市支路", "县道"),
    LineClass.RESIDENTIAL.value: (
        "residential", "unclassified", "living_street", "road", "街巷", "居住区道路", "小区道路", "乡道", "村道", "busway",
    ),
    LineClass.SERVICE.value: ("service", "track", "内部道路", "内部路", "机耕路", "通道"),
    LineClass.FOOTWAY.value: (
        "footway", "path", "pedestrian", "cycleway", "bridleway", "corridor", "trail", "人行道", "步道", "步行道", "步行街",
        "巷道", "绿道", "自行车道",
    ),
    LineClass.STEPS.value: ("steps", "台阶", "阶梯", "梯道"),
    LineClass.WALL.value: ("wall", "fence", "city_wall", "retaining_wall", "hedge", "围墙", "围栏", "墙"),
}  # fmt: skip
"""Spellings of the classes of lines; the English ones are values of OSM's highway, railway, waterway and barrier."""

COVERS = {
    Cover.INDOOR.value: ("indoor", "室内", "廊内"),
    Cover.BRIDGE.value: ("bridge", "viaduct", "桥", "桥梁", "天桥", "高架"),
    Cover.TUNNEL.value: ("tunnel", "culvert", "隧道", "地道", "地下通道"),
}

STOREYS = {str(storey): (str(storey), f"{storey:+d}") for storey in range(-9, 10)}

YES_NO = {"true": ("true", "yes", "1", "是", "对"), "false": ("false", "no", "0", "否", "不")}

SEXES = {"female": ("female", "f", "女", "女性", "2"), "male": ("male", "m", "男", "男性", "1")}
"""GB/T 2261.1 counts 1 for male and 2 for female."""
REGISTRATIONS = {
    "registered": ("registered", "户籍", "户籍人口", "常住户籍", "本地户籍", "本地"),
    "floating": ("floating", "migrant", "流动", "流动人口", "外来", "非户籍", "暂住"),
}


def _text(name: str, en: str, zh: str, *aliases: str, required: bool = False, filled: bool = False) -> Field:
    return Field(
        name, FieldType.TEXT, Text(en=en, zh=zh), required=required, filled=filled, aliases=(name, *aliases)
    )


def _code(name: str, en: str, zh: str, *aliases: str, required: bool = False, filled: bool = False) -> Field:
    return Field(
        name, FieldType.CODE, Text(en=en, zh=zh), required=required, filled=filled, aliases=(name, *aliases)
    )


def _count(name: str, unit: str, en: str, zh: str, *aliases: str, required: bool = False) -> Field:
    return Field(name, FieldType.COUNT, Text(en=en, zh=zh), unit, required=required, aliases=(name, *aliases))


def _measure(name: str, unit: str, en: str, zh: str, *aliases: str) -> Field:
    return Field(name, FieldType.MEASURE, Text(en=en, zh=zh), unit, aliases=(name, *aliases))


def _choice(
    name: str, en: str, zh: str, choices: Mapping[str, tuple[str, ...]], *aliases: str, required: bool = False
) -> Field:
    return Field(
        name,
        FieldType.CHOICE,
        Text(en=en, zh=zh),
        required=required,
        filled=required,
        aliases=(name, *aliases),
        choices=choices,
    )


SOURCE_ID = _text(
    "source_id",
    "identifier in the file's system; formed from place and name if missing",
    "来源系统中的标识；缺失时由位置和名称生成",
    "osm_id", "osmid", "id", "fid", "objectid", "objectid_1", "gid", "uid", "unique_id", "uuid", "编号", "序号", "标识",
    "building_id", "楼栋编号", "楼栋id", "建筑编号", "codebase",
)  # fmt: skip
CODED_ID = replace(
    SOURCE_ID,
    aliases=(
        *SOURCE_ID.aliases,
        "code",
        "代码",
        "编码",
        "统一社会信用代码",
    ),
)
"""For kinds whose code is an identifier; in road and land-use files a column of that name is a class."""
RECORD_ID = _text(
    "source_id", "number of the line in the file's system", "来源系统中的行号", "record_id", "序号", "行号"
)
NAME = _text("name", "name", "名称", "名称", "名字", "title", "name_zh", "name:zh", "标题")
HOUSE_NUMBER = _text(
    "house_number", "house number", "门牌号",
    "门牌号", "门牌", "楼号", "楼牌号", "门楼牌号", "门牌号码", "addr:housenumber", "addr_housenumber", "housenumber", "house_no",
    "blk_no", "blk_house", "block", "addressblockhousenumber", "blk_hse_no",
)  # fmt: skip
STREET = _text(
    "street", "street or lane", "街道或街巷名",
    "街路巷", "街路巷名称", "道路", "道路名称", "路名", "街巷", "街道名称", "街巷名", "addr:street", "addr_street",
    "street_name", "streetname", "str_name", "addressstreetname", "街道",
)  # fmt: skip
ADDRESS = _text(
    "address",
    "full address",
    "详细地址",
    "详细地址",
    "地址",
    "住址",
    "addr",
    "addr:full",
    "address_myenv",
    "full_address",
)
HOUSEHOLDS = _count(
    "households", "households", "number of households; empty means unknown, not 0", "户数；留空表示未知，不是 0",
    "户数", "总户数", "住户数", "家庭户数", "居民户数", "常住户数", "套数", "住宅套数", "hh", "household", "household_count",
    "h_cnt", "hcnt", "n_households", "num_households", "total_dwelling_units", "hdb_total_dwelling_units",
    "dwelling_units", "dwellings", "building:flats", "addr:flats",
)  # fmt: skip
RESIDENTS = _count(
    "residents", "people", "number of residents; empty means unknown", "人数；留空表示未知",
    "人数", "人口", "人口数", "总人口", "常住人口", "居民人数", "p_cnt", "pcnt", "population", "people", "pop",
)  # fmt: skip
FLOORS = Field(
    "floors",
    FieldType.FLOORS,
    Text(en="storeys above ground; 0 means unknown, halves are dropped", zh="地上层数；0 表示未知，半层舍去"),
    "storeys",
    aliases=(
        "floors", "楼层", "层数", "楼层数", "总层数", "地上层数", "建筑层数", "building:levels", "building_levels", "levels",
        "num_floors", "floor_count", "storeys", "stories", "max_floor_lvl", "hdb_max_floor_lvl",
    ),
)  # fmt: skip
BUILDING = _text(
    "building",
    "source_id of the building (or cell) that the row belongs to",
    "所属楼栋（或单元）的 source_id",
    "building_id", "building_source_id", "楼栋", "楼栋编号", "楼栋id", "所属楼栋", "建筑编号", "cell", "cell_id", "codebase",
)  # fmt: skip
FACILITY_KIND = _text(
    "kind", "what it is, such as kindergarten or clinic", "设施种类，如 kindergarten、clinic",
    "类别", "种类", "类型", "设施类型", "设施类别", "type", "category", "class", "amenity",
    required=True, filled=True,
)  # fmt: skip

_AREAS = Kind(
    "areas",
    Text(en="areas of the administrative tree", zh="行政区域"),
    (
        _code(
            "code", "area code: 12 digits, or as the country writes it", "区划代码：12 位统计代码，或当地代码",
            "代码", "编码", "区划代码", "行政区划代码", "统计用区划代码", "社区代码", "社区编码", "村代码", "村里代码", "xzqdm",
            "xzqh", "zldwdm", "villcode", "subzone_c", "adcode", "area_code", "geocode", "geoid",
            required=True, filled=True,
        ),
        _text(
            "name", "name", "名称",
            "名称", "区域名称", "区划名称", "社区", "社区名称", "村", "村里", "村名", "里", "行政区名称", "xzqmc", "zldwmc", "villname",
            "subzone_n", "area_name", "mc", "名字", "name:zh",
            required=True, filled=True,
        ),
        _choice("level", "level in the tree", "级别", LEVELS, "级别", "层级", "行政级别", "area_level"),
        _code("parent", "code of the area one level up", "上级区划代码", "上级区划代码", "上级", "上级代码", "上级编码", "parent_code"),
        _choice(
            "type", "kind of community", "社区类型", COMMUNITY_TYPES, "类型", "社区类型", "社区类别", "community_type"
        ),
        _choice("urban", "urban or rural", "城乡属性", URBAN, "城乡分类", "城乡属性", "城乡分类代码"),
        _text("name_en", "name in English", "英文名", "英文名称", "name:en", "villeng", "english_name"),
    ),
    geometry=POLYGONS,
    needs_geometry=True,
    identity=("code",),
    key="code",
)  # fmt: skip

_CELLS = Kind(
    "cells",
    Text(en="small areas with household counts", zh="带户数的最小统计单元"),
    (CODED_ID, replace(HOUSEHOLDS, required=True), RESIDENTS),
    geometry=POLYGONS,
    needs_geometry=True,
    identity=(),
    counted=True,
)

_BUILDINGS = Kind(
    "buildings",
    Text(en="buildings", zh="楼栋"),
    (
        CODED_ID,
        replace(NAME, aliases=(
            *NAME.aliases, "楼栋名称", "楼名", "建筑名称", "小区楼栋", "building_name",
        )),
        HOUSEHOLDS,
        FLOORS,
        _measure("height", "m", "height; 0 means unknown", "高度；0 表示未知", "高度", "建筑高度", "楼高", "building:height", "height_m"),
        replace(
            _text(
                "use", "use, such as residential or school", "用途，如住宅、学校",
                "用途", "建筑用途", "房屋用途", "功能", "building", "building_use", "usage", "fclass",
            ),
            unknown=("yes",),
        ),
        HOUSE_NUMBER,
        STREET,
        _count(
            "stairwells", "stairwells", "stairs with an entrance of their own; empty means unknown",
            "单元数：有独立楼梯和出入口的部分；留空表示未知",
            "单元数", "单元个数", "楼梯数", "entrances", "staircases",
        ),
    ),
    geometry=POLYGONS | POINTS,
    needs_geometry=True,
    identity=("house_number", "street", "name"),
    counted=True,
)  # fmt: skip

_ROADS = Kind(
    "roads",
    Text(en="roads, rivers, railways and walls", zh="道路、河流、铁路、围墙"),
    (
        SOURCE_ID,
        _choice(
            "class", "class of the line", "线的等级", LINE_CLASSES,
            "等级", "道路等级", "类别", "类型", "highway", "fclass", "road_class", "waterway", "railway", "type", "kind",
            required=True,
        ),
        replace(NAME, aliases=(*NAME.aliases, "道路名称", "路名", "road_name")),
        _choice("level", "storey: 0 ground, 1 above it, -1 below", "层级：0 为地面，1 为上一层，-1 为下一层", STOREYS, "层级", "layer"),
        _choice("covered", "what takes it off the ground: indoor, bridge or tunnel", "室内、桥梁或隧道", COVERS, "遮盖", "cover"),
        _choice("walkable", "whether people may walk here; empty: as its class says", "是否可步行；留空按道路等级判断", YES_NO, "可步行"),
    ),
    geometry=LINES,
    needs_geometry=True,
    identity=("class", "name"),
)  # fmt: skip

_PLACES = Kind(
    "places",
    Text(en="places: compounds, parks, squares, gates", zh="地：小区、公园、广场、出入口"),
    (
        SOURCE_ID,
        replace(NAME, aliases=(*NAME.aliases, "小区名称", "地名", "park")),
        _text(
            "kind", "what it is, such as compound, park, square or gate", "种类，如 compound、park、square、gate",
            "类别", "种类", "类型", "type", "category", "class", "leisure", "landuse",
            required=True, filled=True,
        ),
        _choice(
            "dedicated", "whether it is a grid of its own, outside the band", "是否为专属网格（不受户数区间约束）", YES_NO,
            "专属", "专属网格", "是否专属",
        ),
        _text(
            "hours", "when a gate is open; empty: always", "出入口开放时间；留空为始终开放", "开放时间", "开门时间", "opening_hours",
        ),
        _choice(
            "residents_only", "whether a gate lets residents in only", "出入口是否仅供居民通行", YES_NO, "仅居民", "仅限居民", "仅供居民",
        ),
        _measure(
            "floor_area_m2", "m²", "floor area of a vacant_room, shared_room or plot; 0 means unknown",
            "闲置房屋、可共享用房或地块的面积；0 表示未知", "可用面积", "使用面积", "建筑面积", "floor_area",
        ),
        _count("capacity", "people", "people that a facility here could serve", "在此设置的设施可服务的人数", "容量", "服务人数"),
        _measure("cost", "one unit for all", "what opening a facility here costs", "在此设置设施的费用", "费用", "造价", "投资"),
    ),
    geometry=POLYGONS | POINTS | {"LineString"},
    needs_geometry=True,
    identity=("name", "kind"),
)  # fmt: skip

_FACILITIES = Kind(
    "facilities",
    Text(en="facilities", zh="服务设施（物）"),
    (
        CODED_ID,
        replace(NAME, aliases=(
            *NAME.aliases, "设施名称", "机构名称", "单位名称", "centre_name", "hci_name", "lic_name", "venue", "facility_name",
        )),
        FACILITY_KIND,
        _choice("tier", "tier: main, special or supplementary", "层级：主体、配套、补充", TIERS, "层级", "设施层级", "级别"),
        _measure(
            "floor_area_m2", "m²", "floor area; 0 means unknown", "建筑面积；0 表示未知",
            "建筑面积", "面积", "使用面积", "floor_area", "area_m2", "建筑面积m2", "建筑面积平方米",
        ),
        _count("capacity", "people", "places, beds or seats", "容量：座位、床位或学位", "容量", "床位", "床位数", "学位", "座位数", "容纳人数"),
        _text("hours", "opening hours", "开放时间", "开放时间", "营业时间", "opening_hours", "服务时间", "opening hours"),
        ADDRESS,
        HOUSE_NUMBER,
        STREET,
    ),
    geometry=POLYGONS | POINTS | LINES,
    needs_geometry=True,
    identity=("name", "kind"),
)  # fmt: skip

_ORGANISATIONS = Kind(
    "organisations",
    Text(en="organisations", zh="组织"),
    (
        CODED_ID,
        replace(NAME, required=True, filled=True, aliases=(
            *NAME.aliases, "组织名称", "单位名称", "机构名称", "企业名称", "organisation", "organization",
        )),
        _text("kind", "what it is, such as social_organisation, enterprise or property_company", "种类，如社会组织、企业、物业",
              "类别", "种类", "类型", "组织类型", "type", "category", required=True, filled=True),
        ADDRESS,
        HOUSE_NUMBER,
        STREET,
    ),
    geometry=POLYGONS | POINTS,
    needs_geometry=False,
    identity=("name", "kind", "address"),
)  # fmt: skip

_HOUSEHOLDS = Kind(
    "households",
    Text(en="household counts by address", zh="按地址统计的户数"),
    (
        RECORD_ID,
        replace(HOUSEHOLDS, required=True),
        BUILDING,
        HOUSE_NUMBER,
        STREET,
        RESIDENTS,
    ),
    geometry=POINTS,
    needs_geometry=False,
    identity=("building", "house_number", "street"),
    key=None,
    about_people=True,
    counted=True,
)

_RESIDENTS = Kind(
    "residents",
    Text(en="residents, without identity", zh="居民（不含身份信息）"),
    (
        RECORD_ID,
        BUILDING,
        HOUSE_NUMBER,
        STREET,
        _text("household", "stub of the household the person lives in", "所属户的代号", "户", "户号", "户编号", "household_id"),
        Field(
            "birth_year",
            FieldType.YEAR,
            Text(en="year of birth; of a date only the year is kept", zh="出生年份；若为日期只保留年份"),
            aliases=("birth_year", "出生年", "出生年份", "year_of_birth", "出生日期", "出生年月", "生日", "birth_date", "birthday"),
        ),
        _choice("sex", "sex", "性别", SEXES, "性别", "gender"),
        _choice(
            "registration", "registered here (户籍) or not (流动)", "户籍或流动", REGISTRATIONS, "户籍", "户籍类型", "人口类型", "人员类型"
        ),
    ),
    geometry=POINTS,
    needs_geometry=False,
    identity=("building", "house_number", "street", "household", "birth_year", "sex", "registration"),
    key=None,
    about_people=True,
)  # fmt: skip

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            _AREAS,
            _CELLS,
            _BUILDINGS,
            _ROADS,
            _PLACES,
            _FACILITIES,
            _ORGANISATIONS,
            _HOUSEHOLDS,
            _RESIDENTS,
        )
    }
)
"""Every kind by its name. An OSM extract (``osm``) holds several and has no fields of its own."""


def kind_of(name: str) -> Kind:
    """Return the kind of that name.

    Raises
    ------
    Invalid
        If there is no such kind.
    """
    if name in KINDS:
        return KINDS[name]
    known = ", ".join([*KINDS, "osm"])
    raise Invalid(
        Text(en=f"There is no kind “{name}”.", zh=f"没有“{name}”这一类别。"),
        hint=Text(en=f"Kinds: {known}.", zh=f"可用类别：{known}。"),
        kind=name,
    )


def field_rows(kind: str) -> list[dict[str, str | bool | None]]:
    """List the fields of a kind for people: name, type, unit, required, meaning_en, meaning_zh, headers, values.

    Raises
    ------
    Invalid
        If there is no such kind.
    """
    found = kind_of(kind)
    return [_row(one) for one in (*found.fields, *found.coordinates)]


def _row(one: Field) -> dict[str, str | bool | None]:
    return {
        "name": one.name,
        "type": one.type.value,
        "unit": one.unit,
        "required": one.required,
        "meaning_en": one.meaning.en,
        "meaning_zh": one.meaning.zh,
        "headers": ", ".join(one.aliases),
        "values": ", ".join(one.choices) or None,
    }
