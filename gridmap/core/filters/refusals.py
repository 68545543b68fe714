"""What a filter is refused for."""

from gridmap.errors import Invalid, Text

DEEPEST = 64
"""Levels of a filter within one another."""

EXAMPLE = Text(
    en="A filter is written as: households >= 300 AND kind = 'general'.",
    zh="过滤条件的写法如：households >= 300 AND kind = 'general'。",
)


def refused(message: Text, hint: Text | None = EXAMPLE) -> Invalid:
    """Return the error that says what is wrong with a filter, and what to do."""
    return Invalid(message, hint=hint, parameter="filter")


def too_deep() -> Invalid:
    """Return the error for a filter of too many levels."""
    return refused(
        Text(en=f"The filter is nested deeper than {DEEPEST} levels.", zh=f"过滤条件嵌套超过 {DEEPEST} 层。"),
        Text(en="Leave out brackets that change nothing.", zh="请去掉不必要的括号。"),
    )
