"""What runs in the transaction of events: it holds the promises that must never be broken in between."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.events.domain_event import DomainEvent, EventPayload
from backend.core.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EventContext:
    """What a handler may need besides the session and the event: the time of the transaction, and the settings.

    What one handler of an event has loaded the next ones take from here.
    """

    now: datetime
    settings: Settings
    _loaded: dict[Hashable, Any] = field(default_factory=dict)

    def fresh(self) -> "EventContext":
        """Return the same for another event, with nothing loaded yet."""
        return EventContext(self.now, self.settings)

    async def once(self, key: Hashable, load: Callable[[], Awaitable[T]]) -> T:
        """Return what `load` returns, asked once for all handlers of the event that name it by the same key."""
        if key not in self._loaded:
            self._loaded[key] = await load()
        found: T = self._loaded[key]
        return found


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
        """Run the handlers of these events.

        What those of one event have loaded is loaded anew for the next: it may have changed what they read.
        """
        for event in events:
            own = context if len(events) == 1 else context.fresh()
            for handler in self.each.get(type(event.payload), ()):
                await handler(session, event, own)
        for kind, handlers in self.batches.items():
            those = [event for event in events if type(event.payload) is kind]
            own = context.fresh()
            for batch_handler in handlers if those else ():
                await batch_handler(session, those, own)
