"""The text of XML elements as a person reads it."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from backend.imports.formats.record import entity, line

PREFIX: Final = re.compile(r"^(?:\{.*\})?(?:(?:cn|us|wo|ep|jp|kr)-(?=[a-z]))?", re.DOTALL)
BLOCKS: Final = frozenset({"p", "P", "Paragraphs", "claim-text", "ClaimText", "br"})
BLOCK: Final = "\x00"  # no character of XML
LEFT_OUT: Final = frozenset({"bio-deposit", "AbstractFigure", "ClaimNumber", "ClaimTypeCategory"})


def plain_names(element: etree._Element) -> etree._Element:
    """Return the element with it and all below named without namespace and without an office's prefix."""
    for one in element.iter():
        if isinstance(one.tag, str):
            one.tag = PREFIX.sub("", one.tag)
    return element


def _pieces(element: etree._Element) -> Iterator[str]:
    if not isinstance(element.tag, str):
        yield entity((element.text or "").strip("&;"))
        return
    if element.tag in LEFT_OUT:
        return
    if element.tag in BLOCKS and element.tag != "br":
        yield BLOCK
    yield element.text or ""
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""


def text_of(element: etree._Element | None) -> str:
    """Return the element's text in one line, or nothing without an element."""
    return "" if element is None else line("".join(_pieces(element)).replace(BLOCK, "\n"))


def block_of(element: etree._Element | None) -> str:
    """Return the element's text with a line for each paragraph or part of a claim, or nothing without an element."""
    if element is None:
        return ""
    lines = (line(part) for part in "".join(_pieces(element)).split(BLOCK))
    return "\n".join(part for part in lines if part)


def first_text(element: etree._Element, *paths: str) -> str:
    """Return the first text that is not blank under the paths."""
    return next((text for path in paths for one in element.iterfind(path) if (text := text_of(one))), "")
