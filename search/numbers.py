"""Patent numbers and classification symbols in any spelling."""

import re
from collections.abc import Iterator
from functools import lru_cache

from search.text import fold

_SEPARATORS = re.compile(r"[\s.,·/\-]+")
_NUMBER_FORM = re.compile(r"(?P<country>[A-Z]{2})?(?P<digits>\d+)(?P<kind>[A-Z]\d?)?")
_CHECKED_LENGTHS = {9, 13}  # an application number with its check digit, before and since 2003-10-01
_IN_TEXT = re.compile(
    r"(?<![a-z0-9])(?:"
    r"pct\s?/?\s?[a-z]{2}\s?\d{2,4}\s?/?\s?\d{5,6}"
    r"|(?:cn|zl)[\s.]*\d(?:[\s.\-]{0,2}\d){5,13}(?:\s?[.\-]?\s?[a-z]\d?)?"
    r"|(?:19|20)\d\d\s?[12389]\s?\d{7}(?:\s?[.\-]?\s?[\dx])?"
    r"|(?:us|ep|wo|jp|kr|de|gb|fr|tw|hk|ru)[\s.]?\d{4}/?\d{3,7}(?:\s?[a-z]\d?)?"
    r"|\d{7,14}(?:\.[\dx])?[a-z]?\d?"
    r")(?![a-z0-9])"
)
_SYMBOL = re.compile(
    r"(?<![a-z0-9])(?P<subclass>[a-h]\d{2}[a-z]?)"
    r"(?:(?P<group>\d{1,4})|\s*(?P<full>\d{1,4}\s*/\s*\d{2,6}))?(?![a-z0-9/])"
)
_LEVELS = re.compile(
    r"(?P<section>[A-H])(?:(?P<cls>\d{2})(?:(?P<sub>[A-Z])(?:(?P<group>\d{1,4})(?:/(?P<rest>\d+))?)?)?)?"
)


def compact(number: str) -> str:
    """A number without spaces and points, in capitals, `ZL` written as `CN`."""
    joined = _SEPARATORS.sub("", fold(number)).upper()
    return "CN" + joined[2:] if joined.startswith("ZL") else joined


def spellings(number: str) -> set[str]:
    """Every compact form by which a patent number may be asked for: with and without country, kind and check digit."""
    whole = compact(number)
    form = _NUMBER_FORM.fullmatch(whole)
    if form is None:
        return {whole}
    country, digits, kind = form["country"] or "CN", form["digits"], form["kind"] or ""
    is_checked = len(digits) + len(kind) in _CHECKED_LENGTHS and (kind == "X" or ("." in number and not kind))
    if is_checked or (len(digits) == max(_CHECKED_LENGTHS) and not kind):
        bodies = {digits + kind, digits if kind else digits[:-1]}
    else:
        bodies = {digits, digits + kind}
    return bodies | {country + body for body in bodies}


def numbers_in(folded: str) -> Iterator[tuple[str, int, int]]:
    """Each patent number in folded text, in compact form, with its first place and the one after its last."""
    for found in _IN_TEXT.finditer(folded):
        yield compact(found[0]), found.start(), found.end()


def symbols_in(folded: str) -> Iterator[tuple[str, int, int]]:
    """Each classification symbol from class down in folded text, such as `H01M10/0525`, and from where to where."""
    for found in _SYMBOL.finditer(folded):
        yield symbol(found[0]), found.start(), found.end()


def only_symbol(folded: str) -> str:
    """The classification symbol that folded text is, and nothing where it is none."""
    return next((found for found, start, end in symbols_in(folded) if (start, end) == (0, len(folded))), "")


def symbol(text: str) -> str:
    """A classification symbol of any level in its one spelling, such as `H01M10/0525`."""
    return "".join(fold(text).upper().split())


@lru_cache(maxsize=100_000)
def levels(text: str) -> tuple[str, ...]:
    """A classification symbol and all it lies in, widest first: H, H01, H01M, H01M10, H01M10/0525."""
    whole = symbol(text)
    form = _LEVELS.match(whole)
    if form is None:
        return (whole,) if whole else ()
    ends = [form.end(name) for name in ("section", "cls", "sub", "group", "rest") if form[name]]
    return tuple([whole[:end] for end in ends])
