"""What matching brings to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.core.events.domain_event import events_in
from backend.matching import events, routes, settings_routes, text_routes
from backend.matching.notification_templates import NOTIFICATION_TEMPLATES
from backend.matching.running import NAME, matching_memory

DOMAIN: Final = Domain(
    name="matching",
    routers=(text_routes.router, routes.router, settings_routes.router),
    tags={"matches": "Needs and listings that meet, each with what its score is made of; patents like a text or one."},
    scope="matchmaking",
    events=events_in(events),
    notifications=NOTIFICATION_TEMPLATES,
    services={NAME: matching_memory},
)
