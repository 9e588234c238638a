"""What clocks of answers bring to the platform; the domains above start and stop them."""

from typing import Final

from backend.core.domain import Domain
from backend.core.events.domain_event import events_in
from backend.response_clocks import events, jobs, routes
from backend.response_clocks.consistency_checks import CONSISTENCY_CHECKS
from backend.response_clocks.notification_templates import NOTIFICATION_TEMPLATES

DOMAIN: Final = Domain(
    name="response_clocks",
    routers=(routes.router,),
    scope="matchmaking",
    events=events_in(events),
    notifications=NOTIFICATION_TEMPLATES,
    sweeps=(jobs.sweep,),
    consistency_checks=CONSISTENCY_CHECKS,
)
