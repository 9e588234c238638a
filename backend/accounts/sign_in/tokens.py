"""Access tokens and the secrets of refresh tokens, keys, invitations and resets."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

import jwt

ALGORITHM: Final = "HS256"
OPTIONS: Final[Any] = {
    "require": ["sub", "org", "sid", "typ", "exp"],
    "verify_exp": False,  # checked below against the clock that is passed in
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
    "verify_sub": False,
}
KEY_PREFIX: Final = "pmk_"


def access_token(
    key: bytes, *, subject: str, organisation_id: str, session_id: str, typ: str, at: datetime, good_for: timedelta
) -> str:
    """Return a signed token; `typ` is `person` (subject usr_…, sid the sign-in) or `key` (both the key's id)."""
    values = {
        "sub": subject,
        "org": organisation_id,
        "sid": session_id,
        "typ": typ,
        "iat": int(at.timestamp()),
        "exp": int((at + good_for).timestamp()),
    }
    return jwt.encode(values, key, ALGORITHM)


@lru_cache(maxsize=4096)  # a caller sends the same token with every request; what is not ours raises, and is not kept
def _verified(key: bytes, token: str) -> Mapping[str, Any]:
    return MappingProxyType(jwt.decode(token, key, [ALGORITHM], options=OPTIONS))


def read_access_token(key: bytes, token: str, at: datetime) -> Mapping[str, Any] | None:
    """Return what the token says, or None where it is not ours or not good any more."""
    try:
        said = _verified(key, token)
    except jwt.InvalidTokenError:
        return None
    good_until = said["exp"]
    return said if isinstance(good_until, int) and good_until > at.timestamp() else None


def new_secret() -> str:
    """Return 256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> bytes:
    """Return what is kept of a random secret; its 256 bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
