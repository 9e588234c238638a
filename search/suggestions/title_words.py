"""The words that titles of documents have, with how many documents have each: what a misspelt word may have meant.

Chinese words are those of the cutter, found by their pinyin as well; words of the Latin alphabet are found by others
that differ in a letter or two. One thread may change it at a time, while others ask.
"""

from array import array
from collections.abc import Iterable, Iterator
from typing import Final

from search.suggestions.edit_distance import distance
from search.suggestions.pinyin import spellings
from search.text import cut, fold, is_han

LONGEST_SPELLING: Final = 24  # letters of a Chinese word's pinyin
LONGEST_CHINESE: Final = 6
_LONGEST_LATIN: Final = 32
_SHORTEST_LATIN: Final = 3
_MOST_SPELLINGS: Final = 2


class TitleWords:
    """The words of titles by document; each document can be put, replaced and removed."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._words: list[str] = []
        self._counts = array("I")
        self._free: list[int] = []
        self._of: dict[str, bytes] = {}  # the numbers of each document's words
        self._by_spelling: dict[str, str | tuple[str, ...]] = {}
        self._latin: dict[int, dict[str, int]] = {}  # by length, with the set of the letters

    def put(self, document_id: str, titles: Iterable[str]) -> None:
        """Take in a document's titles, in place of those before."""
        self.remove(document_id)
        words = {word for title in titles for word in cut(fold(title)) if is_chinese(word) or is_latin(word)}
        if words:
            self._of[document_id] = array("I", map(self._add, sorted(words))).tobytes()

    def remove(self, document_id: str) -> None:
        """Forget a document's titles; an unknown one is passed over."""
        for number in array("I", self._of.pop(document_id, b"")):
            self._counts[number] -= 1
            if not self._counts[number]:
                self._forget(number)

    def frequencies(self) -> dict[str, int]:
        """Return every word with how many documents have it."""
        return {word: self._counts[number] for word, number in self._number.items()}

    def frequency(self, word: str) -> int:
        """Return how many documents have a folded word in their titles."""
        number = self._number.get(word)
        return self._counts[number] if number is not None else 0

    def written(self, pinyin: str) -> list[str]:
        """Return the Chinese words that are written so in pinyin, the most frequent first."""
        return sorted(self._spelt(pinyin), key=lambda word: (-self.frequency(word), word))

    def like(self, word: str, most_typos: int) -> list[str]:
        """Return the words that differ from a Latin one in at most so many letters, the most like it first."""
        letters = _letters(word)
        found = []
        for length in range(len(word) - most_typos, len(word) + most_typos + 1):
            for other, others in list(self._latin.get(length, {}).items()):
                if (letters ^ others).bit_count() <= 2 * most_typos:
                    typos = distance(word, other, most_typos)
                    if 0 < typos <= most_typos:
                        found.append((typos, -self.frequency(other), other))
        return [other for _, _, other in sorted(found)]

    def _add(self, word: str) -> int:
        number = self._number.get(word)
        if number is None:
            number = self._new(word)
        self._counts[number] += 1
        return number

    def _new(self, word: str) -> int:
        if self._free:
            number = self._free.pop()
            self._words[number] = word
        else:
            number = len(self._words)
            self._words.append(word)
            self._counts.append(0)
        self._number[word] = number
        if is_latin(word):
            self._latin.setdefault(len(word), {})[word] = _letters(word)
        for spelling in _spellings(word):
            known = self._spelt(spelling)
            self._by_spelling[spelling] = (*known, word) if known else word
        return number

    def _forget(self, number: int) -> None:
        word = self._words[number]
        del self._number[word]
        self._words[number] = ""
        self._free.append(number)
        if is_latin(word):
            del self._latin[len(word)][word]
        for spelling in _spellings(word):
            left = tuple(other for other in self._spelt(spelling) if other != word)
            if left:
                self._by_spelling[spelling] = left if len(left) > 1 else left[0]
            else:
                del self._by_spelling[spelling]

    def _spelt(self, spelling: str) -> tuple[str, ...]:
        found = self._by_spelling.get(spelling, ())
        return (found,) if isinstance(found, str) else found


def is_latin(word: str) -> bool:
    """Whether a folded word is one of the Latin alphabet, and no number or symbol."""
    return word.isascii() and word.isalpha() and _SHORTEST_LATIN <= len(word) <= _LONGEST_LATIN


def is_chinese(word: str) -> bool:
    """Whether a folded word is Chinese, and no longer than one that people write."""
    return len(word) <= LONGEST_CHINESE and is_han(word)


def _spellings(word: str) -> Iterator[str]:
    if is_chinese(word):
        yield from (one for one in spellings(word, _MOST_SPELLINGS) if len(one) <= LONGEST_SPELLING)


def _letters(word: str) -> int:
    letters = 0
    for character in word:
        letters |= 1 << (ord(character) & 31)
    return letters
