"""When two spellings are the same address: streets and house numbers brought to one form for comparing.

Only what people abbreviate is made equal ("BISHAN ST 12" and "Bishan Street 12", "中山一路" and "中山1路",
"12号" and "12"). Nothing is guessed: a misspelt street is another street.
"""

import re
import unicodedata
from functools import lru_cache

from gridmap.core.quality import chinese_number

STREET_WORDS = {
    "al": "alley",
    "aly": "alley",
    "av": "avenue",
    "ave": "avenue",
    "avn": "avenue",
    "blvd": "boulevard",
    "bldv": "boulevard",
    "br": "bridge",
    "bt": "bukit",
    "cir": "circle",
    "cl": "close",
    "cres": "crescent",
    "crescent": "crescent",
    "cresc": "crescent",
    "ct": "court",
    "ctr": "centre",
    "center": "centre",
    "ctrl": "central",
    "cwealth": "commonwealth",
    "dr": "drive",
    "drv": "drive",
    "est": "estate",
    "expy": "expressway",
    "gdn": "garden",
    "gdns": "gardens",
    "gr": "grove",
    "grn": "green",
    "gv": "grove",
    "hts": "heights",
    "hwy": "highway",
    "ind": "industrial",
    "jln": "jalan",
    "jl": "jalan",
    "kg": "kampong",
    "ln": "lane",
    "lk": "link",
    "lor": "lorong",
    "mkt": "market",
    "mt": "mount",
    "nth": "north",
    "pk": "park",
    "pkwy": "parkway",
    "pl": "place",
    "plz": "plaza",
    "pt": "point",
    "rd": "road",
    "ri": "rise",
    "sq": "square",
    "st": "street",
    "sth": "south",
    "str": "street",
    "ter": "terrace",
    "terr": "terrace",
    "tg": "tanjong",
    "upp": "upper",
    "vw": "view",
    "wk": "walk",
}
"""Words of street names in full, by their abbreviations: those of the Singapore housing board's tables, of English
addresses, and the spelling of centre."""

_SIMPLE = str.maketrans("號樓棟裡巷弄臺東門園廣場華國興橋灣龍", "号楼栋里巷弄台东门园广场华国兴桥湾龙")
_CHINESE_NUMBER = re.compile(r"[〇零一二两三四五六七八九十百千]+(?=[路街道巷弄里段号大横条支环])")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NUMBER_WORDS = re.compile(r"^(?:no|nr|blk|block|bldg|building|unit|hse|house|门牌|第)(?=[\W\d_])[\s.:#]*|#")
_NUMBER_ENDS = re.compile(r"(?<=[0-9a-z])(?:号楼|号院|号|楼|栋|幢|座)$")


@lru_cache(maxsize=100_000)
def street_key(text: str) -> str | None:
    """Return the form of a street's name in which equal streets are equal; None if nothing is left.

    Examples
    --------
    >>> street_key("BISHAN ST 12"), street_key("St. Andrew's Rd"), street_key("中山一路"), street_key("中山１路")
    ('bishan street 12', 'saint andrews road', '中山1路', '中山1路')
    """
    plain = _plain(text)
    if _HAN.search(plain):
        return re.sub(r"\W", "", _CHINESE_NUMBER.sub(_digits, plain)) or None
    words = re.sub(r"[^\w\s]", " ", re.sub(r"['’`]", "", plain)).split()
    if not words:
        return None
    first = "saint" if words[0] == "st" and len(words) > 1 else STREET_WORDS.get(words[0], words[0])
    return " ".join([first, *(STREET_WORDS.get(word, word) for word in words[1:])])


@lru_cache(maxsize=100_000)
def number_keys(text: str) -> tuple[str, ...]:
    """Return the house numbers a text holds, each in the form in which equal ones are equal.

    A list (``10;12``, ``10、12``) holds several; a range (``10-14``) is one, for which numbers lie between is not known.

    Examples
    --------
    >>> number_keys("Blk 012 A"), number_keys("12号"), number_keys("１２號"), number_keys("10; 12"), number_keys("3弄5号")
    (('12a',), ('12',), ('12',), ('10', '12'), ('3弄5',))
    """
    keys = (_number_key(part) for part in re.split(r"[;,、/]", _plain(text)))
    return tuple(dict.fromkeys(key for key in keys if key))


def _number_key(text: str) -> str:
    bare = _NUMBER_WORDS.sub("", text.strip())
    bare = _NUMBER_ENDS.sub("", re.sub(r"[\s.]", "", _CHINESE_NUMBER.sub(_digits, bare)))
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", bare)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip().translate(_SIMPLE)


def _digits(found: re.Match[str]) -> str:
    number = chinese_number(found[0])
    return found[0] if number is None else str(number)
