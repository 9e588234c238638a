"""The link that pauses an alert without a sign-in (RFC 8058): signed, good for ever, and for nothing else."""

from typing import Final

from backend.core.errors import NotFound
from backend.core.security.tokens import sign, unsign
from backend.core.settings import Settings

PURPOSE: Final = "alert-unsubscribe"
PATH: Final = "/v1/alerts/unsubscribe/"


def unsubscribe_path(settings: Settings, alert_id: str) -> str:
    """Return the path that pauses the alert."""
    return PATH + sign(settings.key(PURPOSE), PURPOSE, alert_id)


def alert_id_of(settings: Settings, token: str) -> str:
    """Return the alert that a token stands for; raise NotFound where it is not one of ours."""
    found = unsign(settings.key(PURPOSE), PURPOSE, token)
    if not isinstance(found, str):
        raise NotFound
    return found
