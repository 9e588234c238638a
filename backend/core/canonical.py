"""One spelling of data in JSON (RFC 8785), and its SHA-256: equal terms have equal hashes on any machine."""

import hashlib
from collections.abc import Iterator
from typing import Any, Final

import rfc8785

LARGEST: Final = 2**53 - 1  # beyond it a reader in another language may read another number


class NotCanonical(ValueError):
    """The value has no one spelling; `pointer` names the place, `why` the reason."""

    def __init__(self, pointer: str, why: str) -> None:
        super().__init__(f"{pointer or '(top)'}: {why}")
        self.pointer = pointer
        self.why = why


def canonical(value: Any) -> bytes:
    """Return the value's canonical JSON in UTF-8.

    Takes null, true, false, whole numbers up to 2**53 - 1 either way, text, lists, and mappings with text keys.
    Raises NotCanonical for all else, fractions above all: money and rates are whole numbers here.
    """
    for pointer, why in _wrong(value, ""):
        raise NotCanonical(pointer, why)
    return rfc8785.dumps(value)


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of the value's canonical JSON, in 64 lower-case hex digits; raises NotCanonical."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _wrong(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            at = f"{pointer}/{_escaped(key)}"
            yield from _of_text(key, at) if isinstance(key, str) else [(at, "a key is text")]
            yield from _wrong(inner, at)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _wrong(inner, f"{pointer}/{place}")
    elif isinstance(value, str):
        yield from _of_text(value, pointer)
    elif isinstance(value, float):
        yield pointer, "fractions are refused; write whole fen or basis points"
    elif isinstance(value, int):
        if abs(value) > LARGEST:
            yield pointer, "whole numbers go up to 2**53 - 1"
    elif value is not None:
        yield pointer, f"{type(value).__name__} is no JSON"


def _of_text(text: str, pointer: str) -> Iterator[tuple[str, str]]:
    try:
        text.encode()
    except UnicodeEncodeError:
        yield pointer.encode("utf-8", "replace").decode(), "half a character"


def _escaped(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")
