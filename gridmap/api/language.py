"""Which of the two languages a reader prefers."""

from typing import Literal

from fastapi import Request

LanguageTag = Literal["en", "zh"]


def preferred_language(request: Request) -> LanguageTag:
    """Return the language asked for by ``lang``, or the first of ours in Accept-Language, or English."""
    asked = request.query_params.get("lang", "")
    for tag in (asked, *_by_weight(request.headers.get("accept-language", ""))):
        if tag[:2].lower() == "zh":
            return "zh"
        if tag[:2].lower() == "en":
            return "en"
    return "en"


def _by_weight(header: str) -> list[str]:
    weighted = []
    for item in header.split(","):
        tag, _, parameter = item.strip().partition(";")
        weight = parameter.replace(" ", "").removeprefix("q=") or "1"
        if weight not in ("0", "0.0"):
            weighted.append((weight, tag.strip()))
    return [tag for _, tag in sorted(weighted, key=lambda pair: pair[0], reverse=True)]
