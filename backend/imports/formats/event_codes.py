"""What the codes of offices' announcements mean: `data/event_codes.csv`; a code that is not there says nothing to us.

Chinese codes: CNIPA's codes of legal events as they stand in its gazette and in INPADOC. Codes of EP and US: INPADOC.
What an EP or US patent lost in a single contracting state, or paid there, says nothing of the patent as a whole.
"""

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree

from backend.imports.formats.record import Record, announce, day
from backend.imports.formats.xml.text import first_text

TABLE: Final = Path(__file__).parent / "data" / "event_codes.csv"
ENTRY: Final = re.compile(r"^([^:：\n]{1,20})[:：]([^\n]*)$", re.MULTILINE)
PARTY: Final = ("专利权人", "权利人", "申请人")
NAMES_APART: Final = re.compile("[;；]")
EFFECTIVE: Final = ("登记生效日", "专利权终止日", "终止日期", "失效日", "解除日")


@cache
def _table() -> Mapping[tuple[str, str], str]:
    with TABLE.open(encoding="utf-8", newline="") as text:
        return {(row["office"], row["code"]): row["event"] for row in csv.DictReader(text)}


def event_of(office: str, code: str) -> str | None:
    """Return what the office's code announces, in our own code or `name_changed`; None where it means nothing to us."""
    return _table().get((office, code.strip().upper()))


def _names(entries: Mapping[str, str], side: str) -> list[str]:
    found = [
        name.strip()
        for key, said in entries.items()
        if key.startswith(side) and key.endswith(PARTY)
        for name in NAMES_APART.split(said)
    ]
    return [name for name in found if name]


def chinese_announcement(code: str, on: str, text: str) -> dict[str, Any] | None:
    """Return the event that CNIPA announced on a day under a code, with the entries in its text; None without meaning.

    A transfer or change of name holds from its registration where the text tells it, else from its announcement.
    """
    event = event_of("CN", code)
    if event is None:
        return None
    entries = {key.strip(): said.strip() for key, said in ENTRY.findall(text)}
    effective = next((day(entries[key]) for key in EFFECTIVE if entries.get(key)), day(on))
    found: dict[str, Any] = {
        "event": event, "effective_on": effective, "announced_on": day(on), "source": f"CNIPA {code}"
    }  # fmt: skip
    before, after = _names(entries, "变更前"), _names(entries, "变更后")
    if before:
        found["holders_before"] = before
    if after:
        found["holders_after"] = after
    return found


def state_announcement(record: Record, legal: etree._Element) -> None:
    """Take an INPADOC event of an OPS answer, if its code means something for the patent as a whole."""
    office, code = first_text(legal, "L001EP"), legal.get("code", "").strip()
    on = first_text(legal, "L007EP")
    if office == "CN":
        text = "\n".join(first_text(each, ".") for each in legal.iterfind("L500EP/L510EP"))
        found = chinese_announcement(code, first_text(legal, "L500EP/L525EP") or on, text)
        if found is not None:
            announce(record, found | {"announced_on": day(on)})
        return
    event = event_of(office, code)
    if event is not None:
        effective = first_text(legal, "L500EP/L525EP") or on
        announce(
            record,
            {"event": event, "effective_on": day(effective), "announced_on": day(on), "source": f"{office} {code}"},
        )
