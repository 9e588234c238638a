"""The tokens of links in e-mails: derived from the ids of what they are for, so that no table and no event has them."""

from typing import Annotated, Final

from fastapi import Path

from backend.core.security.tokens import sign, unsign
from backend.core.settings import Settings

CONFIRMATION: Final = "email confirmation"
LinkToken = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{20,100}$", examples=["Zk9wQ2V4YW1wbGVfdG9rZW5fb25seQ"])]
RESET: Final = "password reset"
INVITATION: Final = "invitation by e-mail"


def link_token(settings: Settings, purpose: str, thing_id: str) -> str:
    """Return the token of the e-mailed link for the thing."""
    return sign(settings.key("email link"), purpose, thing_id)


def read_link_token(settings: Settings, purpose: str, token: str) -> str | None:
    """Return the id of the thing that the token is for, or None where it is not one of ours."""
    found = unsign(settings.key("email link"), purpose, token)
    return found if isinstance(found, str) else None
