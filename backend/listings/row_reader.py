"""What one row of a list of offers says: which patent, and on what footing it can be had."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from backend.imports.import_kinds import ColumnError
from backend.register_import.reader import HOME, LONGEST_LINE, LONGEST_NAME, LONGEST_TEXT, read_numbers
from backend.register_import.vocabulary import bare_amount, codes_of, fen_of, split_words, stage_of

FEN: Final = {"price_fen": 1, "price_yuan": 100, "price_wan": 1_000_000}
CODES: Final = {"deal_types": "deal-types", "clusters": "clusters"}
TEXTS: Final = {"price_note": LONGEST_LINE, "summary": LONGEST_TEXT, "summary_en": LONGEST_TEXT}
MOST_CODES: Final = 10
MOST_KEYWORDS: Final = 30


@dataclass(slots=True)
class ListingDraft:
    """What a row says of one offer, in its one form; and what could not be read."""

    office: str = HOME
    numbers: dict[str, str] = field(default_factory=dict)
    terms: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    errors: list[ColumnError] = field(default_factory=list)

    def wrong(self, column: str, code: str, value: str = "", **facts: Any) -> None:
        """Note an error on a column."""
        self.errors.append(ColumnError(column, code, value, facts))


def _read_price(draft: ListingDraft, cells: Mapping[str, str]) -> None:
    given = {column: cells[column] for column in FEN if column in cells}
    if len(given) > 1:
        for column, text in given.items():
            draft.wrong(column, "price_twice", text)
        return
    for column, text in given.items():
        if not any(c.isdigit() for c in bare_amount(text)):  # a word on the price, such as 面议
            draft.terms["price_note"], draft.columns["price_note"] = text[:LONGEST_LINE], column
            continue
        fen = fen_of(text, FEN[column])
        if fen is None:
            draft.wrong(column, "price_unreadable", text)
        else:
            draft.terms["price_fen"], draft.columns["price_fen"] = fen, column


def _read_codes(draft: ListingDraft, cells: Mapping[str, str]) -> None:
    for column, list_name in CODES.items():
        codes, unknown = codes_of(list_name, cells.get(column, ""))
        for word in unknown:
            draft.wrong(column, "word_unknown", word, list=list_name)
        if len(codes) > MOST_CODES:
            draft.wrong(column, "too_many_words", cells[column], most=MOST_CODES)
        elif codes:
            draft.terms[column] = codes
    if text := cells.get("stage"):
        stage = stage_of(text)
        if stage is None:
            draft.wrong("stage", "word_unknown", text, list="stages")
        else:
            draft.terms["stage"] = stage


def _read_texts(draft: ListingDraft, cells: Mapping[str, str]) -> None:
    for column, longest in TEXTS.items():
        text = cells.get(column)
        if text is None:
            continue
        if len(text) > longest:
            draft.wrong(column, "text_too_long", text, longest=longest)
        else:
            draft.terms[column] = " ".join(text.split()) if column == "price_note" else text.replace("\r\n", "\n")
    keywords = split_words(cells.get("keywords", ""))
    if len(keywords) > MOST_KEYWORDS or any(len(word) > LONGEST_NAME for word in keywords):
        draft.wrong("keywords", "text_too_long", cells["keywords"], longest=LONGEST_NAME)
    elif keywords:
        draft.terms["keywords"] = keywords


def read_listing(cells: Mapping[str, str]) -> ListingDraft:
    """Return what the cells of one row say, by field."""
    draft = ListingDraft()
    read_numbers(draft, cells)
    _read_price(draft, cells)
    _read_codes(draft, cells)
    _read_texts(draft, cells)
    return draft
