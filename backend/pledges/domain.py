"""What pledges bring to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.state_diagrams import Machine
from backend.pledges import event_handlers, events, jobs, routes, rules
from backend.pledges.codes import PledgeStatus
from backend.pledges.consistency_checks import CONSISTENCY_CHECKS
from backend.pledges.drafting.contract_template import PLEDGE_CONTRACT
from backend.pledges.evidence import FILE_READERS
from backend.pledges.notification_templates import NOTIFICATION_TEMPLATES

DOMAIN: Final = Domain(
    name="pledges",
    routers=(routes.router,),
    tags={"pledges": "Patents as security: contract, registration, release, default and realisation."},
    scope="financing",
    events=events_in(events),
    sync_handlers=event_handlers.SYNC_HANDLERS,
    notifications=NOTIFICATION_TEMPLATES,
    sweeps=(jobs.sweep,),
    file_readers=FILE_READERS,
    merge_rules=event_handlers.MERGE_RULES,
    contract_templates=(PLEDGE_CONTRACT,),
    state_machines=(
        Machine(Text("质押", "Pledge"), "backend/pledges/rules.py", rules.TRANSITIONS, (PledgeStatus.DRAFT,)),
    ),
    consistency_checks=CONSISTENCY_CHECKS,
)
