"""What open licences bring to the platform."""

from typing import Final

from backend.core.database.columns import table_of
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.personal_data import Erasure, PersonalData
from backend.core.state_diagrams import Machine
from backend.open_licences import consistency_checks, event_handlers, events, jobs, obstacles, states
from backend.open_licences.declarations import routes as declaration_routes
from backend.open_licences.evidence import FILE_READERS
from backend.open_licences.models import Notice
from backend.open_licences.notices import routes as notice_routes
from backend.open_licences.notification_templates import NOTIFICATION_TEMPLATES

SOURCE: Final = "backend/open_licences/states.py"
DOMAIN: Final = Domain(
    name="open_licences",
    routers=(declaration_routes.router, notice_routes.router),
    tags={
        "open licences": "Declared to everybody, priced for everybody, taken by notice and payment.",
    },
    scope="licensing",
    events=events_in(events),
    merge_rules=event_handlers.MERGE_RULES,
    sync_handlers=event_handlers.SYNC_HANDLERS,
    batch_handlers=event_handlers.BATCH_HANDLERS,
    notifications=NOTIFICATION_TEMPLATES,
    sweeps=(jobs.sweep,),
    file_readers=FILE_READERS,
    burdens=(event_handlers.BURDENED,),
    state_machines=(
        Machine(
            Text("开放许可声明", "Declaration of an open licence"),
            SOURCE,
            states.TRANSITIONS,
            (states.OpenStatus.DRAFT,),
        ),
        Machine(
            Text("开放许可通知", "Notice under an open licence"),
            SOURCE,
            states.NOTICE_TRANSITIONS,
            (states.NoticeStatus.GIVEN,),
        ),
    ),
    consistency_checks=(
        ("open licences", consistency_checks.open_licences),
        ("licences taken", consistency_checks.licences),
        ("claims of grants", consistency_checks.claims),
        ("amounts paid", consistency_checks.payments),
    ),
    personal_data=(
        PersonalData(
            column=table_of(Notice).c.given_by,
            purpose=Text("谁代表单位发出通知", "who gave an organisation's notice"),
            erasure=Erasure.PSEUDONYMISED,
            kept_because=Text("通知成立许可合同，须可举证。", "a notice makes a licence, and is its evidence"),
            shows=("id", "open_licence_id", "given_at"),
        ),
    ),
    leaving_obstacles=(obstacles.of_leaving,),
)
