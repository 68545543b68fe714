"""Errors keep their words wherever they go."""

import pickle

from gridmap.errors import Conflict, Text


def test_an_error_crosses_processes_with_its_words_and_facts() -> None:
    error = Conflict(Text(en="Taken.", zh="已占用。"), hint=Text(en="Wait.", zh="请稍候。"), table="grid")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.message, copy.hint, copy.facts) == (
        Conflict,
        error.message,
        error.hint,
        error.facts,
    )


def test_an_error_reads_as_english_in_a_log_and_as_a_paragraph_in_either_language() -> None:
    error = Conflict(Text(en="Taken.", zh="已占用。"), hint=Text(en="Wait.", zh="请稍候。"))
    assert str(error) == "Taken."
    assert error.in_language("en") == "Taken. Wait."
    assert error.in_language("zh-CN") == "已占用。请稍候。"
