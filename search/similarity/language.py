"""The language of a text, as far as comparing texts needs it: by its script, and English by its small words."""

import re
from typing import Final

CHINESE: Final = "zh"
ENGLISH: Final = "en"
OTHER: Final = ""
LANGUAGES: Final = (CHINESE, ENGLISH, OTHER)
_HAN: Final = re.compile("[㐀-鿿豈-﫿]")
_KANA_OR_HANGUL: Final = re.compile("[ぁ-ヿ가-힯]")
_LATIN: Final = re.compile("[A-Za-z]+")
_ENGLISH: Final = frozenset({"the", "of", "and", "a", "an", "for", "with", "to", "is", "in", "by", "are", "we", "how"})
_ELSEWHERE: Final = frozenset(
    {"der", "die", "das", "und", "eine", "ein", "mit", "für", "les", "des", "une", "dans", "pour", "el", "los", "del"}
)
_LOOKED_AT: Final = 600  # characters


def language_of(text: str) -> str:
    """Return CHINESE or ENGLISH, or OTHER for every other language and for text that shows none."""
    beginning = text[:_LOOKED_AT]
    han, kana = len(_HAN.findall(beginning)), len(_KANA_OR_HANGUL.findall(beginning))
    words = [word.lower() for word in _LATIN.findall(beginning)]
    if kana > han / 10 and kana > len(words):
        return OTHER
    if han > len(words):
        return CHINESE
    if len(_ELSEWHERE.intersection(words)) > 1:
        return OTHER
    return ENGLISH if words else OTHER
