"""What licences bring to the platform, whatever they came from.

What `patentmart fsck` compares of them stands in `open_licences/consistency_checks.py`, since it looks at notices too.
"""

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa

from backend.accounts.personal_data.declared import individuals_of
from backend.core.database.columns import table_of
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.personal_data import Erasure, PersonalData
from backend.core.state_diagrams import Machine
from backend.licences import event_handlers, events, jobs, obstacles, routes, states
from backend.licences.evidence import FILE_READERS
from backend.licences.models import Licence
from backend.licences.notification_templates import NOTIFICATION_TEMPLATES
from backend.licences.royalties import routes as royalty_routes

SOURCE: Final = "backend/licences/states.py"
LICENCE: Final = table_of(Licence)


def _of_individuals(user_ids: Collection[str]) -> sa.ColumnElement[bool]:
    theirs = individuals_of(user_ids)
    return sa.or_(LICENCE.c.licensor_organisation_id.in_(theirs), LICENCE.c.licensee_organisation_id.in_(theirs))


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
    personal_data=(
        PersonalData(
            column=LICENCE.c.facts,
            purpose=Text("个人作为许可一方的姓名", "the name of a natural person who is a side of a licence"),
            erasure=Erasure.KEPT,
            kept_because=Text(
                "许可证明须载明双方，如其生效时。", "a licence's certificate names its sides as they were at its effect"
            ),
            rows=_of_individuals,
            shows=("id", "facts", "status", "effective_on", "ends_on"),
        ),
    ),
)
