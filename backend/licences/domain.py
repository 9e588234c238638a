"""What licences bring to the platform, whatever they came from.

What `patentmart fsck` compares of them stands in `open_licences/consistency_checks.py`, since it looks at notices too.
"""

from typing import Final

from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.state_diagrams import Machine
from backend.licences import event_handlers, events, jobs, obstacles, routes, states
from backend.licences.evidence import FILE_READERS
from backend.licences.notification_templates import NOTIFICATION_TEMPLATES
from backend.licences.royalties import routes as royalty_routes

SOURCE: Final = "backend/licences/states.py"
DOMAIN: Final = Domain(
    name="licences",
    routers=(routes.router, royalty_routes.router),
    tags={"licences": "Licences taken: certificate, recordal, royalties."},
    scope="licensing",
    events=events_in(events),
    sync_handlers=event_handlers.SYNC_HANDLERS,
    merge_rules=event_handlers.MERGE_RULES,
    notifications=NOTIFICATION_TEMPLATES,
    sweeps=(jobs.sweep,),
    file_readers=FILE_READERS,
    state_machines=(
        Machine(
            Text("许可付款", "Payment for a licence"),
            SOURCE,
            states.PAYMENT_TRANSITIONS,
            (states.PaymentStatus.RECORDED, states.PaymentStatus.TO_BE_CONFIRMED),
        ),
        Machine(
            Text("许可", "Licence"),
            SOURCE,
            states.LICENCE_TRANSITIONS,
            (states.LicenceStatus.AWAITING_START, states.LicenceStatus.IN_FORCE),
        ),
    ),
    leaving_obstacles=(obstacles.of_leaving,),
)
