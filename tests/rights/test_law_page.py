"""The page on the law is what the table of the law makes of it, and names files that are there."""

from tests.rights.law_page import PAGE, TOP, page
from tests.rights.law_places import HELD_IN
from tests.rights.law_table import TABLE


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "run scripts/law"


def test_every_statement_names_the_files_that_hold_it() -> None:
    assert {test for held in TABLE for test in held.tests} == set(HELD_IN)
    assert [file for file in HELD_IN.values() if not (TOP / file).is_file()] == []
