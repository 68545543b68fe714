"""What was repaired or tolerated, told in both languages."""

import pytest

from gridmap.core.division.findings import Finding, FindingKind, Ledger


def only(ledger: Ledger) -> Finding:
    return ledger.of(0)[0]


@pytest.mark.parametrize("kind", list(FindingKind))
def test_every_kind_has_a_sentence_in_both_languages(kind: FindingKind) -> None:
    ledger = Ledger()
    ledger.note(0, kind, count=3)
    found = only(ledger)
    assert found.text.en.endswith(".")
    assert found.text.zh.endswith("。")
    assert "{" not in found.text.en + found.text.zh


def test_things_are_counted_and_the_first_fifty_named() -> None:
    ledger = Ledger()
    for number in range(60):
        ledger.note(0, FindingKind.PODIUM, f"b{number}")
    assert only(ledger).count == 60
    assert len(only(ledger).where) == 50


def test_communities_are_kept_apart() -> None:
    ledger = Ledger()
    ledger.note(1, FindingKind.PODIUM)
    assert ledger.of(0) == ()
