"""What alerts bring to the platform."""

from typing import Final

from backend.alerts import events, jobs, routes
from backend.alerts.consistency_checks import CHECKS
from backend.alerts.event_handlers import MERGE_RULES, SYNC_HANDLERS
from backend.alerts.notification_templates import NOTIFICATION_TEMPLATES
from backend.core.domain import Domain
from backend.core.events.domain_event import events_in

DOMAIN: Final = Domain(
    name="alerts",
    routers=(routes.router,),
    tags={"alerts": "Searches that go on by themselves, and watches on patents, holders and classes; one's own alone."},
    scope="matchmaking",
    events=events_in(events),
    sync_handlers=SYNC_HANDLERS,
    notifications=NOTIFICATION_TEMPLATES,
    sweeps=(jobs.sweep,),
    merge_rules=MERGE_RULES,
    consistency_checks=CHECKS,
    services={"alerts": jobs.alerting},
)
