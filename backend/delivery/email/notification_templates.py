"""What members are told of e-mail addresses, and in which words."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.delivery.email.events import EmailAddressStopped

MEMBERS: Final = "members"

NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    EmailAddressStopped: NotificationTemplate(
        MEMBERS,
        Text(
            "一名成员的邮箱退信，平台已停止向其发送邮件，通知仍在收件箱；本人可在 GET /v1/me/notification-settings "
            "查看，重新确认邮箱后恢复。",
            "E-mails to a member's address came back, and none is sent there any more; the inbox has everything. Whose "
            "it is finds it at GET /v1/me/notification-settings, and lifts it by confirming the address again.",
        ),
    ),
}
