"""What is kept of the secrets of a second factor: none that the database alone would tell."""

from hashlib import blake2b
from typing import Final

from backend.core.security.tokens import sign, unsign
from backend.core.settings import Settings

SECRET_KEY: Final = "second factor"  # noqa: S105 - what a key is for, not one
RECOVERY_KEY: Final = "recovery codes"


def _purpose(user_id: str) -> str:
    return f"second factor\0{user_id}"


def seal(settings: Settings, user_id: str, secret: str) -> str:
    """Return an authenticator's secret encrypted for the account, as it is stored."""
    return sign(settings.key(SECRET_KEY), _purpose(user_id), secret)


def unseal(settings: Settings, user_id: str, stored: str) -> str | None:
    """Return the secret, or None where it was stored for another account or with another key of the platform."""
    secret = unsign(settings.key(SECRET_KEY), _purpose(user_id), stored)
    return secret if isinstance(secret, str) else None


def recovery_hash(settings: Settings, user_id: str, code: str) -> bytes:
    """Return what is kept of a recovery code: a keyed hash, bound to the account."""
    message = f"{user_id}\0{code}".encode("utf-8", "surrogatepass")
    return blake2b(message, key=settings.key(RECOVERY_KEY), digest_size=32).digest()
