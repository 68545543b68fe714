"""A field of a file: its type, unit, meaning, and the headers it goes by."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from gridmap.errors import Text


class FieldType(StrEnum):
    """How the values of a field are read, and the type of its column (missing values are NA)."""

    TEXT = "text"
    CODE = "code"
    COUNT = "count"
    FLOORS = "floors"
    MEASURE = "measure"
    YEAR = "year"
    CHOICE = "choice"
    COORDINATE = "coordinate"


DTYPES: Mapping[FieldType, str] = MappingProxyType(
    {
        FieldType.TEXT: "string",
        FieldType.CODE: "string",
        FieldType.CHOICE: "string",
        FieldType.COUNT: "Int64",
        FieldType.FLOORS: "Int64",
        FieldType.YEAR: "Int64",
        FieldType.MEASURE: "Float64",
        FieldType.COORDINATE: "string",
    }
)
"""Column types of a `Reading`; coordinates become the geometry and have no column."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a kind.

    Parameters
    ----------
    name : the name in gridmap.
    type : how its values are read.
    meaning : what it says, in both languages.
    unit : m, m², households …; None for texts.
    required : whether the file must have it (an empty value in a row may still be allowed).
    filled : whether every row must have a value.
    aliases : headers it goes by, any case, likeliest first; blanks and ``_-.:`` do not count.
    choices : for a choice, the values and their spellings.
    unknown : values that say nothing here, such as ``yes`` for the use of a building.
    """

    name: str
    type: FieldType
    meaning: Text
    unit: str | None = None
    required: bool = False
    filled: bool = False
    aliases: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file.

    Parameters
    ----------
    name : the word after ``gridmap import``.
    title : what it is called.
    fields : its columns, in order.
    geometry : geometry types a row may have.
    needs_geometry : whether every row must have one.
    about_people : whether rows stand for people, so that nothing but the fields may come in.
    counted : whether rows hold counts, so that lines of totals must be kept out.
    identity : fields that, with the geometry, tell rows apart when the file has no identifier.
    key : the field no two rows may share; None where equal rows are different things.
    """

    name: str
    title: Text
    fields: tuple[Field, ...]
    geometry: frozenset[str]
    needs_geometry: bool
    identity: tuple[str, ...]
    key: str | None = "source_id"
    about_people: bool = False
    counted: bool = False

    @property
    def coordinates(self) -> tuple[Field, ...]:
        """Return the fields from which a table's geometry is made."""
        return COORDINATES if "Point" in self.geometry else (WKT,)

    def field(self, name: str) -> Field | None:
        """Return the field or coordinate of that name; None if the kind has none."""
        return next((f for f in (*self.fields, *self.coordinates) if f.name == name), None)


def normal(header: str) -> str:
    """Return a header as it is compared: half-width, lower case, simplified signs, no blanks or ``_-.:/()``."""
    plain = unicodedata.normalize("NFKC", header).lower().translate(_SIMPLIFIED)
    return re.sub(r"[\s_\-.:/()\[\]【】\"'\ufeff]", "", plain)


_SIMPLIFIED = str.maketrans(
    "戶數樓層號門編碼區縣鄉鎮裡類別級電話緯經積設稱樁萬齡屬實際間單總棟產權證歲書處員機構組織寬長徑點線營業時務標識備註種從樣況現狀態臺灣國關係聯絡郵遞遷遺",
    "户数楼层号门编码区县乡镇里类别级电话纬经积设称桩万龄属实际间单总栋产权证岁书处员机构组织宽长径点线营业时务标识备注种从样况现状态台湾国关系联络邮递迁遗",
)


WKT = Field(
    "wkt",
    FieldType.COORDINATE,
    Text(en="geometry as well-known text (WKT)", zh="WKT 文本形式的图形"),
    aliases=("wkt", "geometry", "geom", "the_geom", "shape_wkt", "图形", "几何", "坐标串"),
)
COORDINATES: tuple[Field, ...] = (
    Field(
        "lon",
        FieldType.COORDINATE,
        Text(en="longitude", zh="经度"),
        "degrees",
        aliases=("lon", "lng", "long", "longitude", "经度", "东经", "point_x", "lon_wgs84", "wgs84_lon"),
    ),
    Field(
        "lat",
        FieldType.COORDINATE,
        Text(en="latitude", zh="纬度"),
        "degrees",
        aliases=("lat", "latitude", "纬度", "北纬", "point_y", "lat_wgs84", "wgs84_lat"),
    ),
    Field(
        "x",
        FieldType.COORDINATE,
        Text(en="first coordinate of a map projection", zh="投影坐标 X"),
        "m",
        aliases=("x", "x_coord", "xcoord", "x坐标", "横坐标", "东坐标", "easting", "east"),
    ),
    Field(
        "y",
        FieldType.COORDINATE,
        Text(en="second coordinate of a map projection", zh="投影坐标 Y"),
        "m",
        aliases=("y", "y_coord", "ycoord", "y坐标", "纵坐标", "北坐标", "northing", "north"),
    ),
    WKT,
)
"""What a table's points are made of: lon and lat, or x and y, or wkt."""
