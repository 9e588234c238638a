"""How an event is told, and the opaque places of the feed."""

import secrets
from typing import Any, Final

import sqlalchemy as sa

from backend.core.events import event_token
from backend.core.settings import Settings
from backend.core.tokens import seal, unseal
from backend.delivery.schemas import ChangeData, ChangeOut

PLACES: Final = 40  # bits of a place: enough for ten thousand events a second over three years
SALT: Final = 24  # bits that make two tokens of one place differ
SAID: Final = frozenset(ChangeData.model_fields)


def place_token(settings: Settings, place: int) -> str:
    """Give the place as an opaque token, another one each time, so that nothing tells how much lies between."""
    return seal(settings.key("changes"), "changes", secrets.randbits(SALT) << PLACES | place)


def read_place(settings: Settings, token: str) -> int | None:
    """Give the place of a token, or None where it is not one of ours."""
    number = unseal(settings.key("changes"), "changes", token)
    return None if number is None else number & ((1 << PLACES) - 1)


def change_of(settings: Settings, removals: frozenset[str], event: sa.Row[Any]) -> ChangeOut:
    """Give the event as it is told outside: whose it is and who did it stay here."""
    return ChangeOut(
        id=event_token(settings.key("event"), event.id),
        type=event.type,
        subject=event.subject,
        at=event.at,
        removed=event.type in removals,
        data=ChangeData(**{name: value for name, value in event.data.items() if name in SAID}),
    )
