"""What a query that finds little may have meant, and which parts of it are words: from the words of titles.

| kind | said | meant |
|---|---|---|
| `spelling` | `batery` | `battery`, by letters |
| `spelling` | 礼电池 | 锂电池, which sounds alike |
| `pinyin` | `lidianchi`, `li dian chi` | 锂电池 |

The cost is bounded whatever the text: so many characters, words and proposals.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from search.suggestions.pinyin import readings, spellings
from search.suggestions.title_words import LONGEST_CHINESE, LONGEST_SPELLING, TitleWords, is_latin
from search.text import fold, is_han

MOST_PROPOSED: Final = 3
MOST_PARTS: Final = 6
_LONGEST_TEXT: Final = 120
_MOST_WORDS: Final = 4  # of the Latin words and of the Chinese runs of a query that are looked at
_MOST_LETTERS: Final = 40  # of pinyin in one go
_MOST_CHARACTERS: Final = 20  # of a run of Chinese in one go
_ONE_TYPO_FROM, _TWO_TYPOS_FROM = 4, 8
_LATIN: Final = re.compile(r"[a-zü]+")
_HAN: Final = re.compile(r"[㐀-鿿]{2,}")
_WORD, _ALIKE, _SINGLE, _UNKNOWN = 1.0, 1.5, 2.0, 4.0  # what a word costs that is known, sounds so, is a character


class Kind(StrEnum):
    """How what was meant differs from what was said."""

    SPELLING = "spelling"
    PINYIN = "pinyin"


class Proposal(NamedTuple):
    """A query that may have been meant."""

    kind: Kind
    text: str


def proposals(text: str, words: TitleWords, is_known: Callable[[str], bool]) -> list[Proposal]:
    """Return what may have been meant by a text; `is_known` is whether documents have a Latin word anywhere."""
    folded = " ".join(fold(text[:_LONGEST_TEXT]).split())
    found = [*_in_pinyin(folded, words, is_known), *_respelt(folded, words, is_known), *_sounding_alike(folded, words)]
    return [one for one in dict.fromkeys(found) if one.text != folded][:MOST_PROPOSED]


def parts(said: Iterable[str], words: TitleWords) -> list[str]:
    """Return the words of a query, and of a long one that no title has those which it is made of."""
    found: dict[str, None] = {}
    for word in said:
        found[word] = None
        if words.frequency(word):
            continue
        pieces = word.split() if " " in word else _known_words(word[:_MOST_CHARACTERS], words) if is_han(word) else []
        found |= dict.fromkeys(pieces)
    return list(found)[:MOST_PARTS]


def _in_pinyin(folded: str, words: TitleWords, is_known: Callable[[str], bool]) -> Iterator[Proposal]:
    latin = list(_LATIN.finditer(folded))
    spelt = [one[0].replace("ü", "v") for one in latin]
    if "".join(spelt) == folded.replace("ü", "v").replace(" ", "") and (len(spelt) == 1 or _syllables() >= set(spelt)):
        yield from (Proposal(Kind.PINYIN, chinese) for chinese in written("".join(spelt), words))
    unknown = [one for one in latin if not is_known(one[0])][:_MOST_WORDS]
    meant = [[one for one in written(place[0].replace("ü", "v"), words) if len(one) > 1] for place in unknown]
    yield from (Proposal(Kind.PINYIN, text) for text in _replaced(folded, unknown, meant))


def written(letters: str, words: TitleWords) -> list[str]:
    """Return the Chinese that is written so in pinyin: one word, or else the fewest words in a row."""
    whole = words.written(letters)
    if whole or len(letters) > _MOST_LETTERS:
        return whole[:MOST_PROPOSED]
    best: list[tuple[int, int, str] | None] = [(0, 0, "")] + [None] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - LONGEST_SPELLING), end - 2):
            before = best[start]
            word = next((one for one in words.written(letters[start:end]) if len(one) > 1), None)
            if before is not None and word is not None:
                way = (before[0] + 1, before[1] - words.frequency(word), before[2] + word)
                best[end] = min(way, best[end] or way)
    found = best[-1]
    return [found[2]] if found is not None and found[2] else []


def _respelt(folded: str, words: TitleWords, is_known: Callable[[str], bool]) -> Iterator[Proposal]:
    unknown = [one for one in _LATIN.finditer(folded) if is_latin(one[0]) and not is_known(one[0])][:_MOST_WORDS]
    near = [words.like(one[0], _typos(one[0]))[:MOST_PROPOSED] if _typos(one[0]) else [] for one in unknown]
    yield from (Proposal(Kind.SPELLING, text) for text in _replaced(folded, unknown, near))


def _replaced(folded: str, places: list[re.Match[str]], others: list[list[str]]) -> Iterator[str]:
    """The text with others in these places: each of them where there is one place, else the first in each."""
    wanted = [(place, ways) for place, ways in zip(places, others, strict=True) if ways]
    if len(wanted) == 1:
        ((place, ways),) = wanted
        yield from (_with(folded, place, other) for other in ways)
    elif wanted:
        for place, ways in reversed(wanted):
            folded = _with(folded, place, ways[0])
        yield folded


def _typos(word: str) -> int:
    return 2 if len(word) >= _TWO_TYPOS_FROM else 1 if len(word) >= _ONE_TYPO_FROM else 0


def _sounding_alike(folded: str, words: TitleWords) -> Iterator[Proposal]:
    for run in list(_HAN.finditer(folded))[:_MOST_WORDS]:
        if len(run[0]) <= _MOST_CHARACTERS:
            meant = "".join(_cheapest(run[0], words, with_alike=True))
            if meant != run[0]:
                yield Proposal(Kind.SPELLING, _with(folded, run, meant))


def _known_words(run: str, words: TitleWords) -> list[str]:
    return [word for word in _cheapest(run, words, with_alike=False) if len(word) > 1 and words.frequency(word)]


def _cheapest(run: str, words: TitleWords, *, with_alike: bool) -> list[str]:
    """The run cut into words that titles have, as few as can be; some of them in place of others that sound so."""
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(run) + 1):
        ways = []
        for start in range(max(0, end - LONGEST_CHINESE), end):
            cost, word = _said_or_meant(run[start:end], words, with_alike=with_alike)
            if word:
                ways.append((best[start][0] + cost, [*best[start][1], word]))
        best.append(min(ways))
    return best[-1][1]


def _said_or_meant(piece: str, words: TitleWords, *, with_alike: bool) -> tuple[float, str]:
    known = words.frequency(piece)
    if len(piece) == 1:
        return _SINGLE if known else _UNKNOWN, piece
    if known:
        return _WORD, piece
    if with_alike:
        for spelling in spellings(piece, 2):
            alike = next((word for word in words.written(spelling) if len(word) == len(piece)), None)
            if alike is not None:
                return _ALIKE, alike
    return 0.0, ""


def _with(folded: str, place: re.Match[str], other: str) -> str:
    return folded[: place.start()] + other + folded[place.end() :]


@cache
def _syllables() -> frozenset[str]:
    return frozenset(one for ways in readings().values() for one in ways)
