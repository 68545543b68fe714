"""What stands around the official suites, which are run by ``make conformance``."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.ogc import official

REPORT = """<testng-results><suite><test><class>
<test-method status="PASS" signature="setUp()[x]" is-config="true"/>
<test-method status="PASS" signature="http()[pri:0]"/>
<test-method status="SKIP" signature="gml()[pri:0]"/>
<test-method status="FAIL" signature="limit(java.lang.String)[pri:0]"><exception><message>
  expected 10 but found 11 </message></exception></test-method>
</class></test></suite></testng-results>"""


def test_failures_are_told_by_name_and_nothing_else_counts() -> None:
    assert official.results(REPORT) == (1, ["limit: expected 10 but found 11"])


def test_a_suite_that_cannot_be_fetched_ends_with_a_code_of_its_own_and_says_which(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert official.main() == official.UNAVAILABLE
    said = capsys.readouterr().err
    assert all(f"{suite} was not run: java is not installed" in said for suite in official.SUITES)


@pytest.mark.parametrize("suite", official.SUITES)
def test_the_arguments_name_the_landing_page(suite: str) -> None:
    entries = ET.fromstring(official.arguments("http://127.0.0.1:1", suite)).iter("entry")
    assert {entry.get("key"): entry.text for entry in entries}["iut"] == "http://127.0.0.1:1/ogc"
