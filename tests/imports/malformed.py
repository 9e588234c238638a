"""Rows that are wrong in one way each, and what must be said of them."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.patents.numbers.canonical import check_digit

OWN = "坏行大学"
Row = dict[str, str]
Spoil = Callable[[random.Random, Row], None]
MISSING = ((None, "number_missing"),)
CONTROLS = (("title", "control_characters"), ("title", "title_missing"))


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to be wrong: what it does to a good row, the errors it must get, what comes of the row.

    `lacks` are the fields that a row which lands must come out without.
    """

    name: str
    spoil: Spoil
    errors: Sequence[tuple[str | None, str]]
    outcome: str = "rejected"
    lacks: Sequence[str] = ()
    only_text: bool = False  # a workbook cannot hold it


@dataclass(slots=True)
class Sent:
    """A row as it is sent: what is in it beyond the headings, and what must come of it."""

    cells: Row
    kind: Kind | None = None
    beyond: list[str] = field(default_factory=list)


class Numbers:
    """Fresh numbers with right check digits."""

    def __init__(self, first: int) -> None:
        self._next = first

    def application(self, year: str = "2019", kind: str = "1") -> str:
        self._next += 1
        digits = f"{year}{kind}{self._next:07d}"
        return f"{digits}.{check_digit(digits)}"

    def document(self, code: str = "B", kind: str = "1") -> str:
        self._next += 1
        return f"CN{kind}{self._next + 10_000_000:08d}{code}"


def good(numbers: Numbers, title: str) -> Row:
    return {
        "application_number": numbers.application(),
        "publication_number": "",
        "document_number": "",
        "grant_number": numbers.document(),
        "title": title,
        "kind": "发明",
        "holders": OWN,
        "inventors": "张三; 李四",
        "ipc": "H01M10/0525",
        "filing_date": "2019-03-04",
        "grant_date": "2021-05-06",
        "document_date": "",
        "legal_status": "有权",
        "status_checked_on": "2022-01-02",
        "grade": "A",
        "assessed_on": "2024-02-03",
        "abstract": f"{title}的摘要",
    }


def put(**cells: str) -> Spoil:
    return lambda _, row: row.update(cells)


def alone(make: Callable[[random.Random, str], str]) -> Spoil:
    """Spoil the application number of a row that has no other."""

    def spoil(chance: random.Random, row: Row) -> None:
        row.update(application_number=make(chance, row["application_number"]), grant_number="")

    return spoil


def _other_check_digit(chance: random.Random, number: str) -> str:
    return number[:-1] + chance.choice([c for c in "0123456789X" if c != number[-1]])


def _of_type(number: str, year: str, kind: str) -> str:
    digits = year + kind + number[5:12]
    return f"{digits}.{check_digit(digits)}"


NUMBERS_ALONE: Mapping[str, tuple[str, Callable[[random.Random, str], str]]] = {
    "wrong check digit": ("check_digit_wrong", _other_check_digit),
    "two digits exchanged": ("check_digit_wrong", lambda _, n: n[:-1] + ("0" if n[-1] != "0" else "1")),
    "ruined by a spreadsheet": ("number_ruined_by_spreadsheet", lambda c, _: f"2.0{c.randint(1, 9)}E+12"),
    "ruined, in small letters": ("number_ruined_by_spreadsheet", lambda c, _: f"2.0{c.randint(10, 99)}e+011"),
    "ruined, with a comma": ("number_ruined_by_spreadsheet", lambda c, _: f"2,0{c.randint(1, 9)}E+12"),
    "too short": ("number_length_wrong", lambda c, n: n[: c.choice([4, 5, 6])]),
    "too long": ("number_length_wrong", lambda c, n: n[:12] + "0" * c.randint(3, 9)),
    "without check digit": ("check_digit_missing", lambda _, n: n[:12]),
    "letters in it": ("number_not_recognised", lambda c, n: n[:6] + c.choice("OIlZ") + n[7:]),
    "full-width garbage": ("number_not_recognised", lambda c, _: "＠＃￥％"[: c.randint(1, 4)]),
    "words": ("number_not_recognised", lambda c, _: c.choice(["申请中", "暂无", "见附件", "同上"])),
    "HTML": ("number_not_recognised", lambda _, n: f"<b>{n}</b>"),
    "a script": ("number_not_recognised", lambda _, __: "<script>alert(1)</script>"),
    "a formula": ("number_not_recognised", lambda c, _: c.choice(["=cmd|' /C calc'!A0", "=1+1", "@SUM(A1)"])),
    "a picture": ("number_not_recognised", lambda c, _: c.choice("🐼🚀📄")),
    "far too long a text": ("number_not_recognised", lambda c, n: n * c.randint(5, 50)),
    "impossible year": ("number_year_wrong", lambda c, n: _of_type(n, c.choice(["1999", "2150", "0019"]), "1")),
    "no such type": ("number_type_wrong", lambda c, n: _of_type(n, "2019", c.choice("04567"))),
    "of another sort": ("number_of_another_sort", lambda c, _: f"CN1{c.randint(10_000_000, 99_999_999)}A"),
    "without kind code": ("number_kind_code_missing", lambda c, _: f"CN1{c.randint(10_000_000, 99_999_999)}"),
}
DATES = {
    "no such month": "2019-13-40", "no such day": "2019-02-30", "before there were patents": "1899-12-31",
    "a word": "昨天", "a spreadsheet's serial": "43658", "day before month": "12/07/2019", "half a date": "2019-07",
    "all zeros": "0000-00-00", "with an hour": "2019-07-12 10:33", "not a date": "=TODAY()",
    "two dates": "2019-01-01;2019-01-02", "no leap year": "20190229",
}  # fmt: skip


def _long(length: int) -> str:
    return "长" * length


def _numbers_of_grant(code: str, make: Callable[[random.Random], str]) -> tuple[str, Spoil]:
    return code, lambda chance, row: row.update(grant_number=make(chance))


GRANTS = {
    "grant: wrong letter": _numbers_of_grant("number_kind_code_wrong", lambda c: f"CN1{c.randint(10**7, 10**8 - 1)}S"),
    "grant: unknown letter": _numbers_of_grant(
        "number_kind_code_wrong", lambda c: f"CN1{c.randint(10**7, 10**8 - 1)}Q"
    ),
    "grant: no letter": _numbers_of_grant("number_kind_code_missing", lambda c: f"CN1{c.randint(10**7, 10**8 - 1)}"),
    "grant: too short": _numbers_of_grant("number_length_wrong", lambda c: f"CN{c.randint(1000, 9999)}B"),
    "grant: ruined": _numbers_of_grant("number_ruined_by_spreadsheet", lambda c: f"1.0{c.randint(1, 9)}E+08"),
    "grant: of another office": _numbers_of_grant(
        "number_of_another_office", lambda c: f"US{c.randint(10**6, 10**7 - 1)}B2"
    ),
    "grant: of another kind": _numbers_of_grant("numbers_contradict", lambda c: f"CN2{c.randint(10**7, 10**8 - 1)}U"),
    "grant: an application number": (
        "number_of_another_sort",
        lambda _, row: row.update(grant_number=row["application_number"]),
    ),
}


def _two_publications(chance: random.Random, row: Row) -> None:
    first = chance.randint(10**7, 10**8 - 2)
    row.update(publication_number=f"CN1{first}A", document_number=f"CN1{first + 1}A", grant_number="")


def _both_documents(chance: random.Random, row: Row) -> None:
    row.update(publication_number=f"CN1{chance.randint(10**7, 10**8 - 1)}A", document_date="2020-02-02")


def _blank(_: random.Random, row: Row) -> None:
    row.update(dict.fromkeys(row, ""), note="只有备注")


def lands(name: str, field_: str, code: str, spoil: Spoil, **more: Any) -> Kind:
    return Kind(name, spoil, ((field_, code),), "created", **{"lacks": (field_,), **more})


KINDS = (
    *(Kind(f"number: {name}", alone(make), (("application_number", code), *MISSING))
      for name, (code, make) in NUMBERS_ALONE.items()),
    Kind("no number", put(application_number="", grant_number=""), MISSING),
    Kind("nothing but a remark", _blank, ((None, "row_blank"),)),
    lands("a ruined number beside a good one", "application_number", "number_ruined_by_spreadsheet",
          put(application_number="2.02E+12")),
    lands("a wrong number beside a good one", "application_number", "check_digit_wrong",
          lambda c, row: row.update(application_number=_other_check_digit(c, row["application_number"]))),
    *(lands(name, "grant_number", code, spoil) for name, (code, spoil) in GRANTS.items()),
    lands("two publication numbers", "document_number", "numbers_contradict", _two_publications, lacks=()),
    *(lands(f"filing date: {name}", "filing_date", "date_unreadable", put(filing_date=text))
      for name, text in DATES.items()),
    lands("grant date unreadable", "grant_date", "date_unreadable", put(grant_date="二〇二一年")),
    lands("status date unreadable", "status_checked_on", "date_unreadable", put(status_checked_on="上周"), lacks=()),
    lands("assessment date unreadable", "assessed_on", "date_unreadable", put(assessed_on="31.02.2024"), lacks=()),
    lands("filed in the future", "filing_date", "in_the_future", put(filing_date="2150-01-01", grant_date="")),
    lands("granted in the future", "grant_date", "in_the_future", put(grant_date="2150-01-01")),
    lands("filed after the grant", "filing_date", "filing_date_after_publication", put(filing_date="2022-02-02")),
    lands("a day of either document", "document_date", "date_of_unknown_document", _both_documents, lacks=()),
    lands("no class", "ipc", "class_unreadable", put(ipc="锂电池")),
    lands("a class and a half", "ipc", "class_unreadable", put(ipc="H01M10/0525; H01"), lacks=()),
    lands("unknown status", "legal_status", "word_unknown", put(legal_status="不清楚吧"), lacks=()),
    lands("unknown kind", "kind", "word_unknown", put(kind="专有技术"), lacks=()),
    lands("unknown grade", "grade", "grade_unknown", put(grade="特级棒")),
    lands("another kind than the number's", "kind", "kind_contradicts_number", put(kind="外观设计"), lacks=()),
    lands("too long an abstract", "abstract", "text_too_long", put(abstract=_long(20_001))),
    lands("too long a name of an inventor", "inventors", "text_too_long", put(inventors=_long(201))),
    lands("too many inventors", "inventors", "text_too_long", put(inventors="; ".join(f"甲{n}" for n in range(201)))),
    lands("control characters in the abstract", "abstract", "control_characters", put(abstract="a\x07b"),
          only_text=True),
    Kind("too long a title", put(title=_long(1_001)), (("title", "text_too_long"), ("title", "title_missing"))),
    Kind("no title", put(title=""), (("title", "title_missing"),)),
    Kind("control characters in the title", put(title="a\x1bb"), CONTROLS, only_text=True),
    Kind("a NUL in the title", put(title="a\0b"), CONTROLS, only_text=True),
    Kind("control characters of the upper half", put(title="a\x9bb"), CONTROLS, only_text=True),
    Kind("no holder", put(holders=""), (("holders", "holders_missing"),)),
    Kind("another's patent", put(holders="别的大学"), (("holders", "not_your_patent"),)),
    Kind("too long a holder", put(holders=f"{OWN};{_long(201)}"),
         (("holders", "text_too_long"), ("holders", "holders_missing"))),
    Kind("shifted columns", put(), ((None, "row_too_long"),), only_text=True),  # a workbook is a rectangle
)  # fmt: skip


def sent(chance: random.Random, numbers: Numbers, kinds: Sequence[Kind], count: int) -> list[Sent]:
    """Return so many malformed rows, every kind as often, in a random order, a good one after every fifth."""
    rows = []
    for place in range(count):
        kind = kinds[place % len(kinds)]
        cells = good(numbers, f"坏 {place}")
        kind.spoil(chance, cells)
        rows.append(Sent(cells, kind, ["多余", ""] if kind.name == "shifted columns" else []))
    chance.shuffle(rows)
    for place in range(count // 5):
        rows.insert(place * 6 + 5, Sent(good(numbers, f"好 {place}")))
    return rows
