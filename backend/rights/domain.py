"""What the ledger of rights brings to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.state_diagrams import Machine
from backend.rights import availability, event_handlers, events, routes
from backend.rights.codes import ConsentState
from backend.rights.consents import routes as consent_routes
from backend.rights.consents import rules as consent_rules
from backend.rights.evidence import FILE_READERS
from backend.rights.notification_templates import NOTIFICATION_TEMPLATES

DOMAIN: Final = Domain(
    name="rights",
    routers=(routes.router, consent_routes.router),
    tags={"rights": "What burdens a patent, what may be done with it and why not, and consents."},
    scope="rights",
    events=events_in(events),
    merge_rules=event_handlers.MERGE_RULES,
    sync_handlers=event_handlers.SYNC_HANDLERS,
    batch_handlers=event_handlers.BATCH_HANDLERS,
    notifications=NOTIFICATION_TEMPLATES,
    sweeps=(availability.sweep,),
    file_readers=FILE_READERS,
    burdens=(event_handlers.BURDENED,),
    state_machines=(
        Machine(
            Text("同意", "Consent"),
            "backend/rights/consents/rules.py",
            consent_rules.TRANSITIONS,
            (ConsentState.ASKED,),
        ),
    ),
)
