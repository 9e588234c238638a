"""What the inbox, the feed and the webhooks bring to the platform."""

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa

from backend.core.database.columns import table_of
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.personal_data import Erasure, PersonalData
from backend.core.state_diagrams import Machine
from backend.delivery import jobs
from backend.delivery.email import events as email_events
from backend.delivery.email import notification_templates as email_templates
from backend.delivery.email import routes as email_routes
from backend.delivery.email import rules as email_rules
from backend.delivery.email.codes import EmailStatus
from backend.delivery.email.consistency_checks import CHECKS as EMAIL_CHECKS
from backend.delivery.email.models import Email, EmailItem
from backend.delivery.email.retention import sweep as email_sweep
from backend.delivery.feed import routes as feed_routes
from backend.delivery.inbox import routes as inbox_routes
from backend.delivery.inbox.projection import sweep as inbox_sweep
from backend.delivery.models import Inbox, Message, MessageMark
from backend.delivery.webhooks import events as webhook_events
from backend.delivery.webhooks import routes as webhook_routes
from backend.delivery.webhooks.event_handlers import SYNC_HANDLERS
from backend.delivery.webhooks.notification_templates import NOTIFICATION_TEMPLATES
from backend.delivery.webhooks.usage import usage

READING: Final = Text("读到何处，要收到什么", "what is read, and what is wanted to be told")
E_MAILED: Final = Text("向本人发过哪些电子邮件", "which e-mails went to the person")


def _items_of(user_ids: Collection[str]) -> sa.ColumnElement[bool]:
    emails = sa.select(table_of(Email).c.id).where(table_of(Email).c.user_id.in_(user_ids))
    return table_of(EmailItem).c.email_id.in_(emails)


DOMAIN: Final = Domain(
    name="delivery",
    routers=(inbox_routes.router, feed_routes.router, webhook_routes.router, email_routes.router),
    tags={
        "inbox": "What happened to what an organisation has, told to its members.",
        "changes": "What happens, in one order without gaps: the public's, and a member's own besides.",
        "webhooks": "What happens, sent to an address of one's own, signed.",
    },
    scope="delivery",
    events=(*events_in(webhook_events), *events_in(email_events)),
    sync_handlers=SYNC_HANDLERS,
    notifications={**NOTIFICATION_TEMPLATES, **email_templates.NOTIFICATION_TEMPLATES},
    sweeps=(jobs.sweep, inbox_sweep, email_sweep),
    usage_counters=(usage,),
    personal_data=(
        PersonalData(
            column=table_of(Message).c.actor,
            purpose=Text("不向行为人本人通知", "nobody is told of what he did himself"),
            erasure=Erasure.PSEUDONYMISED,
            kept_because=Text("单位的收件箱仍需要这些消息。", "the organisation's inbox still shows the messages"),
            shows=("id", "organisation_id", "type", "subject", "at"),
        ),
        PersonalData(
            column=table_of(Message).c.user_id,
            purpose=Text("只告知本人的消息", "messages to the person alone"),
            erasure=Erasure.DELETED,
            shows=("id", "organisation_id", "type", "subject", "at"),
        ),
        PersonalData(column=table_of(MessageMark).c.user_id, purpose=READING, erasure=Erasure.DELETED),
        PersonalData(column=table_of(Inbox).c.user_id, purpose=READING, erasure=Erasure.DELETED),
        PersonalData(
            column=table_of(EmailItem).c.recipient,
            purpose=E_MAILED,
            erasure=Erasure.DELETED,
            rows=_items_of,
            shows=("email_id", "event_id", "category"),
        ),
        PersonalData(
            column=table_of(Email).c.user_id,
            purpose=E_MAILED,
            erasure=Erasure.DELETED,
            shows=("id", "organisation_id", "kind", "status", "created_at", "ended_at"),
        ),
    ),
    state_machines=(
        Machine(
            Text("电子邮件", "E-mails"),
            "backend/delivery/email/rules.py",
            email_rules.TRANSITIONS,
            (EmailStatus.WAITING, EmailStatus.SUPPRESSED),
        ),
    ),
    consistency_checks=EMAIL_CHECKS,
)
