"""One tree of errors. Each says in both languages what was wrong, where, and what to do."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in English and in Chinese."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """Return the sentence for a language tag such as ``zh``, ``zh-CN`` or ``en``; English for any other."""
        return self.zh if language.lower().startswith("zh") else self.en

    def as_dict(self) -> dict[str, str]:
        """Return both sentences keyed by language, as the API and reports carry them."""
        return {"en": self.en, "zh": self.zh}


class GridmapError(Exception):
    """Something gridmap refuses or cannot do, said so that a person can act on it.

    Parameters
    ----------
    message : what was wrong, and where.
    hint : what to do about it; None when the message says it all.
    facts : values that programs may read (file, row, column, code …).
    """

    def __init__(self, message: Text, *, hint: Text | None = None, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.facts = facts

    def __str__(self) -> str:
        """Return the message in English, for logs."""
        return self.message.en

    def in_language(self, language: str) -> str:
        """Return message and hint as one paragraph."""
        parts = [self.message.in_language(language)]
        if self.hint is not None:
            parts.append(self.hint.in_language(language))
        return ("" if language.lower().startswith("zh") else " ").join(parts)


class Invalid(GridmapError):
    """The input is wrong."""


class Forbidden(GridmapError):
    """The actor may not do this."""


class NotFound(GridmapError):
    """The thing asked for does not exist."""


class Conflict(GridmapError):
    """The action does not fit the present state."""


class Stale(Conflict):
    """The thing changed after the actor read it."""


class Infeasible(GridmapError):
    """No answer satisfies the rules; the message names the rule and the cheapest relaxation."""


class Unavailable(GridmapError):
    """A part gridmap needs (database, binaries, disk) is not there."""
