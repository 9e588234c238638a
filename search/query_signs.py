"""The signs by which a query's text demands and excludes: quotation marks, `+word`, `-word` and `NOT word`."""

import re
from typing import Final, NamedTuple

from search.text import fold

_QUOTED: Final = r"\"[^\"]*\"|“[^”]*”|「[^」]*」|『[^』]*』"
_SAID: Final = r"\"[^\"]*[^\W_][^\"]*\"|“[^”]*[^\W_][^”]*”|「[^」]*[^\W_][^」]*」|『[^』]*[^\W_][^』]*』"
_NOT: Final = re.compile(rf"(?<!\S)NOT\s+(?={_SAID}|[^\W\d_])")
_BULLET: Final = re.compile(r"[\r\n]\s*[-+](?=\S)")  # begins an item of a list
_FIRST_BULLET: Final = re.compile(r"\A\s*[-+]")
_PHRASE: Final = re.compile(rf"(?:(?<!\S)([-+]))?({_QUOTED})")
_WORD: Final = re.compile(r"(?<!\S)([-+])(?=[^\W\d_])([^\s,;:、。!?()\"“”「」『』]+)")


class Signs(NamedTuple):
    """What a text demands and what it excludes, in folded form, and the rest of it."""

    demanded: list[str]
    excluded: list[str]
    rest: str


def signs_of(text: str) -> Signs:
    """The signs of a text. A hyphen excludes only after a blank and before a letter: not in -20℃ or lithium-ion."""
    if "\n" in text and _BULLET.search(text):
        text = _FIRST_BULLET.sub(" ", _BULLET.sub("\n", text))
    folded = fold(_NOT.sub("-", text) if "NOT" in text else text)
    demanded: list[str] = []
    excluded: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        said = found[2][1:-1] if found.re is _PHRASE else found[2]
        (excluded if found[1] == "-" else demanded).append(" ".join(said.split()))
        return " "

    folded = _PHRASE.sub(put_aside, folded)
    if "-" in folded or "+" in folded:
        folded = _WORD.sub(put_aside, folded)
    return Signs(demanded, excluded, folded)
