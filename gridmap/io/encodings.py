"""How the bytes of a text file are to be read: UTF-8 with or without mark, GB18030, Big5 and the rest."""

import codecs
import re

from charset_normalizer import from_bytes

from gridmap.errors import Invalid, Text

SAMPLE_BYTES = 200_000
"""Bytes looked at to tell an encoding; whole lines are taken."""
_LIKELY = 0.9
"""Real Chinese text holds more common characters than this; text read in the wrong encoding holds about half."""

_NAMES = {
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "936": "gb18030",
    "950": "cp950",
    "65001": "utf-8",
    "big5": "cp950",
    "utf8": "utf-8",
    "ansi": "gb18030",
}


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding.

    Raises
    ------
    Invalid
        If the declared encoding is unknown or does not fit the bytes; the hint names one that does.
    """
    if declared is None:
        name = detect(data)
        return data.decode(name, errors="strict" if name != "latin-1" else "replace"), shown(name)
    name = codec(declared)
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        raise _does_not_fit(declared, detect(data)) from error
    better = detect(data)
    if name != better and not _same(text, data, better) and _surer(data, name, better):
        raise _does_not_fit(declared, better)
    return text.removeprefix("\ufeff"), shown(name)


def detect(data: bytes) -> str:
    """Name the codec that reads the bytes; ``latin-1`` if nothing better fits."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return name
    if _reads(data, "utf-8"):
        return "utf-8"
    sample = _sample(data)
    scores = {name: _commonness(sample, name) for name in ("gb18030", "cp950") if _reads(data, name)}
    best = max(scores, key=scores.__getitem__, default=None)
    if best is not None and scores[best] >= _LIKELY:
        return best
    guess = from_bytes(sample).best()
    if guess is not None and _reads(data, guess.encoding):
        return str(guess.encoding)
    return best if best is not None and scores[best] > 0.5 else "latin-1"


def codec(declared: str) -> str:
    """Return Python's name of an encoding; national standards are read by their largest form.

    Raises
    ------
    Invalid
        If there is none of that name.
    """
    name = _NAMES.get(declared.lower().replace("-", "").replace("_", ""), declared)
    try:
        return codecs.lookup(name).name
    except (LookupError, ValueError) as error:
        raise Invalid(
            Text(en=f"There is no encoding “{declared}”.", zh=f"没有名为“{declared}”的编码。"),
            hint=Text(
                en="Use utf-8, gb18030 or big5, or leave --encoding out.",
                zh="请用 utf-8、gb18030 或 big5，或不写 --encoding。",
            ),
        ) from error


def _sample(data: bytes) -> bytes:
    """Return the first lines that hold bytes beyond ASCII, or the head of the file."""
    start = re.search(rb"[\x80-\xff]", data)
    begin = data.rfind(b"\n", 0, start.start()) + 1 if start else 0
    part = data[begin : begin + SAMPLE_BYTES]
    end = part.rfind(b"\n")
    return part[: end + 1] if len(part) == SAMPLE_BYTES and end > 0 else part


def _reads(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _commonness(sample: bytes, name: str) -> float:
    """Return the share of characters beyond ASCII that are common ones of the encoding's own language.

    Common are the first level of GB 2312 (3,755 characters) and of Big5 (5,401), and Chinese punctuation.
    """
    text = sample.decode(name, errors="ignore")
    signs = [sign for sign in text if ord(sign) > 127]
    if not signs:
        return 0.0
    low, high = (0xB0, 0xD7) if name == "gb18030" else (0xA4, 0xC6)
    coded = (sign.encode("gb2312" if name == "gb18030" else "big5", errors="ignore") for sign in signs)
    common = sum(len(pair) == 2 and (low <= pair[0] <= high or pair[0] in {0xA1, 0xA3}) for pair in coded)
    return common / len(signs)


def _same(text: str, data: bytes, better: str) -> bool:
    return text.removeprefix("\ufeff") == data.decode(better, errors="replace").removeprefix("\ufeff")


def _surer(data: bytes, name: str, better: str) -> bool:
    """Tell whether the other encoding is beyond doubt: UTF-8 does not fit by chance, Chinese must look Chinese."""
    if better.startswith("utf"):
        return True
    if {name, better} == {"gb18030", "cp950"} or {name, better} == {"big5", "gb18030"}:
        sample = _sample(data)
        return _commonness(sample, better) >= _LIKELY > _commonness(sample, name)
    return False


def _does_not_fit(declared: str, better: str) -> Invalid:
    return Invalid(
        Text(
            en=f"The file is not written in {declared}.",
            zh=f"文件并非 {declared} 编码。",
        ),
        hint=Text(
            en=f"It reads well as {shown(better)}: pass --encoding {shown(better)} or leave the option out.",
            zh=f"按 {shown(better)} 可以正确读出：请写 --encoding {shown(better)}，或不写此项。",
        ),
        reason="encoding",
        encoding=shown(better),
    )


def shown(name: str) -> str:
    """Return the name of a codec as people write it."""
    return {"utf-8-sig": "utf-8", "utf_8_sig": "utf-8", "cp950": "big5", "utf_8": "utf-8"}.get(name, name)
