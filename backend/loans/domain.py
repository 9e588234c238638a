"""What loans bring to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.core.events.domain_event import events_in
from backend.loans import event_handlers, events

DOMAIN: Final = Domain(name="loans", events=events_in(events), sync_handlers=event_handlers.SYNC_HANDLERS)
