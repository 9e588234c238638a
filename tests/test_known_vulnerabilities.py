"""The audit of dependencies says what it has looked up, and claims nothing of what it has not."""

from tests.known_vulnerabilities import judge

KNOWN = {"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
CLEAN = {"name": "b", "version": "1", "vulns": []}
UNKNOWN = {"name": "c", "skip_reason": "Dependency not found"}


def test_where_nothing_could_be_looked_up_it_was_not_run() -> None:
    said, is_vulnerable = judge([UNKNOWN, UNKNOWN])
    assert (said, is_vulnerable) == (["NOT RUN: not one of the packages could be looked up."], False)


def test_what_is_known_fails_and_names_its_cure() -> None:
    said, is_vulnerable = judge([KNOWN, CLEAN])
    assert is_vulnerable
    assert said == ["a 1: CVE-1, mended in 2", "2 packages looked up, 1 known vulnerabilities."]


def test_a_part_that_could_not_be_looked_up_is_named() -> None:
    said, is_vulnerable = judge([CLEAN, UNKNOWN])
    assert not is_vulnerable
    assert said[-1] == "NOT RUN for 1 that could not be looked up: c."
