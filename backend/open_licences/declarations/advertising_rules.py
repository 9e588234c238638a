"""Finds commercial advertising language in what a declaration says, with the place marked.

The words are in `data/advertising_words.txt`, which says why it is short.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from backend.core.errors import FieldError, Text

WORDS: Final = Path(__file__).parent / "data" / "advertising_words.txt"
SAID: Final = Text(
    "第 {start} 至 {end} 字“{word}”是商业性宣传用语，开放许可声明中不得使用。",
    "“{word}”, characters {start} to {end}, is advertising language, which a declaration must not hold.",
)
UNSEEN: Final = "\u200b"  # a zero-width space, which stands for all that nobody sees
_GAP: Final = {" ": rf"[\s\-‐‑–{UNSEEN}]+", "-": rf"[\s\-‐‑–{UNSEEN}]+", "'": "['’]"}


@cache
def words() -> tuple[str, ...]:
    """Return the words of the platform's list."""
    lines = (line.strip() for line in WORDS.read_text("utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def advertising(text: str, listed: Iterable[str] | None = None) -> list[tuple[int, int, str]]:
    """Return each place with advertising language, in order: first character, the one after the last, the listed word.

    Width and case do not count, blanks between Chinese characters and what nobody sees neither; English is matched in
    whole words. The places never overlap, and of two words at one place the longer is named.
    """
    chosen = words() if listed is None else tuple(listed)
    pattern, by_group = _pattern(chosen)
    return [(m.start(), m.end(), by_group[m.lastindex or 0]) for m in pattern.finditer(_folded(text))] if chosen else []


def advertising_errors(pointer: str, text: str) -> list[FieldError]:
    """Return one error for each place, naming the word and where it stands, counted from 1.

    A declaration holds no such language by the Implementing Regulations of the Patent Law, art. 85(3).
    """
    return [
        FieldError(pointer, "advertising_language", SAID, {"word": word, "start": start + 1, "end": end})
        for start, end, word in advertising(text)
    ]


def _folded(text: str) -> str:
    """Each character in its plain lower-case form, as long as that is one character: places stay what they are."""
    return "".join(map(_plain, text))


def _plain(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return UNSEEN
    plain = unicodedata.normalize("NFKC", character).casefold()
    return plain if len(plain) == 1 else character


@cache
def _pattern(chosen: tuple[str, ...]) -> tuple[re.Pattern[str], dict[int, str]]:
    longest_first = sorted(chosen, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(f"({_spelling(word)})" for word in longest_first))
    return pattern, dict(enumerate(longest_first, start=1))


def _spelling(word: str) -> str:
    folded = _folded(word)
    if folded.isascii():
        return rf"(?<!\w){f'{UNSEEN}*'.join(_GAP.get(c, re.escape(c)) for c in folded)}(?!\w)"
    return rf"[\s{UNSEEN}]*".join(map(re.escape, folded))
