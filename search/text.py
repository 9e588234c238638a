"""One normalisation of text for documents, queries and marks: full-width, traditional and capital forms become one."""

import itertools
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
_LETTER = f"[^\\W_{_HAN}]"
_HYPHENS = "-‐–−"
_CHINESE, _MEASURED, _ANY_WORD = 1, 4, 6  # the last groups of a token's pattern
_UNIT = (
    "u(?:m|l|g|mol)|μ(?:m|l|g|s|a|v|w|f|h|mol)|nm|mm|cm|km|ml|kg|mg|[kmg]?hz|[kmg]w|kwh|mah|ma|[km]v|[kmg]?pa|rpm|ppm"
    "|m?mol|db|°[cf]"
)
# Chinese; a language's name that ends in signs; a number with its unit; a unit of temperature alone; any other word.
_TOKEN = re.compile(rf"([{_HAN}]+)|(c\+\+|[cf]#)|(\d+) ?({_UNIT})(?!{_LETTER})|(°[cf])(?!{_LETTER})|({_LETTER}+)")
_COMPOUND = re.compile(rf"{_LETTER}+(?:[{_HYPHENS}]{_LETTER}+)+")
_HYPHEN = re.compile(f"[{_HYPHENS}]")
_LETTERS_FOR_SIGNS = str.maketrans({"+": "plus", "#": "sharp", "°": "deg"})  # a search server knows letters alone
_LONGEST_COMPOUND = 3  # parts of one with hyphens that is also sought written as one word
_ENGLISH = TextAnalyzerBuilder(Tokenizer.whitespace()).filter(Filter.stemmer("english")).build()
_TO_SIMPLIFIED = OpenCC("t2s")
_FIRST_HAN = 0x2E80
_LONG_WORD = 3  # characters from which on a Chinese word may be sought by its parts
_LEFT_OVER = 10  # parts that are rather taken than one character left over


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


def tokens(folded: str) -> Iterator[tuple[str, bool]]:
    """Each run of Chinese and each word of folded text in the one spelling by which it is sought, and which it is."""
    for found in _TOKEN.finditer(folded):
        if found.lastindex == _CHINESE:
            yield found[1], True
        else:
            yield _written(found).translate(_LETTERS_FOR_SIGNS), False


def _written(found: re.Match[str]) -> str:
    """The word as it is read: a number at once before its unit, micro as u."""
    if found.lastindex == _ANY_WORD:
        word = found[_ANY_WORD][:_LONGEST_WORD]
        return "u" + word[1:] if word[0] == "μ" and _is_unit(word) else word
    return found[3] + found[4].replace("μ", "u") if found.lastindex == _MEASURED else found[0]


def _is_unit(word: str) -> bool:
    return re.fullmatch(_UNIT, word) is not None


@lru_cache(maxsize=10_000)
def number_and_unit(word: str) -> tuple[str, str] | None:
    """The number and the unit of a folded word that is both; None for any other."""
    found = _TOKEN.fullmatch(word)
    return (found[3], found[4]) if found and found.lastindex == _MEASURED else None


def joined(folded: str) -> list[str]:
    """The words with hyphens of folded text as others write them, in one: non-magnetic as nonmagnetic, IL-6 as IL6."""
    if not _HYPHEN.search(folded):
        return []
    found: dict[str, None] = {}
    for compound in _COMPOUND.finditer(folded):
        parts = _HYPHEN.split(compound[0])
        for one, other in itertools.pairwise(parts):
            if are_one_word(one, other):
                found[one + other] = None
        if len(parts) == _LONGEST_COMPOUND and all(itertools.starmap(are_one_word, itertools.pairwise(parts))):
            found["".join(parts)] = None
    return [word for word in found if len(word) <= _LONGEST_WORD]


def are_one_word(one: str, other: str) -> bool:
    """Whether two words with a hyphen between may be written as one: two numbers are a range, a date or a code."""
    return not (one[-1].isdigit() and other[0].isdigit())


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
    for run, is_han in tokens(folded):
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
    return [word for word, _ in words_and_gaps(folded)]


def words_and_gaps(folded: str) -> Iterator[tuple[str, str]]:
    """The words of folded text, and what parts each from the one before: nothing, a hyphen, or else a blank."""
    end = -1
    for found in _TOKEN.finditer(folded):
        between = folded[end : found.start()] if end >= 0 else " "
        end = found.end()
        gap = "" if not between else "-" if len(between) == 1 and between in _HYPHENS else " "
        if found.lastindex != _CHINESE:
            yield _written(found), gap
        elif len(found[1]) == 1:
            yield found[1], gap
        else:
            for word in rjieba.cut(found[1]):
                yield word, gap
                gap = ""


@lru_cache(maxsize=20_000)
def parts_of(word: str) -> tuple[str, ...]:
    """The shorter words that a long Chinese word is made of, as the cutter knows them; none where there are not two."""
    if len(word) < _LONG_WORD:
        return ()
    known = {part for part in rjieba.cut_for_search(word) if len(part) > 1 and part != word}
    best: list[tuple[int, tuple[str, ...]]] = [(0, ())]  # for each beginning: its parts, and how bad they are
    for end in range(1, len(word) + 1):
        ends = [part for part in known if len(part) <= end and word.startswith(part, end - len(part))]
        ways = [(best[end - 1][0] + _LEFT_OVER, (*best[end - 1][1], word[end - 1]))]
        ways += [(best[end - len(part)][0] + 1, (*best[end - len(part)][1], part)) for part in ends]
        best.append(min(ways, key=_badness))
    parts = tuple(dict.fromkeys(best[-1][1]))
    return parts if len(parts) > 1 and max(map(len, parts)) > 1 else ()


def _badness(way: tuple[int, tuple[str, ...]]) -> tuple[int, list[int]]:
    return way[0], [-len(part) for part in way[1]]  # of equals the one whose first parts are the longer


def teach(words: Iterable[str]) -> None:
    """Make `cut` keep these Chinese words whole."""
    for word in words:
        rjieba.add_word(word, None, None)


def is_known(word: str) -> bool:
    """Whether the cutter's dictionary has a Chinese word; it guesses others."""
    return bool(rjieba.has_word(word))


def is_han(word: str) -> bool:
    """Whether a folded word is Chinese throughout."""
    found = _RUN.fullmatch(word)
    return found is not None and found[1] is not None


@lru_cache(maxsize=50_000)
def normal_name(name: str) -> str:
    """A name as names are compared."""
    return " ".join(fold(name).split())
