"""What alerts bring to the platform."""

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa

from backend.alerts import events, jobs, routes
from backend.alerts.consistency_checks import CHECKS
from backend.alerts.emails.templates import EMAIL_TEMPLATES
from backend.alerts.event_handlers import MERGE_RULES, SYNC_HANDLERS
from backend.alerts.models import Alert
from backend.alerts.notification_templates import NOTIFICATION_TEMPLATES
from backend.core.database.columns import table_of
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.events.log import EVENT
from backend.core.personal_data import Erasure, PersonalData


def _of_one_member(user_ids: Collection[str]) -> sa.ColumnElement[bool]:
    told = sa.cast(EVENT.c.audience, sa.String)
    return sa.and_(EVENT.c.type.like("alert.%"), sa.or_(sa.false(), *(told.contains(f"/{one}") for one in user_ids)))


DOMAIN: Final = Domain(
    name="alerts",
    routers=(routes.router,),
    tags={"alerts": "Searches that go on by themselves, and watches on patents, holders and classes; one's own alone."},
    scope="matchmaking",
    events=events_in(events),
    sync_handlers=SYNC_HANDLERS,
    notifications=NOTIFICATION_TEMPLATES,
    emails=EMAIL_TEMPLATES,
    sweeps=(jobs.sweep,),
    merge_rules=MERGE_RULES,
    consistency_checks=CHECKS,
    personal_data=(
        PersonalData(
            column=table_of(Alert).c.user_id,
            purpose=Text("本人的提醒及其查询", "one's alerts, with what they seek"),
            erasure=Erasure.DELETED,
            secrets=("query_hash",),
        ),
        PersonalData(
            column=EVENT.c.audience,
            purpose=Text("只告知本人的事项", "what only the person was told of"),
            erasure=Erasure.KEPT,
            kept_because=Text(
                "事件流须连续完整；其中的账户编号不再指向任何人。",
                "the stream of events is kept whole; an account's id in it names nobody any more",
            ),
            rows=_of_one_member,
            shows=("type", "subject", "at"),
        ),
    ),
    services={"alerts": jobs.alerting},
)
