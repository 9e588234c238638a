"""What introductions bring to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.state_diagrams import Machine
from backend.introductions import event_handlers, events, routes, rules
from backend.introductions.codes import IntroductionStatus
from backend.introductions.consistency_checks import CONSISTENCY_CHECKS
from backend.introductions.evidence import FILE_READERS
from backend.introductions.figures import jobs as figure_jobs
from backend.introductions.figures import routes as figure_routes
from backend.introductions.notification_templates import NOTIFICATION_TEMPLATES
from backend.introductions.personal_data import PERSONAL_DATA, REFERENCES

DOMAIN: Final = Domain(
    name="introductions",
    routers=(routes.router, figure_routes.router),
    tags={"introductions": "Two sides of a match meet: asked, answered in time, messages, and what came of it."},
    scope="matchmaking",
    events=events_in(events),
    sync_handlers=event_handlers.SYNC_HANDLERS,
    batch_handlers=event_handlers.BATCH_HANDLERS,
    notifications=NOTIFICATION_TEMPLATES,
    sweeps=(figure_jobs.sweep,),
    file_readers=FILE_READERS,
    state_machines=(
        Machine(
            Text("引荐", "Introduction"),
            "backend/introductions/rules.py",
            rules.TRANSITIONS,
            (IntroductionStatus.ASKED,),
        ),
    ),
    personal_data=PERSONAL_DATA,
    references=REFERENCES,
    consistency_checks=CONSISTENCY_CHECKS,
)
