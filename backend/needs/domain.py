"""What needs bring to the platform."""

from typing import Final

from backend.accounts.models import User
from backend.core.database.columns import table_of
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.personal_data import Erasure, PersonalData
from backend.core.state_diagrams import Machine
from backend.needs import consistency_checks, events, jobs, obstacles, routes, rules
from backend.needs.codes import NeedStatus
from backend.needs.event_handlers import SYNC_HANDLERS
from backend.needs.file_import.importer import IMPORT_KINDS
from backend.needs.models import Need
from backend.needs.notification_templates import NOTIFICATION_TEMPLATES
from backend.needs.search import routes as search_routes
from backend.needs.search.search_index import INDEX

DOMAIN: Final = Domain(
    name="needs",
    routers=(routes.router,),
    literal_routers=(search_routes.router,),
    tags={"needs": "What enterprises and others look for, in plain words; confidential where they say so."},
    scope="matchmaking",
    events=events_in(events),
    sync_handlers=SYNC_HANDLERS,
    notifications=NOTIFICATION_TEMPLATES,
    sweeps=(jobs.sweep,),
    import_kinds=lambda _burdens: IMPORT_KINDS,
    consistency_checks=(("needs", consistency_checks.needs),),
    search_indexes=(INDEX,),
    leaving_obstacles=(obstacles.of_leaving,),
    personal_data=(
        PersonalData(
            column=table_of(Need).c.created_by,
            purpose=Text("谁起草了需求", "who drafted a need"),
            erasure=Erasure.PSEUDONYMISED,
            kept_because=Text(
                "需求属于单位，其起草经过予以保留。", "a need is its organisation's; who drafted it is kept"
            ),
            shows=("id", "organisation_id", "created_at"),
        ),
    ),
    references=((table_of(Need).c.created_by, table_of(User).c.id),),
    state_machines=(
        Machine(Text("技术需求", "Need"), "backend/needs/rules.py", rules.TRANSITIONS, (NeedStatus.DRAFT,)),
    ),
)
