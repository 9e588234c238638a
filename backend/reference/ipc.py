"""Symbols of the International Patent Classification: one spelling, their titles and technology fields."""

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from backend.reference.lists import DATA, label

_SYMBOL = re.compile(
    r"(?<![0-9A-Z])([A-H])\s?([0-9]{2})\s?([A-Z])(?:\s*0{0,3}([1-9][0-9]{0,3})\s*/\s*([0-9]{2,6}))?(?![0-9/])"
)


def split_ipc(text: str) -> list[str]:
    """Return every symbol found in `text`, each once and in order, as `H01M10/0525` or a subclass such as `H01M`.

    Takes what registers hold between the symbols: versions, `;`, wide spaces, `??`.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    found = (
        section + number + subclass + (f"{group}/{subgroup}" if group else "")
        for section, number, subclass, group, subgroup in _SYMBOL.findall(plain)
    )
    return list(dict.fromkeys(found))


def ipc_label(code: str, language: str) -> str:
    """Return the title of a section, class or subclass in `language` (zh or en); of a group, its subclass's."""
    return label("ipc", code[:4], language)


@cache
def _fields() -> Mapping[str, tuple[int, ...]]:
    fields: dict[str, tuple[int, ...]] = {}
    with (DATA / "ipc_technology.csv").open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            fields[row["prefix"]] = (*fields.get(row["prefix"], ()), int(row["field"]))
    return fields


def technology_fields(symbol: str) -> tuple[int, ...]:
    """Return the numbers (1–35) of WIPO's technology fields for a symbol: its main group's, else its subclass's."""
    group = symbol.partition("/")[0]
    return _fields().get(group) or _fields().get(symbol[:4], ())


def main_technology_field(symbols: Sequence[str]) -> int | None:
    """Return the number of WIPO's technology field of the main class, which comes first, or None where it has none."""
    return next(iter(technology_fields(symbols[0])), None) if symbols else None
