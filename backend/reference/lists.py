"""The code lists with their labels in Chinese and English, read once from `data/`."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of a list: its labels, and what else the list knows of it (tier, parent, sector, edition)."""

    code: str
    label_zh: str
    label_en: str
    more: Mapping[str, str] = field(default_factory=dict)

    def label(self, language: str) -> str:
        """Return the label in `language` (zh or en)."""
        return self.label_en if language == "en" else self.label_zh


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list: its name in the address, titles, edition, source, whether confirmed, and its entries in their order."""

    name: str
    title_zh: str
    title_en: str
    edition: str
    source: str
    confirmed: bool
    entries: Mapping[str, Entry]


def _rows(file: str) -> Iterator[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _labelled(file: str) -> dict[str, Entry]:
    return {entry.code: entry for entry in map(_entry, _rows(file))}


def _entry(row: dict[str, str]) -> Entry:
    code, label_zh, label_en = row.pop("code"), row.pop("label_zh"), row.pop("label_en")
    return Entry(code, label_zh, label_en, MappingProxyType({k: v for k, v in row.items() if v}))


def _technology_fields() -> dict[str, Entry]:
    return {
        row["number"]: Entry(
            row["number"],
            row["name_zh"],
            row["name_en"],
            MappingProxyType({"sector_zh": row["sector_zh"], "sector_en": row["sector_en"]}),
        )
        for row in _rows("technology_fields.csv")
    }


def _ipc() -> dict[str, Entry]:
    editions: dict[str, Mapping[str, str]] = {}
    return {
        row["code"]: Entry(
            row["code"],
            row["title_zh"],
            row["title_en"],
            editions.setdefault(row["edition"], MappingProxyType({"edition": row["edition"]})),
        )
        for row in _rows("ipc_titles.csv")
    }


@cache
def lists() -> Mapping[str, CodeList]:
    """Return every list by its name in the address, such as `deal-types`."""
    entries: dict[str, dict[str, Entry]] = {
        "clusters": _labelled("clusters.csv"),
        "regions": _labelled("regions.csv"),
        "technology-fields": _technology_fields(),
        "ipc": _ipc(),
    }
    for row in _rows("codes.csv"):
        of_list = entries.setdefault(row.pop("list"), {})
        entry = _entry(row)
        of_list[entry.code] = entry
    return MappingProxyType(
        {
            row["list"]: CodeList(
                name=row["list"],
                title_zh=row["title_zh"],
                title_en=row["title_en"],
                edition=row["edition"],
                source=row["source"],
                confirmed=row["confirmed"] == "yes",
                entries=MappingProxyType(entries[row["list"]]),
            )
            for row in _rows("lists.csv")
        }
    )


def codes(list_name: str) -> tuple[str, ...]:
    """Return the codes of a list in its order; KeyError for a list there is not."""
    return tuple(lists()[list_name].entries)


def label(list_name: str, code: str, language: str) -> str:
    """Return the label of a code in `language` (zh or en), or the code itself where the list does not have it."""
    entry = lists()[list_name].entries.get(code)
    return entry.label(language) if entry else code
