"""How an event is told, in the feed and in the inbox, and the opaque places of the feed."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from backend.core.events.log import NotificationTemplate, event_token
from backend.core.security.tokens import seal, unseal
from backend.core.settings import Settings
from backend.delivery.feed.schemas import ChangeData, ChangeOut
from backend.delivery.inbox.schemas import MessageOut, MessagePatent
from backend.delivery.models import PATENT, Message

PLACES: Final = 40  # bits of a place: enough for ten thousand events a second over three years
SALT: Final = 24  # bits that make two tokens of one place differ
SAID: Final = frozenset(ChangeData.model_fields)


def place_token(settings: Settings, place: int) -> str:
    """Return the place as an opaque token, another one each time, so that nothing tells how much lies between."""
    return seal(settings.key("changes"), "changes", secrets.randbits(SALT) << PLACES | place)


def read_place(settings: Settings, token: str) -> int | None:
    """Return the place of a token, or None where it is not one of ours."""
    number = unseal(settings.key("changes"), "changes", token)
    return None if number is None else number & ((1 << PLACES) - 1)


def change_of(settings: Settings, removals: frozenset[str], event: sa.Row[Any]) -> ChangeOut:
    """Return the event as it is told outside: whose it is and who did it stay here."""
    return ChangeOut(
        id=event_token(settings.key("event"), event.id),
        type=event.type,
        subject=event.subject,
        at=event.at,
        removed=event.type in removals,
        data=_said(event.data),
    )


def _said(data: Mapping[str, Any]) -> ChangeData:
    return ChangeData(**{name: value for name, value in data.items() if name in SAID})


class _Facts(dict[str, object]):
    """The facts of an event; one that it lacks leaves a dash in the sentence."""

    def __missing__(self, name: str) -> str:
        return "—"


def sentence(told: NotificationTemplate | None, kind: str, data: Mapping[str, Any], language: str) -> str:
    """Return what a member is told of the event; of a kind that is told no longer, its name."""
    if told is None:
        return kind
    text = told.texts.get(str(data.get(told.by)), told.text)
    return text.say(language, _Facts(data))


def message_of(
    settings: Settings, told: Mapping[str, NotificationTemplate], message: Message, *, read: bool, language: str
) -> MessageOut:
    """Return the message as a member is told it."""
    patent = message.data.get(PATENT)
    return MessageOut(
        id=message.id,
        event_id=event_token(settings.key("event"), message.event_id),
        type=message.type,
        category=message.category,
        text=sentence(told.get(message.type), message.type, message.data, language),
        subject=message.subject,
        patent=MessagePatent(**patent) if patent else None,
        data=_said(message.data),
        at=message.at,
        read=read,
    )
