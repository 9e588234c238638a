"""One normalisation of text for documents, queries and marks: full-width, traditional and capital forms become one."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import add

import rjieba
from opencc import OpenCC
from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

# Han, with kana and hangul, which are cut the same way.
_HAN = "々-〇ぁ-ヿ㐀-鿿豈-﫿가-힯\U00020000-\U000323af"
_RUN = re.compile(f"([{_HAN}]+)|([^\\W_{_HAN}]+)")
_LONGEST_WORD = 64
_ENGLISH = TextAnalyzerBuilder(Tokenizer.whitespace()).filter(Filter.stemmer("english")).build()
_TO_SIMPLIFIED = OpenCC("t2s")
_FIRST_HAN = 0x2E80


class _Fold(dict[int, str]):
    """Each character's normal form, made when first met."""

    def __missing__(self, code: int) -> str:
        """The normal form of a character not met before."""
        self[code] = form = _normal_form(chr(code))
        return form


class _EvenFold(dict[int, str]):
    """Each character's normal form where that is one character, else the character itself."""

    def __missing__(self, code: int) -> str:
        """The form, of length one, of a character not met before."""
        form = _FOLD[code]
        self[code] = form = form if len(form) == 1 else chr(code)
        return form


_FOLD = _Fold()
_EVEN_FOLD = _EvenFold()


def _normal_form(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Cs"}:
        return " "
    if category == "Cf":
        return ""
    form = unicodedata.normalize("NFKC", character).lower()
    return _TO_SIMPLIFIED.convert(form) if ord(character) >= _FIRST_HAN else form


def fold(text: str) -> str:
    """The text as it is compared: NFKC, lower case, simplified Chinese, control characters as spaces."""
    return text.translate(_FOLD)


def fold_evenly(text: str) -> str:
    """The text as it is compared, character for character, so that a place in it is the same place in the text."""
    return text.translate(_EVEN_FOLD)


def runs(folded: str) -> Iterator[tuple[str, bool]]:
    """Each unbroken run of letters and digits of folded text, and whether it is Chinese (or kana or hangul)."""
    for found in _RUN.finditer(folded):
        if found[1]:
            yield found[1], True
        else:
            yield found[2][:_LONGEST_WORD], False


def pieces(folded: str) -> list[str]:
    """The overlapping two-character pieces of Chinese and the words of other scripts, in their order."""
    return pieces_and_roots(folded)[0]


def roots(folded: str) -> list[str]:
    """The single characters of Chinese and the stems of English words, in their order."""
    return pieces_and_roots(folded)[1]


def pieces_and_roots(folded: str) -> tuple[list[str], list[str]]:
    """What `pieces` and `roots` give, in one go through the text."""
    twos: list[str] = []
    ones: list[str] = []
    for run, is_han in runs(folded):
        if not is_han:
            twos.append(run)
            ones.append(stem(run))
            continue
        ones += run
        if len(run) > 1:
            twos += map(add, run, run[1:])
        else:
            twos.append(run)
    return twos, ones


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of one folded English word; a word of another language comes back as it is."""
    return _ENGLISH.analyze(word)[0]


def cut(folded: str) -> list[str]:
    """The words of folded text: Chinese by dictionary, the rest by spaces and punctuation."""
    found: list[str] = []
    for run, is_han in runs(folded):
        if is_han and len(run) > 1:
            found += rjieba.cut(run)
        else:
            found.append(run)
    return found


def teach(words: Iterable[str]) -> None:
    """Make `cut` keep these Chinese words whole."""
    for word in words:
        rjieba.add_word(word, None, None)


def is_han(word: str) -> bool:
    """Whether a folded word is Chinese throughout."""
    found = _RUN.fullmatch(word)
    return found is not None and found[1] is not None


@lru_cache(maxsize=50_000)
def normal_name(name: str) -> str:
    """A name as names are compared."""
    return " ".join(fold(name).split())
