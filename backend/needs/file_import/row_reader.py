"""What one row of a list of needs says. What a row does not say is not known: nothing is filled in for it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from backend.core.http.schemas import Line
from backend.imports.import_kinds import ColumnError
from backend.needs.codes import BudgetVisibility, Language
from backend.needs.schemas import (
    LONGEST_ABSTRACT,
    LONGEST_PROBLEM,
    LONGEST_TRIED,
    MOST_NAMED,
    Abstract,
    Classes,
    Problem,
    Tried,
)
from backend.register_import.vocabulary import code_of, codes_of, day_of, fen_of, split_classes, split_names, stage_of

MOST_CODES: Final = 10
LONGEST_LINE: Final = 200
YES: Final = frozenset({"是", "yes", "y", "true", "1"})
NO: Final = frozenset({"否", "no", "n", "false", "0"})
TEXTS: Final[Mapping[str, tuple[str, TypeAdapter[str], int]]] = {
    "need_title": ("title", TypeAdapter(Line), LONGEST_LINE),
    "problem": ("problem", TypeAdapter(Problem), LONGEST_PROBLEM),
    "tried": ("tried", TypeAdapter(Tried), LONGEST_TRIED),
    "public_abstract": ("abstract", TypeAdapter(Abstract), LONGEST_ABSTRACT),
    "reference": ("reference", TypeAdapter(Line), LONGEST_LINE),
}
ONE_LINE: Final = frozenset({"need_title", "reference"})
LANGUAGES: Final = {"中文": Language.ZH, "zh": Language.ZH, "chinese": Language.ZH, "英文": Language.EN,
                    "en": Language.EN, "english": Language.EN}  # fmt: skip
BUDGET: Final = {
    "budget_min_fen": {"budget_min_yuan": 100, "budget_min_wan": 1_000_000},
    "budget_max_fen": {"budget_max_yuan": 100, "budget_max_wan": 1_000_000},
}
CODES: Final = {"deal_types": "deal-types", "clusters": "clusters"}
CLASSES: Final[TypeAdapter[list[str]]] = TypeAdapter(Classes)
FIELDS: Final = frozenset(
    {
        *TEXTS, *CODES, *(column for columns in BUDGET.values() for column in columns),
        "need_language", "ipc", "technology_fields", "budget_shown", "stage_min", "region", "wanted_by",
        "confidential", "shown_to", "publish",
    }
)  # fmt: skip


@dataclass(slots=True)
class NeedDraft:
    """What a row says of one need, by the need's own fields; and what could not be read.

    `names` are those of the organisations that shall see it; `is_unsafe` where what could not be read would decide who
    sees it, so that nothing of the row is taken.
    """

    values: dict[str, Any] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    publish: bool | None = None
    columns: dict[str, str] = field(default_factory=dict)
    errors: list[ColumnError] = field(default_factory=list)
    is_unsafe: bool = False

    def wrong(self, column: str, code: str, value: str = "", **facts: Any) -> None:
        """Note an error on a column."""
        self.errors.append(ColumnError(column, code, value, facts))

    def says(self, name: str, value: Any, column: str) -> None:
        """Note what a column says of one of the need's fields."""
        self.values[name], self.columns[name] = value, column


def read_need(cells: Mapping[str, str]) -> NeedDraft:
    """Return what the cells of one row say, by field."""
    draft = NeedDraft()
    _read_texts(draft, cells)
    _read_budget(draft, cells)
    _read_codes(draft, cells)
    _read_field(draft, cells)
    _read_when_and_where(draft, cells)
    _read_who_sees_it(draft, cells)
    return draft


def _read_texts(draft: NeedDraft, cells: Mapping[str, str]) -> None:
    for column, (name, form, longest) in TEXTS.items():
        text = cells.get(column)
        if text is None:
            continue
        plain = " ".join(text.split()) if column in ONE_LINE else text.replace("\r\n", "\n")
        try:
            draft.says(name, form.validate_python(plain), column)
        except ValidationError:
            draft.wrong(column, "text_too_long", text, longest=longest)


def _read_budget(draft: NeedDraft, cells: Mapping[str, str]) -> None:
    for name, columns in BUDGET.items():
        given = {column: cells[column] for column in columns if column in cells}
        for column, text in given.items():
            fen = fen_of(text, columns[column]) if len(given) == 1 else None
            if len(given) > 1:
                draft.wrong(column, "budget_twice", text)
            elif fen is None:
                draft.wrong(column, "budget_unreadable", text)
            else:
                draft.says(name, fen, column)
    if "budget_shown" in cells:
        shown = yes_or_no(cells["budget_shown"])
        if shown is None:
            draft.wrong("budget_shown", "yes_or_no", cells["budget_shown"])
        else:
            seen = BudgetVisibility.SHOWN if shown else BudgetVisibility.SECRET
            draft.says("budget_visibility", seen, "budget_shown")


def _read_codes(draft: NeedDraft, cells: Mapping[str, str]) -> None:
    for column, list_name in CODES.items():
        codes, unknown = codes_of(list_name, cells.get(column, ""))
        for word in unknown:
            draft.wrong(column, "word_unknown", word, list=list_name)
        if len(codes) > MOST_CODES:
            draft.wrong(column, "too_many_words", cells[column], most=MOST_CODES)
        elif codes:
            draft.says(column, codes, column)
    if text := cells.get("stage_min"):
        stage = stage_of(text)
        if stage is None:
            draft.wrong("stage_min", "word_unknown", text, list="stages")
        else:
            draft.says("stage_min", stage, "stage_min")


def _read_field(draft: NeedDraft, cells: Mapping[str, str]) -> None:
    if text := cells.get("ipc"):
        classes, unread = split_classes(text)
        try:
            draft.says("ipc", CLASSES.validate_python(classes), "ipc")
        except ValidationError:
            unread.append(text)
        for part in unread:
            draft.wrong("ipc", "class_unreadable", part)
    numbers, unknown = codes_of("technology-fields", cells.get("technology_fields", ""))
    for word in unknown:
        draft.wrong("technology_fields", "word_unknown", word, list="technology-fields")
    if numbers:
        draft.says("technology_fields", [int(number) for number in numbers], "technology_fields")


def _read_when_and_where(draft: NeedDraft, cells: Mapping[str, str]) -> None:
    if text := cells.get("region"):
        code = code_of("regions", text)
        if code is None:
            draft.wrong("region", "word_unknown", text, list="regions")
        else:
            draft.says("region", code, "region")
    if text := cells.get("wanted_by"):
        day = day_of(text)
        if day is None:
            draft.wrong("wanted_by", "date_unreadable", text)
        else:
            draft.says("wanted_by", day, "wanted_by")
    if text := cells.get("need_language"):
        language = LANGUAGES.get(text.casefold())
        if language is None:
            draft.wrong("need_language", "language_unknown", text)
        else:
            draft.says("language", language, "need_language")


def _read_who_sees_it(draft: NeedDraft, cells: Mapping[str, str]) -> None:
    for column in ("confidential", "publish"):
        text = cells.get(column)
        said = None if text is None else yes_or_no(text)
        if text is not None and said is None:
            draft.wrong(column, "yes_or_no", text)
            draft.is_unsafe |= column == "confidential"
        elif said is not None and column == "confidential":
            draft.says("confidential", said, column)
        elif said is not None:
            draft.publish = said
    draft.names = split_names(cells.get("shown_to", ""))
    if len(draft.names) > MOST_NAMED:
        draft.wrong("shown_to", "too_many_named", cells["shown_to"], most=MOST_NAMED)
        draft.names, draft.is_unsafe = [], True


def yes_or_no(text: str) -> bool | None:
    """Return what the word says, or None where it says neither."""
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    return True if word in YES else False if word in NO else None
