"""What one row of a register says, cell by cell; what cannot be read is an error on its column, never a guess."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

from backend.imports.import_kinds import ColumnError
from backend.patents.codes import LegalStatus, PatentKind
from backend.patents.fact_rules import disagreements, placed
from backend.patents.numbers.canonical import Number, NumberRole, NumberWrong, parse_number
from backend.register_import.event_planner import CELL, MOVES, EventSaid, holders_at_first, read_events
from backend.register_import.vocabulary import code_of, day_of, split_classes, split_names

NUMBER_COLUMNS: Final = {
    "application_number": "application_number",
    "publication_number": "publication_number",
    "grant_number": "grant_number",
    "document_number": "publication_number",
    "number": "",  # of any sort
}
LETTERED: Final = ("publication_number", "document_number")
DATES: Final = ("filing_date", "publication_date", "grant_date")
DATE_OF: Final = {"publication_number": "publication_date", "grant_number": "grant_date"}
LINES: Final = ("title", "title_en")
TEXTS: Final = ("abstract", "abstract_en", "first_claim")
LONGEST_LINE: Final = 1_000
LONGEST_TEXT: Final = 20_000
LONGEST_NAME: Final = 200
MOST_NAMES: Final = 200
HOME: Final = "CN"
SHARED_FROM: Final = "CN101000001"
UNDECIDED: Final = "untold"


@dataclass(slots=True)
class PatentDraft:
    """What a row says of one patent, in its one form: numbers, facts, who holds it; and what could not be read.

    Where the row tells of changes of holders, `holders` are those before the first one, from whom the events lead to
    `holders_now`.
    """

    office: str = HOME
    numbers: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    holders: list[str] = field(default_factory=list)
    holders_now: list[str] = field(default_factory=list)
    events: list[EventSaid] = field(default_factory=list)
    status: LegalStatus | None = None
    is_status_unread: bool = False  # the row says how the right stands, in words that are not understood
    checked_on: date | None = None
    grade: str | None = None
    assessed_on: date | None = None
    method: str | None = None
    columns: dict[str, str] = field(default_factory=dict)  # where a fact was read, if not under its own name
    errors: list[ColumnError] = field(default_factory=list)

    @property
    def named(self) -> set[str]:
        """The names of everybody who holds or held it."""
        told = (name for event in self.events for name in (*event.before, *event.after))
        return {*self.holders, *self.holders_now, *told}

    @property
    def moves(self) -> list[EventSaid]:
        """The changes of holders and of their names, in their order."""
        return [event for event in self.events if event.kind in MOVES]

    def wrong(self, column: str, code: str, value: str = "", **facts: Any) -> None:
        """Note an error on a column."""
        self.errors.append(ColumnError(column, code, value, facts))


class Numbered(Protocol):
    """What a row says, as far as its numbers go."""

    office: str
    numbers: dict[str, str]
    columns: dict[str, str]

    def wrong(self, column: str, code: str, value: str = "", **facts: Any) -> None:
        """Note an error on a column."""


def _lettered(column: str, text: str) -> str:
    """Return a number with the letter that it must have where none is written, or as it is.

    ZC 0008-2004: of an invention (first digit 1) only the application is published, always as A. ZC 0007-2012: a grant
    keeps the digits of that publication, so that from CN101000001 on bare digits in a column of either tell the
    publication's number as well. All else (grants before, utility models, designs) is not told by digits.
    """
    number = parse_number(text, HOME)
    is_bare = number.office == HOME and number.role is NumberRole.UNKNOWN and number.kind is PatentKind.INVENTION
    told = column == "publication_number" or (column == "document_number" and number.canonical >= SHARED_FROM)
    is_long = len(number.canonical) == len(SHARED_FROM) or column == "publication_number"
    return f"{number.canonical}A" if is_bare and told and is_long else text


def _placed(column: str, meant: str, text: str) -> tuple[str, Number]:
    if meant:
        return placed(meant, _lettered(column, text) if column in LETTERED else text, HOME)
    try:
        return placed("application_number", text, HOME)
    except NumberWrong as wrong:
        if wrong.code != "number_of_another_sort":
            raise
        return placed("publication_number", text, HOME)


def read_numbers(draft: Numbered, cells: Mapping[str, str]) -> tuple[PatentKind | None, str | None]:
    """Return the kind that the numbers tell, and in which field the document number belongs."""
    kind: PatentKind | None = None
    document: str | None = None
    for column, meant in NUMBER_COLUMNS.items():
        text = cells.get(column)
        if text is None:
            continue
        try:
            belongs, number = _placed(column, meant, text)
        except NumberWrong as wrong:
            draft.wrong(column, wrong.code, text)
            continue
        if draft.numbers and number.office != draft.office:
            draft.wrong(column, "number_of_another_office", text)
        elif draft.numbers.get(belongs, number.canonical) != number.canonical or (
            kind and number.kind and kind is not number.kind
        ):
            draft.wrong(column, "numbers_contradict", text)
        else:
            draft.office, draft.numbers[belongs] = number.office, number.canonical
            draft.columns.setdefault(belongs, column)
            kind = kind or number.kind
            if column == "document_number":  # bare digits do not tell whose day the document's day is
                document = belongs if text.strip()[-1:].isalpha() or text.strip()[-2:-1].isalpha() else UNDECIDED
    return kind, document


def _read_day(draft: PatentDraft, cells: Mapping[str, str], column: str) -> date | None:
    text = cells.get(column)
    if text is None:
        return None
    day = day_of(text)
    if day is None:
        draft.wrong(column, "date_unreadable", text)
    return day


def _read_dates(draft: PatentDraft, cells: Mapping[str, str], document: str | None) -> None:
    for column in DATES:
        if day := _read_day(draft, cells, column):
            draft.facts[column] = day
    if day := _read_day(draft, cells, "document_date"):
        sorts = [document] if document else [sort for sort in DATE_OF if sort in draft.numbers]
        sorts = [sort for sort in sorts if sort in DATE_OF]
        if len(sorts) == 1:
            if draft.facts.setdefault(DATE_OF[sorts[0]], day) is day:
                draft.columns[DATE_OF[sorts[0]]] = "document_date"
        else:
            draft.wrong("document_date", "date_of_unknown_document", cells["document_date"])


def _read_texts(draft: PatentDraft, cells: Mapping[str, str]) -> None:
    for column in (*LINES, *TEXTS):
        text = cells.get(column)
        if text is None:
            continue
        said = " ".join(text.split()) if column in LINES else text.replace("\r\n", "\n").replace("\r", "\n")
        longest = LONGEST_LINE if column in LINES else LONGEST_TEXT
        if len(said) > longest:
            draft.wrong(column, "text_too_long", text, longest=longest)
        else:
            draft.facts[column] = said


def _read_names(draft: PatentDraft, cells: Mapping[str, str], column: str) -> list[str]:
    text = cells.get(column)
    if text is None:
        return []
    names = split_names(text, of_people=column == "inventors")
    if len(names) > MOST_NAMES or any(len(name) > LONGEST_NAME for name in names):
        draft.wrong(column, "text_too_long", text, longest=LONGEST_NAME)
        return []
    return names


def _read_classes(draft: PatentDraft, cells: Mapping[str, str]) -> None:
    classes: list[str] = []
    for column in ("ipc_main", "ipc"):
        found, unread = split_classes(cells.get(column, ""))
        classes += found
        if unread:
            draft.wrong(column, "class_unreadable", "; ".join(unread))
    if classes:
        draft.facts["ipc"] = list(dict.fromkeys(classes))[:MOST_NAMES]
        draft.columns |= {} if "ipc" in cells else {"ipc": "ipc_main"}


def _read_code(draft: PatentDraft, cells: Mapping[str, str], column: str, list_name: str) -> str | None:
    text = cells.get(column)
    if text is None:
        return None
    code = code_of(list_name, text)
    if code is None:
        draft.wrong(column, "word_unknown", text, list=list_name)
    return code


def _read_assessment(draft: PatentDraft, cells: Mapping[str, str], grades: tuple[str, ...]) -> None:
    text = cells.get("grade")
    if text is None:
        return
    code = next((grade for grade in grades if grade.casefold() == text.strip("级类等").casefold()), None)
    if code is None:
        draft.wrong("grade", "grade_unknown", text, grades=", ".join(grades))
        return
    draft.grade, draft.assessed_on = code, _read_day(draft, cells, "assessed_on")
    draft.method = cells.get("method", "")[:LONGEST_LINE] or None


def _settle(draft: PatentDraft, kind_by_number: PatentKind | None) -> None:
    """Drop what cannot be true together with the rest."""
    for error in list(disagreements(draft.facts, kind_by_number)):
        column = error.pointer.removeprefix("/")
        draft.wrong(column, error.code, str(draft.facts.pop(column)))
    if kind_by_number:
        draft.facts["kind"] = kind_by_number


def read_patent(cells: Mapping[str, str], grades: tuple[str, ...]) -> PatentDraft:
    """Return what the cells of one row say, by field; `grades` are those that the platform is configured for.

    `holders` are who holds the patent today, `applicants` who applied for it, `legal_events` what `read_events` reads.
    """
    draft = PatentDraft()
    kind_by_number, document = read_numbers(draft, cells)
    _read_texts(draft, cells)
    _read_dates(draft, cells, document)
    _read_classes(draft, cells)
    if kind := _read_code(draft, cells, "kind", "patent-kinds"):
        draft.facts["kind"] = PatentKind(kind)
    _settle(draft, kind_by_number)
    inventors = _read_names(draft, cells, "inventors")
    applicants, holders = _read_names(draft, cells, "applicants"), _read_names(draft, cells, "holders")
    draft.facts |= {"inventors": inventors, "applicants": applicants or holders}
    is_unread = any(error.field == "holders" for error in draft.errors)
    draft.holders = holders if is_unread else holders or applicants
    if CELL in cells:
        draft.events, wrong = read_events(cells[CELL])
        draft.errors += wrong
    if draft.moves:
        draft.holders, draft.holders_now = holders_at_first(draft.events, applicants, holders), holders
    if bool(holders) is not bool(applicants) and not is_unread:  # both stand in the one that is filled
        draft.columns |= {"applicants": "holders"} if holders else {"holders": "applicants"}
    if status := _read_code(draft, cells, "legal_status", "legal-statuses"):
        draft.status, draft.checked_on = LegalStatus(status), _read_day(draft, cells, "status_checked_on")
    draft.is_status_unread = "legal_status" in cells and draft.status is None
    _read_assessment(draft, cells, grades)
    return draft


def drop_future(draft: PatentDraft, today: date) -> None:
    """Take the days back that have not come yet, and note each as an error on its column."""
    for name in DATES:
        day = draft.facts.get(name)
        if day and day > today:
            draft.wrong(draft.columns.get(name, name), "in_the_future", str(draft.facts.pop(name)))
    if draft.checked_on and draft.checked_on > today:
        draft.wrong("status_checked_on", "in_the_future", str(draft.checked_on))
        draft.checked_on = None
    if draft.assessed_on and draft.assessed_on > today:
        draft.wrong("assessed_on", "in_the_future", str(draft.assessed_on))
        draft.assessed_on = None
