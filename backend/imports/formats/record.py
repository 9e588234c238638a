"""What a structured file says of one patent, and the rows that it becomes: cells under the names of their fields."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.entities import html5
from typing import Any, Final

NUMBERS: Final = ("application_number", "publication_number", "grant_number")
PATENT_CELLS: Final = (
    *NUMBERS, "title", "title_en", "abstract", "abstract_en", "first_claim", "kind", "filing_date", "publication_date",
    "grant_date", "ipc", "inventors", "applicants", "holders", "legal_events",
)  # fmt: skip
EVENT_CELLS: Final = (
    *NUMBERS, "event", "effective_on", "announced_on", "year", "holders", "former_holders", "source"
)  # fmt: skip
WIDE: Final = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
WRAPPED: Final = re.compile(rf"(?<=[{WIDE}])[ \t]*[\r\n]\s*(?=[{WIDE}])")
HAN: Final = re.compile("[\u4e00-\u9fff]")
COMPACT_DAY: Final = re.compile(r"(\d{4})[-./]?(\d{2})[-./]?(\d{2})")
DESIGN_CLASS: Final = re.compile(r"(\d\d)(\d\d)")
SYMBOL: Final = re.compile(r"([A-H]\d\d[A-Z])\s*(\d{1,4})/\s*(\d{2,6})")
GRANTED_BY_LETTER: Final = {"US": "BEHPS", "CN": "BCUYSD", "DE": "BCU", "JP": "BCUYS"}
KIND_BY_LETTER: Final = {
    **dict.fromkeys("ABC", "invention"),
    **dict.fromkeys("UY", "utility_model"),
    "S": "design",
}
US_DOCDB_APPLICATION: Final = 12  # the year before the eight digits of the office
US_DOCDB_PUBLICATION: Final = 10  # one zero of the office's eleven digits is left out


@dataclass(slots=True)
class Record:
    """One patent as a file tells it: cells by field, and what its office announced."""

    cells: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)

    def say(self, name: str, text: str) -> None:
        """Take the text for the field unless it is blank or the field is filled already."""
        if text and not text.isspace():
            self.cells.setdefault(name, text)


class NotWellFormed(ValueError):
    """A structured file breaks off or breaks its form's rules, and nobody knows where the next record begins."""


class Unreadable(list[str]):
    """Stands where a record or row should be that could not be read; the reading goes on behind it."""

    def __init__(self, code: str, value: str = "", **facts: Any) -> None:
        super().__init__()
        self.code = code
        self.value = value
        self.facts = facts


def rows_of(record: Record, headings: Sequence[str]) -> Iterator[list[str]]:
    """Yield the record's rows under `headings`: one of the patent, or where these are an event's one of each event."""
    if "event" not in headings:
        cells = dict(record.cells)
        if record.events:
            cells["legal_events"] = json.dumps(record.events, ensure_ascii=False)
        yield [cells.get(name, "") for name in headings]
        return
    numbers = {name: record.cells[name] for name in NUMBERS if name in record.cells}
    for event in record.events:
        cells = numbers | {
            "event": event["event"],
            "effective_on": event.get("effective_on", ""),
            "announced_on": event.get("announced_on", ""),
            "year": str(event.get("year", "")),
            "holders": joined(event.get("holders_after", [])),
            "former_holders": joined(event.get("holders_before", [])),
            "source": event.get("source", ""),
        }
        yield [cells.get(name, "") for name in headings]


def joined(names: Sequence[str]) -> str:
    """Return the names in one cell, semicolons between them and none within."""
    plain = (" ".join(re.sub("[;；|]", ",", name).split()) for name in names)
    return ";".join(dict.fromkeys(name for name in plain if name))


def line(text: str) -> str:
    """Return the text in one line; where Chinese was wrapped no blank is left."""
    return " ".join(WRAPPED.sub("", text).split())


def entity(name: str) -> str:
    """Return the character that HTML's named entity means, which an absent DTD would have told, or nothing."""
    return html5.get(f"{name};", "")


def day(text: str) -> str:
    """Return a day as YYYY-MM-DD where it is written so or without what stands between; else as it is."""
    found = COMPACT_DAY.fullmatch(text.strip())
    return "-".join(found.groups()) if found else text.strip()


def symbol(text: str) -> str:
    """Return the IPC symbol or Locarno class that the text begins with; else the text without blanks."""
    bare = text.strip()
    if found := SYMBOL.match(bare):
        return f"{found[1]}{int(found[2])}/{found[3]}"
    design = DESIGN_CLASS.fullmatch(bare)
    return f"{design[1]}-{design[2]}" if design else "".join(bare.split())


def number(office: str, digits: str, letter: str = "") -> str:
    """Return a number with its office (WIPO ST.3) and kind code, spelled as that office spells it.

    Of US numbers the DOCDB spelling (a year before applications, a zero missing in publications) is undone.
    """
    bare = re.sub(r"[\s/,-]", "", digits).removeprefix(office)
    if office == "US" and bare.isdigit():
        bare = bare.lstrip("0")
        if not letter and len(bare) == US_DOCDB_APPLICATION:
            bare = bare[4:]
        elif letter and len(bare) == US_DOCDB_PUBLICATION:
            bare = f"{bare[:4]}0{bare[4:]}"
    return f"{office}{bare}{letter}" if bare else ""


def is_grant(office: str, letter: str) -> bool:
    """Whether a document with this kind code (WIPO ST.16 and the office's own) announces a grant."""
    if office == "US" and letter == "A":  # grants before 2001
        return True
    return bool(letter) and letter[0] in GRANTED_BY_LETTER.get(office, "BC")


def kind_of(office: str, letter: str) -> str:
    """Return the kind of patent that the kind code tells, or nothing: Chinese numbers tell it, PCT documents cannot."""
    if office in ("CN", "WO") or not letter:
        return ""
    return KIND_BY_LETTER.get(letter[0], "")


def state_document(record: Record, office: str, digits: str, letter: str, on: str) -> None:
    """Take a published document's number and day, under publication or grant as its kind code tells."""
    sort = "grant" if is_grant(office, letter) else "publication"
    record.say(f"{sort}_number", number(office, digits, letter))
    record.say(f"{sort}_date", day(on))
    record.say("kind", kind_of(office, letter))


def in_chinese_and_english(texts: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return of (language, text) pairs the one to show and the English one: Chinese before English before any other."""
    named: dict[str, str] = {}
    for language, text in texts:
        code = language.lower() or ("zh" if HAN.search(text) else "en")
        named.setdefault({"cn": "zh"}.get(code, code), text)
    english = named.get("en", "")
    return named.get("zh") or english or next(iter(named.values()), ""), english


def state_text(record: Record, name: str, texts: Sequence[tuple[str, str]]) -> None:
    """Take a title or abstract in the languages there are."""
    shown, english = in_chinese_and_english([(language, text) for language, text in texts if text])
    record.say(name, shown)
    record.say(f"{name}_en", english)


def announce(record: Record, event: Mapping[str, Any]) -> None:
    """Take an event unless the record has it already."""
    known = {(e["event"], e.get("effective_on")) for e in record.events}
    if (event["event"], event.get("effective_on")) not in known:
        record.events.append(dict(event))
