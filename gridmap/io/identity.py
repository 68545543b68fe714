"""What gridmap refuses to know of people: columns that stop at the door, by header and by what stands in them.

Names, identity numbers, phones, health, faith, party, «key person» flags and the like are never read into a
frame, a rejected row or a message. For kinds about people every column that is not a field stops here too.
"""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from gridmap.io.fields import Kind, normal

DENIED_EVERYWHERE = (
    "身份证", "身分证", "证件号", "证件号码", "居民身份", "护照", "idcard", "idnumber", "identitycard", "nric", "passport", "ssn",
    "户主", "业主姓名", "房主", "承租人", "租户姓名", "居民姓名", "householder", "headofhousehold", "ownername", "residentname",
    "手机", "移动电话", "微信", "qq号", "人脸", "指纹", "车牌", "社保卡", "银行卡", "银行账号", "bankaccount", "licenceplate",
    "licenseplate", "重点人", "吸毒", "前科", "刑满", "信访", "精神病", "精神障碍", "疾病", "残疾证", "政治面貌", "宗教", "民族",
    "religion", "ethnic", "criminal", "diagnosis",
)  # fmt: skip
"""Parts of headers, as `normal` writes them, that no kind takes in."""

DENIED_OF_HOMES = (
    "姓名", "曾用名", "电话", "联系方式", "联系人", "联络", "邮箱", "phone", "mobile", "telephone", "contact", "email", "wechat",
    "firstname", "lastname", "fullname", "givenname", "familyname", "surname", "nickname",
)  # fmt: skip
"""Further parts of headers that stop where rows stand for people or their homes."""

DENIED_OF_PEOPLE = (
    "名字", "党员", "党派", "信仰", "病", "残", "健康", "低保", "特困", "犯罪", "照片", "单位名称", "工作单位", "学校", "收入", "婚姻",
    "籍贯", "风险", "health", "disab", "income", "marital", "photo", "birthplace", "riskscore",
)  # fmt: skip
"""Further parts of headers that stop where rows stand for people."""

DENIED_WORDS = frozenset(
    {"name", "names", "姓", "名", "名称", "tel", "fax", "id", "证件", "qq", "nation", "race", "party"}
)
"""Whole headers that stop where rows stand for people."""

HOMES = frozenset({"households", "residents", "buildings"})
_FORMS = (
    re.compile(r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"),
    re.compile(r"(?:\+?86[- ]?)?1[3-9][0-9]{9}"),
)
"""An identity number (GB 11643) and a mobile number of the mainland."""
_SHARE = 0.2


def denied_headers(kind: Kind, headers: Iterable[str]) -> list[str]:
    """List the headers that may not enter, for what they are called."""
    return [header for header in headers if _denied(kind, normal(header))]


def denied_columns(kind: Kind, table: pd.DataFrame) -> list[str]:
    """List the columns in which identity or mobile numbers stand, whatever they are called.

    One valid identity number is enough. Mobile numbers are looked for in rows about people only, and must be a
    fifth of the values: identifiers of other systems may have eleven digits too.
    """
    if kind.name not in HOMES:
        return []
    return [
        str(column) for column in table.columns if _holds_identity(table[column], phones=kind.about_people)
    ]


def tells_who(text: str) -> bool:
    """Tell whether an identity number or a mobile number of the mainland stands in a text."""
    if any(_checks(found) for found in _apart(_FORMS[0], text)):
        return True
    return bool(_apart(_FORMS[1], text))


def _apart(form: re.Pattern[str], text: str) -> list[str]:
    """Find a form where no further digit or letter stands beside it."""
    return re.findall(rf"(?<![0-9A-Za-z])(?:{form.pattern})(?![0-9A-Za-z])", text)


def _denied(kind: Kind, header: str) -> bool:
    if any(part in header for part in DENIED_EVERYWHERE):
        return True
    if kind.name in HOMES and any(part in header for part in DENIED_OF_HOMES):
        return True
    return kind.about_people and (header in DENIED_WORDS or any(part in header for part in DENIED_OF_PEOPLE))


def _holds_identity(values: pd.Series, *, phones: bool) -> bool:
    texts = values.dropna().astype(str).str.strip()
    if texts.empty:
        return False
    long_enough = texts[texts.str.len().between(11, 18)]
    if any(_checks(text) for text in long_enough[long_enough.str.fullmatch(_FORMS[0])]):
        return True
    mobile = int(long_enough.str.fullmatch(_FORMS[1]).sum()) if phones else 0
    return mobile > 0 and mobile >= _SHARE * len(texts)


def _checks(number: str) -> bool:
    """Tell whether the last sign of an identity number is the check sign of the others (GB 11643, ISO 7064)."""
    weights = np.array([2 ** (17 - position) % 11 for position in range(17)])
    digits = np.array([int(digit) for digit in number[:17]])
    return "10X98765432"[int((weights * digits).sum() % 11)] == number[17].upper()
