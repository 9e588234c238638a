"""Canonical JSON (RFC 8785) and its SHA-256: equal terms have equal hashes, whoever wrote them down."""

from hashlib import sha256
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """Give the one spelling of a JSON value; raise ValueError for fractions and for numbers beyond 2^53 - 1."""
    if _has_fraction(value):
        raise ValueError("fractions have no place here: money is in fen, rates are in basis points")
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as wrong:
        raise ValueError(str(wrong)) from None


def fingerprint(value: Any) -> str:
    """Give the SHA-256 of a value's canonical JSON, in 64 hexadecimal digits."""
    return sha256(canonical(value)).hexdigest()


def _has_fraction(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_fraction(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(_has_fraction(item) for item in value)
    return isinstance(value, float)
