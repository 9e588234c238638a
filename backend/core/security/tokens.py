"""Opaque tokens: numbers and JSON values that nobody but this platform can read or alter."""

import base64
import binascii
import hashlib
import hmac
from typing import Any, Final

import orjson

TAG: Final = 8
BLOCK: Final = 32  # bytes of the hidden stream in one digest
ALPHABET: Final = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghjkmnpqrstvwxyz")
BACK: Final = bytes.maketrans(b"0123456789abcdefghjkmnpqrstvwxyz", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
SEALED_LENGTH: Final = 26


def _mac(key: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(data, key=key, digest_size=32).digest()


def seal(key: bytes, purpose: str, number: int) -> str:
    """Return 26 characters that hide the number; equal numbers give equal tokens (a synthetic-IV construction)."""
    plain = number.to_bytes(TAG, "big")
    tag = _mac(key, purpose.encode() + b"\0" + plain)[:TAG]
    stream = _mac(key, b"stream\0" + tag)[:TAG]
    hidden = bytes(a ^ b for a, b in zip(plain, stream, strict=True))
    return base64.b32encode(tag + hidden).rstrip(b"=").translate(ALPHABET).decode()


def unseal(key: bytes, purpose: str, token: str) -> int | None:
    """Return the number that `seal` hid for this purpose, or None where the token is not one of ours."""
    try:
        raw = base64.b32decode(token.encode("ascii").translate(BACK) + b"======")
    except (ValueError, binascii.Error):
        return None
    if len(raw) != 2 * TAG or len(token) != SEALED_LENGTH:
        return None
    tag, hidden = raw[:TAG], raw[TAG:]
    stream = _mac(key, b"stream\0" + tag)[:TAG]
    plain = bytes(a ^ b for a, b in zip(hidden, stream, strict=True))
    good = _mac(key, purpose.encode() + b"\0" + plain)[:TAG]
    number = int.from_bytes(plain, "big")
    same = hmac.compare_digest(tag, good) and seal(key, purpose, number) == token  # one spelling only
    return number if same else None


def _hidden(key: bytes, tag: bytes, data: bytes) -> bytes:
    """Return the data hidden under the tag, or what such data hides; equal data gives equal bytes."""
    blocks = range(0, len(data), BLOCK)
    stream = b"".join(_mac(key, b"stream\0" + tag + start.to_bytes(TAG, "big")) for start in blocks)
    return bytes(a ^ b for a, b in zip(data, stream, strict=False))


def _spell(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign(key: bytes, purpose: str, value: Any) -> str:
    """Return the JSON value as a signed, URL-safe token that does not show it: a cursor may hold a private count."""
    payload = orjson.dumps(value)
    tag = _mac(key, purpose.encode() + b"\0" + payload)[:16]
    return _spell(tag + _hidden(key, tag, payload))


def unsign(key: bytes, purpose: str, token: str) -> Any | None:
    """Return the value that `sign` took for this purpose, or None where the token is not one of ours."""
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    if _spell(raw) != token:
        return None
    tag, payload = raw[:16], _hidden(key, raw[:16], raw[16:])
    if not payload or not hmac.compare_digest(tag, _mac(key, purpose.encode() + b"\0" + payload)[:16]):
        return None
    return orjson.loads(payload)
