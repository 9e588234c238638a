"""What members are told of their alerts."""

from collections.abc import Mapping
from typing import Final

from backend.alerts.events import AlertHitsFound
from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate

NOTIFICATION_TEMPLATES: Final[Mapping[type[EventPayload], NotificationTemplate]] = {
    AlertHitsFound: NotificationTemplate(
        "alerts",
        Text("您的一项提醒有 {total} 条新结果。", "An alert of yours has new results: {total}."),
    ),
}
