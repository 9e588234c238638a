"""What requests to be heard as a holder bring to the platform."""

from typing import Final

from backend.core.database.columns import table_of
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.personal_data import Erasure, PersonalData
from backend.core.state_diagrams import Machine
from backend.establishment import events, jobs, merge_follow_up, rules
from backend.establishment.access import FILE_READERS
from backend.establishment.codes import EstablishmentState
from backend.establishment.event_handlers import BATCH_HANDLERS, SYNC_HANDLERS
from backend.establishment.models import Establishment
from backend.establishment.notification_templates import NOTIFICATION_TEMPLATES
from backend.establishment.routes import router
from backend.establishment.service import MATCH

DOMAIN: Final = Domain(
    name="establishment",
    routers=(router,),
    scope="establishment",
    events=events_in(events),
    merge_rules=merge_follow_up.MERGE_RULES,
    sync_handlers=SYNC_HANDLERS,
    batch_handlers=BATCH_HANDLERS,
    notifications=NOTIFICATION_TEMPLATES,
    jobs={MATCH: jobs.match},
    sweeps=(jobs.sweep,),
    file_readers=FILE_READERS,
    state_machines=(
        Machine(
            Text("权利人确认申请", "Request to be heard as a holder"),
            "backend/establishment/rules.py",
            rules.TRANSITIONS,
            (EstablishmentState.ASKED,),
        ),
    ),
    personal_data=(
        PersonalData(
            column=table_of(Establishment).c.asked_by,
            purpose=Text("谁代表单位提出申请", "who asked for an organisation"),
            erasure=Erasure.PSEUDONYMISED,
            kept_because=Text("权属决定的依据须可查。", "what decisions about holders rest on must be known"),
            shows=("id", "organisation_id", "asked_at"),
        ),
    ),
)
