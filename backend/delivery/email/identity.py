"""Names that outsiders see or that stand for an address: Message-ID, the address that bounces come to, hashes."""

import re
from hashlib import blake2b
from typing import Final

from backend.core.security.tokens import SEALED_LENGTH, seal, unseal
from backend.core.settings import Settings

BOUNCE: Final = "email-bounce"
TOKEN: Final = re.compile(rf"\+([0-9a-z]{{{SEALED_LENGTH}}})@", re.IGNORECASE)


def address_hash(settings: Settings, address: str) -> str:
    """Return what stands for an address where the address itself is not kept."""
    return blake2b(address.strip().lower().encode(), key=settings.key("email-address"), digest_size=16).hexdigest()


def message_id(settings: Settings, key: str) -> str:
    """Return the Message-ID of the e-mail with this key."""
    made = blake2b(key.encode(), key=settings.key("email-message-id"), digest_size=16).hexdigest()
    return f"<{made}@{settings.email_from.rpartition('@')[2]}>"


def return_path(settings: Settings, number: int) -> str:
    """Return the address that an e-mail comes back to, with a signed token that names it; else the sender's."""
    name, _, domain = settings.email_bounce_address.rpartition("@")
    if not name:
        return settings.email_from
    return f"{name}+{seal(settings.key(BOUNCE), BOUNCE, number)}@{domain}"


def number_of(settings: Settings, address: str) -> int | None:
    """Return which e-mail came back to an address, or to one of several, or None where none has a token of ours."""
    key = settings.key(BOUNCE)
    found = (unseal(key, BOUNCE, token.lower()) for token in TOKEN.findall(address))
    return next((number for number in found if number is not None), None)
