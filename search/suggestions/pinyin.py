"""Chinese in Latin letters: the readings of its characters, without tones, from `search/data/pinyin.txt`."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).parents[1] / "data" / "pinyin.txt"
_NONE: Final = "-"
MOST_SPELLINGS: Final = 6


@cache
def readings() -> Mapping[str, tuple[str, ...]]:
    """Return the readings of each character, the usual one first."""
    usual: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    for line in _DATA.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        syllable, first, *rest = line.split()
        usual.update(dict.fromkeys(first.replace(_NONE, ""), syllable))
        for character in "".join(rest):
            others.setdefault(character, []).append(syllable)
    alone = {syllable: (syllable,) for syllable in usual.values()}
    return {one: (by, *others[one]) if one in others else alone[by] for one, by in usual.items()}


def spellings(folded: str, most: int = MOST_SPELLINGS) -> tuple[str, ...]:
    """Return how folded Chinese is written in pinyin without blanks: by usual readings, then with one read otherwise.

    Letters and digits of other scripts stay as they are. None where a character has no reading, or none is Chinese.
    """
    known = readings()
    ways = [known.get(character) or ((character,) if character.isascii() else ()) for character in folded]
    if folded.isascii() or not all(ways):
        return ()
    return tuple(dict.fromkeys(_ways(ways)))[:most]


def _ways(ways: list[tuple[str, ...]]) -> Iterator[str]:
    usual = [way[0] for way in ways]
    yield "".join(usual)
    for place, way in enumerate(ways):
        for other in way[1:]:
            yield "".join((*usual[:place], other, *usual[place + 1 :]))
