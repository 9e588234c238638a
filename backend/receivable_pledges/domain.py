"""What pledges of licence income bring to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.state_diagrams import Machine
from backend.receivable_pledges import event_handlers, events, routes, rules
from backend.receivable_pledges.codes import ReceivablePledgeStatus
from backend.receivable_pledges.consistency_checks import CONSISTENCY_CHECKS
from backend.receivable_pledges.notification_templates import NOTIFICATION_TEMPLATES

DOMAIN: Final = Domain(
    name="receivable_pledges",
    routers=(routes.router,),
    tags={"receivable pledges": "What a licence brings in, pledged to a lender with the licensee's consent."},
    scope="financing",
    events=events_in(events),
    notifications=NOTIFICATION_TEMPLATES,
    merge_rules=event_handlers.MERGE_RULES,
    state_machines=(
        Machine(
            Text("应收账款质押", "Receivable pledge"),
            "backend/receivable_pledges/rules.py",
            rules.TRANSITIONS,
            (ReceivablePledgeStatus.ASKED,),
        ),
    ),
    consistency_checks=CONSISTENCY_CHECKS,
)
