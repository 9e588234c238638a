"""How an event is told, in the feed and in the inbox, and the opaque places of the feed."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from backend.core.events.domain_event import EventPayload
from backend.core.events.log import event_token
from backend.core.events.notification_template import NotificationTemplate
from backend.core.security.tokens import seal, unseal
from backend.core.settings import Settings
from backend.delivery.feed.schemas import ChangeOut
from backend.delivery.inbox.schemas import MessageOut, MessagePatent
from backend.delivery.models import PATENT, Message

PLACES: Final = 40  # bits of a place: enough for ten thousand events a second over three years
SALT: Final = 24  # bits that make two tokens of one place differ
EventTypes = Mapping[str, type[EventPayload]]


def place_token(settings: Settings, place: int) -> str:
    """Return the place as an opaque token, another one each time, so that nothing tells how much lies between."""
    return seal(settings.key("changes"), "changes", secrets.randbits(SALT) << PLACES | place)


def read_place(settings: Settings, token: str) -> int | None:
    """Return the place of a token, or None where it is not one of ours."""
    number = unseal(settings.key("changes"), "changes", token)
    return None if number is None else number & ((1 << PLACES) - 1)


def change_of(settings: Settings, events: EventTypes, event: sa.Row[Any]) -> ChangeOut:
    """Return the event as it is told outside: whose it is and who did it stay here."""
    return ChangeOut(
        id=event_token(settings.key("event"), event.id),
        type=event.type,
        subject=event.subject,
        at=event.at,
        removed=event.type in events and events[event.type].removes,
        data=_public_data(events, event.type, event.data),
    )


def _public_data(events: EventTypes, kind: str, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is sent of an event; of a kind that is there no longer, nothing."""
    return events[kind].public_data(stored) if kind in events else {}


class _Facts(dict[str, object]):
    """The facts of an event; one that it lacks leaves a dash in the sentence."""

    def __missing__(self, name: str) -> str:
        return "—"


def sentence(template: NotificationTemplate | None, kind: str, data: Mapping[str, Any], language: str) -> str:
    """Return what a member is told of the event; of a kind that has no template any more, its name."""
    if template is None:
        return kind
    text = template.texts.get(str(data.get(template.by)), template.text)
    return text.say(language, _Facts(data))


def message_of(
    settings: Settings,
    events: EventTypes,
    templates: Mapping[str, NotificationTemplate],
    message: Message,
    *,
    read: bool,
    language: str,
) -> MessageOut:
    """Return the message as a member is told it."""
    patent = message.data.get(PATENT)
    return MessageOut(
        id=message.id,
        event_id=event_token(settings.key("event"), message.event_id),
        type=message.type,
        category=message.category,
        text=sentence(templates.get(message.type), message.type, message.data, language),
        subject=message.subject,
        patent=MessagePatent(**patent) if patent else None,
        data=_public_data(events, message.type, message.data),
        at=message.at,
        read=read,
    )
