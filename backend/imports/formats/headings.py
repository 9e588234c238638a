"""Which field a column heading means, by a table that a person can extend: `data/headings.csv`."""

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).parent / "data" / "headings.csv"
REPORT: Final = "report"  # the columns that rejected.csv adds: known, and not read


def fold(heading: str) -> str:
    """Return the heading without what does not change its meaning: width, case, blanks, punctuation."""
    return "".join(c for c in unicodedata.normalize("NFKC", heading).casefold() if c.isalnum())


@cache
def _table() -> tuple[Mapping[str, tuple[str, ...]], Mapping[tuple[str, str], str]]:
    fields: dict[str, list[str]] = defaultdict(list)
    names: dict[tuple[str, str], str] = {}
    with TABLE.open(encoding="utf-8-sig", newline="") as text:
        for row in csv.DictReader(text):
            fields[fold(row["heading"])].append(row["field"])
            names.setdefault((row["field"], row["language"]), row["heading"])
    for field, _ in names:
        if field not in fields[fold(field)]:
            fields[fold(field)].append(field)
    return {heading: tuple(meant) for heading, meant in fields.items()}, names


def meaning(heading: str, among: Collection[str]) -> str | None:
    """Return the field among `among` that the heading means, or None where the table does not know it."""
    for field in _table()[0].get(fold(heading), ()):
        if field in among:
            return field
    return None


def recognised(headings: Sequence[str], among: Collection[str]) -> list[str | None]:
    """Return for each heading the field that it means among `among`, `report` for a column of our own, or None."""
    wanted = {*among, REPORT}
    return [meaning(heading, wanted) for heading in headings]


def heading_of(field: str, language: str) -> str:
    """Return the first heading of a field in `language` (zh or en), or the field's name where there is none."""
    return _table()[1].get((field, language), field)
