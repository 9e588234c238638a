"""What members are told of what becomes of their webhooks."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.delivery.webhooks.codes import DisabledBecause
from backend.delivery.webhooks.events import WebhookDisabled, WebhookSecretsKnown

NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    WebhookSecretsKnown: NotificationTemplate(
        "webhooks",
        Text(
            "一名成员已离开或不再是所有者，可能知道回调地址的密钥。请所有者逐一更换："
            "GET /v1/webhooks，POST /v1/webhooks/…/secret-renewal。",
            "A member who left, or is an owner no longer, may know the secrets of your webhooks. An owner should renew"
            " each: GET /v1/webhooks, POST /v1/webhooks/…/secret-renewal.",
        ),
    ),
    WebhookDisabled: NotificationTemplate(
        "webhooks",
        Text("一个回调地址已停用。", "A webhook was disabled."),
        by="because",
        texts={
            DisabledBecause.FAILING: Text(
                "一个回调地址连续三天发送失败，已停用。",
                "A webhook was disabled: for three days nothing could be sent.",
            ),
            DisabledBecause.GONE: Text(
                "一个回调地址回答 410，已停用。", "A webhook was disabled: its address answered 410."
            ),
        },
    ),
}
