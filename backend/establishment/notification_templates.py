"""What members are told of requests to be heard as a holder, and in which words."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.establishment.events import (
    EstablishmentAccepted,
    EstablishmentProposed,
    EstablishmentRefused,
    EstablishmentWithdrawn,
)

HOLDINGS: Final = "holdings"

NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    EstablishmentProposed: NotificationTemplate(
        HOLDINGS,
        Text(
            "一家已核验的单位附证明申请确认为贵机构所持专利的权利人；在贵机构接受或主管机关决定之前不发生任何变化。",
            "A verified organisation asks, with evidence, to be heard as a holder of a patent of yours; nothing "
            "changes until you accept it or an office decides.",
        ),
        legal=True,
    ),
    EstablishmentAccepted: NotificationTemplate(
        HOLDINGS,
        Text("权利人确认申请已被接受。", "A request to be heard as a holder was accepted."),
    ),
    EstablishmentRefused: NotificationTemplate(
        HOLDINGS,
        Text(
            "权利人确认申请被拒绝，理由见该申请；可由主管机关或平台复核。",
            "A request to be heard as a holder was refused; it says why. An office may still decide it.",
        ),
    ),
    EstablishmentWithdrawn: NotificationTemplate(
        HOLDINGS,
        Text("权利人确认申请已撤回。", "A request to be heard as a holder was withdrawn."),
    ),
}
