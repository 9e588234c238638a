"""The codes that the words of registers mean: the lists' own codes and labels, and `data/register_words.csv`."""

import csv
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from backend.patents.fact_rules import classification
from backend.reference.ipc import split_ipc
from backend.reference.lists import lists

TABLE: Final = Path(__file__).parent / "data" / "register_words.csv"
STRONG: Final = re.compile(r"[;；|\r\n\t]+")
WEAK: Final = re.compile(r"[、，,]+")
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
AROUND: Final = " ?\u2002\u3000\u00a0;；,，、"  # `??` is what a wide space became where a crawler lost its encoding
DAY: Final = re.compile(r"(\d{4})(?:[-./年](\d{1,2})[-./月](\d{1,2})日?|(\d{2})(\d{2}))(?:[ T]00:00(?::00(?:\.0+)?)?)?")
AROUND_MONEY: Final = re.compile(r"[\s,，¥￥元]|人民币|CNY|RMB", re.IGNORECASE)
MOST_FEN: Final = 9_000_000_000_000_000
STAGE: Final = re.compile(r"(?:TRL)?\s*([1-9])\s*级?", re.IGNORECASE)
YEARS: Final = range(1900, 2201)
LONGEST_DAY: Final = 40


def _folded(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", word).casefold() if c.isalnum())


@cache
def _words(list_name: str) -> Mapping[str, str]:
    known = {}
    with TABLE.open(encoding="utf-8-sig", newline="") as text:
        known.update({_folded(row["word"]): row["code"] for row in csv.DictReader(text) if row["list"] == list_name})
    for code, entry in lists()[list_name].entries.items():
        known |= {_folded(word): code for word in (entry.label_zh, entry.label_en, code)}
    return known


def code_of(list_name: str, word: str) -> str | None:
    """Return the code of the list that the word means, or None: nothing is guessed."""
    return _words(list_name).get(_folded(word))


def day_of(text: str) -> date | None:
    """Return the day that the text names by year, month and day in this order, or None."""
    return _day_of(text) if len(text) <= LONGEST_DAY else None


@lru_cache(maxsize=20_000)  # a register has fewer days
def _day_of(text: str) -> date | None:
    found = DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or int(found[1]) not in YEARS:
        return None
    try:
        return date(int(found[1]), int(found[2] or found[4]), int(found[3] or found[5]))
    except ValueError:
        return None


def split_names(text: str, *, of_people: bool = False) -> list[str]:
    """Return the names in a cell, each once and in order.

    Names stand between semicolons, bars or line breaks; Chinese people's also between commas. A comma is part of many a
    company's name.
    """
    parts = STRONG.split(text)
    if of_people and len(parts) == 1 and CHINESE.search(text):
        parts = WEAK.split(text)
    names = (" ".join(part.split()).strip(AROUND) for part in parts)
    return list(dict.fromkeys(name for name in names if name))


def split_words(text: str) -> list[str]:
    """Return the words in a cell, between whatever stands between words, each once and in order."""
    parts = (part.strip(AROUND) for strong in STRONG.split(text) for part in WEAK.split(strong))
    return list(dict.fromkeys(part for part in parts if part))


def codes_of(list_name: str, text: str) -> tuple[list[str], list[str]]:
    """Return the codes of the list that a cell's words mean, each once and in order, and the words that mean none."""
    found = {word: code_of(list_name, word) for word in split_words(text)}
    known = list(dict.fromkeys(code for code in found.values() if code is not None))
    return known, [word for word, code in found.items() if code is None]


def stage_of(text: str) -> int | None:
    """Return the readiness level, 1 to 9, that the text names by its number or its word, or None."""
    found = STAGE.fullmatch(unicodedata.normalize("NFKC", text))
    stage = found[1] if found else code_of("stages", text)
    return None if stage is None else int(stage)


def bare_amount(text: str) -> str:
    """Return an amount of money without its currency, blanks and commas between its digits."""
    return AROUND_MONEY.sub("", unicodedata.normalize("NFKC", text))


def fen_of(text: str, factor: int) -> int | None:
    """Return the whole fen that an amount in units of `factor` fen comes to, or None where it is none."""
    try:
        fen = Decimal(bare_amount(text)) * factor
    except InvalidOperation:
        return None
    is_whole = fen.is_finite() and 0 <= fen <= MOST_FEN and fen == fen.to_integral_value()
    return int(fen) if is_whole else None


def split_classes(text: str) -> tuple[list[str], list[str]]:
    """Return the IPC symbols and Locarno classes in a cell, each once and in order, and the parts that are neither."""
    classes: list[str] = []
    unread: list[str] = []
    for part in split_words(text):
        try:
            classes.append(classification(part))
        except ValueError:
            symbols = split_ipc(part)
            classes += symbols
            if not symbols:
                unread.append(part)
    return list(dict.fromkeys(classes)), unread
