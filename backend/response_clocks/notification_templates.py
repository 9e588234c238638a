"""What members are told of clocks, and in which words."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.response_clocks.events import ResponseDue, ResponseOverdue

RESPONSES: Final = "responses"

NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    ResponseDue: NotificationTemplate(
        RESPONSES,
        Text(
            "有一项询问等待贵机构答复，请于 {due_on} 前答复。",
            "Somebody waits for your organisation's answer; it is due by {due_on}.",
        ),
        confidential=True,
    ),
    ResponseOverdue: NotificationTemplate(
        RESPONSES,
        Text(
            "一项询问在 {due_on} 前未获答复，已告知平台；仍可答复。",
            "A question was not answered by {due_on}; the platform knows, and an answer is still possible.",
        ),
        confidential=True,
    ),
}
