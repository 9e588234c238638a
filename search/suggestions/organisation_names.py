"""What an organisation or a person is called besides the name: in English, in pinyin, and for short.

| form | of | by |
|---|---|---|
| `chongqinguniversity` | 重庆大学 | its English name, or the words that universities' names end with |
| `zhongqingdaxue`, `chongqingdaxue` | 重庆大学 | the readings of its characters |
| `重大`, `cqu` | 重庆大学 | `search/data/universities.txt`, or first character and syllables of the place |
| `重庆长安汽车` | 重庆长安汽车股份有限公司 | its name without the legal form |
| `长安`, `长安汽车` | the same | its name without place and trade |
"""

import re
from collections.abc import Iterator, Mapping
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from search.suggestions.pinyin import readings, spellings
from search.text import fold

_DATA: Final = Path(__file__).parents[1] / "data"
_WORDS: Final = re.compile(r"[^\W_]+")
_PLACE: Final = re.compile(r"\((.*?)\)")
_SHORTEST_STEM, _SHORTEST_CORE, _SHORTEST_ACRONYM = 4, 2, 3
_MOST_SPELLINGS: Final = 3
LONGEST_NAME: Final = 80  # characters of a name that count
_LEGAL: Final = frozenset(("co", "ltd", "inc", "corp", "corporation", "company", "limited", "llc", "gmbh"))
_JOINING: Final = frozenset(("of", "and", "the", "for", "in", "at", *_LEGAL))
_SCHOOLS: Final = (  # the longest first of those that end alike
    ("中医药大学", "中医大", "University of Traditional Chinese Medicine"),
    ("科学技术大学", "科大", "University of Science and Technology"),
    ("理工大学", "理工", "University of Technology"),
    ("科技大学", "科大", "University of Science and Technology"),
    ("工业大学", "工大", "University of Technology"),
    ("工程大学", "工程", "University of Engineering"),
    ("交通大学", "交大", "Jiaotong University"),
    ("师范大学", "师大", "Normal University"),
    ("医科大学", "医大", "Medical University"),
    ("农业大学", "农大", "Agricultural University"),
    ("林业大学", "林大", "Forestry University"),
    ("邮电大学", "邮", "University of Posts and Telecommunications"),
    ("大学", "大", "University"),
)


class Strength(IntEnum):
    """How surely a form means the organisation."""

    DERIVED = 1
    """A rule made it: many may be called so, or it is a word of its own."""
    USUAL = 2
    """It is known to be used for it, but may be a word besides: 重大."""
    FULL = 3
    """It is the name, or the name in other letters."""


class _School(NamedTuple):
    english: str
    short: tuple[str, ...]


def key_of(text: str) -> str:
    """Return a name as forms are compared: folded, its letters, digits and characters alone."""
    return "".join(_WORDS.findall(fold(text[:LONGEST_NAME])))


def forms_of(name: str, english: str = "") -> dict[str, Strength]:
    """Return the keys of everything that an organisation or a person is called, with how surely each means it."""
    found: dict[str, Strength] = {}
    for form, strength in _forms(name[:LONGEST_NAME], english[:LONGEST_NAME]):
        key = key_of(form)
        if key:
            found[key] = max(strength, found.get(key, strength))
    return found


def _forms(name: str, english: str) -> Iterator[tuple[str, Strength]]:
    key = key_of(name)
    school = _universities().get(key)
    yield key, Strength.FULL
    for called in filter(None, (english, school and school.english, name if key.isascii() else "")):
        yield called, Strength.FULL
        yield _without_legal_words(called), Strength.FULL
        yield from _acronyms(called, key)
    if school is not None:
        yield from ((short, Strength.USUAL) for short in school.short)
    yield from _of_university(key) if key.endswith("大学") else _of_company(fold(name))


def _of_university(key: str) -> Iterator[tuple[str, Strength]]:
    ending, short, english = next(school for school in _SCHOOLS if key.endswith(school[0]))
    place = key.removesuffix(ending)
    if not place:
        return
    if place in _places():
        yield f"{place[0]}{short}", Strength.DERIVED
    if len(short) > 1:
        yield f"{place}{short}", Strength.DERIVED
    yield from ((spelling, Strength.FULL) for spelling in spellings(key, _MOST_SPELLINGS))
    for spelling in spellings(place, _MOST_SPELLINGS):
        yield f"{spelling} {english}", Strength.FULL
        yield from _acronyms(f"{spelling} {english}", key)


def _of_company(folded: str) -> Iterator[tuple[str, Strength]]:
    place = _PLACE.search(folded)
    legal = key_of(folded)
    stem = _without(key_of(_PLACE.sub("", folded)), _legal_forms())
    if len(stem) >= _SHORTEST_STEM or stem == legal:  # people are applicants too
        yield stem, Strength.FULL
        yield from ((spelling, Strength.FULL) for spelling in spellings(stem, _MOST_SPELLINGS))
    if stem == legal and not place:
        return
    core = _without_place(stem)
    if len(core) >= _SHORTEST_CORE:
        yield core, Strength.DERIVED
    core = _without(core, _trades())
    if len(core) >= _SHORTEST_CORE:
        yield core, Strength.DERIVED
        yield from ((spelling, Strength.DERIVED) for spelling in spellings(core, 1))


def _acronyms(english: str, key: str) -> Iterator[tuple[str, Strength]]:
    """The first letters of a name's words, also with the first letters of its place's syllables: CU, CQU."""
    words = [word for word in _WORDS.findall(fold(english).replace("'", "")) if word not in _JOINING]
    if not words[1:]:
        return
    tail = "".join(word[0] for word in words[1:])
    for count in (2, 3):
        if words[0] in spellings(key[:count]):
            yield "".join(syllable[0] for syllable in _syllables(key[:count], words[0])) + tail, Strength.DERIVED
    if len(words) >= _SHORTEST_ACRONYM:
        yield words[0][0] + tail, Strength.DERIVED


def _without_legal_words(english: str) -> str:
    words = _WORDS.findall(fold(english))
    while words and words[-1] in _LEGAL:
        words.pop()
    return " ".join(words)


def _syllables(characters: str, spelling: str) -> list[str]:
    """The syllables of a spelling, as its characters are read."""
    found: list[str] = []
    for character in characters:
        syllable = next((one for one in readings().get(character, ()) if spelling.startswith(one)), spelling[:1] or "-")
        found.append(syllable)
        spelling = spelling.removeprefix(syllable)
    return found


def _without(key: str, endings: tuple[str, ...]) -> str:
    """The key without any of the endings, as often as one is there and more than it is left."""
    while ending := next((one for one in endings if key.endswith(one) and len(key) > len(one) + 1), None):
        key = key.removesuffix(ending)
    return key


def _without_place(key: str) -> str:
    for place in _places():
        if key.startswith(place) and len(key) > len(place) + 1:
            return key.removeprefix(place)
    return key


@cache
def _universities() -> Mapping[str, _School]:
    found = {}
    for line in _lines("universities.txt"):
        name, english, *short = (part.strip() for part in line.split(","))
        found[key_of(name)] = _School(english, tuple(short))
    return found


@cache
def _legal_forms() -> tuple[str, ...]:
    return _longest_first(next(_groups()))


@cache
def _trades() -> tuple[str, ...]:
    return _longest_first([word for group in list(_groups())[1:] for word in group])


def _groups() -> Iterator[list[str]]:
    """The words of `organisation_words.txt`: legal forms, then trades."""
    text = (_DATA / "organisation_words.txt").read_text(encoding="utf-8")
    for block in text.split("\n\n")[1:]:
        yield [word for line in block.splitlines() for word in line.partition("#")[0].split()]


@cache
def _places() -> tuple[str, ...]:
    return _longest_first([place for line in _lines("places.txt") for place in line.split()])


def _longest_first(words: list[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=len, reverse=True))


def _lines(name: str) -> Iterator[str]:
    for line in (_DATA / name).read_text(encoding="utf-8").splitlines():
        said = line.partition("#")[0].strip()
        if said:
            yield said
