"""What members are told of pledges of licence income, and in which words."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.receivable_pledges import events


def _template(zh: str, en: str, *, legal: bool = False) -> NotificationTemplate:
    return NotificationTemplate("financing", Text(zh, en), legal=legal, confidential=True)


NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    events.ReceivablePledgeAsked: _template(
        "许可方拟以许可收入出质，请被许可方答复。",
        "A licensor wants to pledge what a licence brings in; the licensee is asked to consent.",
    ),
    events.ReceivablePledgeConsented: _template(
        "被许可方已同意许可收入出质。", "The licensee has consented to the pledge of a licence's income."
    ),
    events.ReceivablePledgeRefused: _template(
        "被许可方未同意许可收入出质。", "The licensee has not consented to the pledge of a licence's income."
    ),
    events.ReceivablePledgeRegistered: _template(
        "许可收入的质押已登记；付款前请查看该质押。",
        "The pledge of a licence's income is registered; look at it before you pay.",
        legal=True,
    ),
    events.ReceivablePledgeReleased: _template(
        "许可收入的质押已解除。", "The pledge of a licence's income is released.", legal=True
    ),
    events.ReceivablePledgeWithdrawn: _template(
        "许可方已撤回许可收入的质押。", "The licensor does not pledge a licence's income after all."
    ),
}
