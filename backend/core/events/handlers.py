"""What runs in the transaction of events: it holds the promises that must never be broken in between."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.events.domain_event import DomainEvent, EventPayload
from backend.core.settings import Settings


@dataclass(frozen=True, slots=True)
class EventContext:
    """What a handler may need besides the session and the event: the time of the transaction, and the settings."""

    now: datetime
    settings: Settings


SyncHandler = Callable[[AsyncSession, DomainEvent[Any], EventContext], Awaitable[None]]
BatchHandler = Callable[[AsyncSession, Sequence[DomainEvent[Any]], EventContext], Awaitable[None]]
SyncHandlerTable = Mapping[type[EventPayload], Sequence[SyncHandler]]
BatchHandlerTable = Mapping[type[EventPayload], Sequence[BatchHandler]]


@dataclass(frozen=True, slots=True)
class SyncHandlers:
    """What runs in the transaction of events, by their kind: for each of them, then for all kept in one statement."""

    each: SyncHandlerTable = field(default_factory=dict)
    batches: BatchHandlerTable = field(default_factory=dict)

    async def follow(self, session: AsyncSession, events: Sequence[DomainEvent[Any]], context: EventContext) -> None:
        """Run the handlers of these events."""
        for event in events:
            for handler in self.each.get(type(event.payload), ()):
                await handler(session, event, context)
        for kind, handlers in self.batches.items():
            those = [event for event in events if type(event.payload) is kind]
            for batch_handler in handlers if those else ():
                await batch_handler(session, those, context)
