"""Writes `backend/docs/law.md`: each statement of the law, where the code holds it, and which test shows it."""

import ast
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from backend.rights.permissions.rules import BY_CODE, Rule
from tests.rights.law_appraisal import APPRAISAL
from tests.rights.law_open_licences import OPEN_LICENCE, Held
from tests.rights.law_places import held_in
from tests.rights.law_pledges import PLEDGES
from tests.rights.law_table import LICENCES, TRANSFERS

TOP: Final = Path(__file__).parents[2]
PAGE: Final = TOP / "backend" / "docs" / "law.md"
COMMAND: Final = "scripts/law"
WIDTH: Final = 118
SCENE: Final = "tests/rights/test_rules.py"  # each rule has a scene there, which fails without it
PARTS: Final = (("Open licences", OPEN_LICENCE), ("Licences and co-owners", LICENCES), ("Transfers", TRANSFERS),
         ("Pledges and loans", PLEDGES), ("Appraisals", APPRAISAL))  # fmt: skip
INTRODUCTION: Final = f"""# The law in the code

Made by `{COMMAND}` from `tests/rights/law_table.py`; a test keeps it current.

Every statement of the law that was read in the law itself, and that rights, open licences, pledges and appraisals are
about: in which file the code holds it, and which test shows that it does. What was read only in a secondary source,
and what is the platform's own prudence, is no statement here: such rules say so in their answers. So are the grounds
on which the office refuses a pledge's registration (CNIPA Announcement 461, read in an office's guide alone). Numbers
of days and limits that no law states are settings ([configuration.md](configuration.md)).

Law: Patent Law of the People's Republic of China (2020). Regs: its Implementing Regulations (2023). V-11: Guidelines
for Patent Examination 2023, Part V, chapter 11. SPC: the Supreme People's Court on contracts of technology. Asset
Appraisal Law: that of 2016.
"""


def _tests_by_name() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((TOP / "tests").glob("*/test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.setdefault(node.name, str(path.relative_to(TOP)))
    return found


def _file_of(rule: Rule) -> str:
    return rule.asks.__module__.replace(".", "/") + ".py"


def _lines(held: Held, tests: dict[str, str]) -> Iterator[str]:
    yield f"- **{held.statement}**"
    if held.why_not:
        yield f"  - not here: {held.why_not}"
    for code in held.rules:
        rule = BY_CODE[code]
        yield f"  - rule `{code}` ({rule.law})"
        yield f"    in `{_file_of(rule)}`,"
        yield f"    shown by `{SCENE}`, scene `{code}`"
    if held.tests:
        yield f"  - in {', '.join(f'`{file}`' for file in held_in(held))}"
    for name in held.tests:
        yield f"    shown by `{tests[name]}`:"
        yield f"    `{name}`"


def _part(title: str, table: Iterable[Held], tests: dict[str, str]) -> Iterator[str]:
    yield f"\n## {title}\n"
    for held in table:
        yield from _lines(held, tests)


def page() -> str:
    """Return the page."""
    tests = _tests_by_name()
    lines = [line for title, table in PARTS for line in _part(title, table, tests)]
    return INTRODUCTION + "\n".join(map(_wrapped, lines)) + "\n"


def _wrapped(line: str) -> str:
    filled = textwrap.fill(line, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    return filled if line.strip() else line


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE.relative_to(TOP)} is written.\n")
