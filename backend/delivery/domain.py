"""What the inbox, the feed and the webhooks bring to the platform."""

from typing import Final

from backend.core.database.columns import table_of
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.personal_data import Erasure, PersonalData
from backend.delivery import jobs
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
DOMAIN: Final = Domain(
    name="delivery",
    routers=(inbox_routes.router, feed_routes.router, webhook_routes.router),
    tags={
        "inbox": "What happened to what an organisation has, told to its members.",
        "changes": "What happens, in one order without gaps: the public's, and a member's own besides.",
        "webhooks": "What happens, sent to an address of one's own, signed.",
    },
    scope="delivery",
    events=events_in(webhook_events),
    sync_handlers=SYNC_HANDLERS,
    notifications=NOTIFICATION_TEMPLATES,
    sweeps=(jobs.sweep, inbox_sweep),
    usage_counters=(usage,),
    personal_data=(
        PersonalData(
            column=table_of(Message).c.actor,
            purpose=Text("不向行为人本人通知", "nobody is told of what he did himself"),
            erasure=Erasure.PSEUDONYMISED,
            kept_because=Text("单位的收件箱仍需要这些消息。", "the organisation's inbox still shows the messages"),
            shows=("id", "organisation_id", "type", "subject", "at"),
        ),
        PersonalData(column=table_of(MessageMark).c.user_id, purpose=READING, erasure=Erasure.DELETED),
        PersonalData(column=table_of(Inbox).c.user_id, purpose=READING, erasure=Erasure.DELETED),
    ),
)
