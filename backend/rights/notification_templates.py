"""What members are told of rights and consents, and in which words."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.rights.events import (
    ConsentAsked,
    ConsentGiven,
    ConsentRefused,
    ConsentRevoked,
    RightCarriedOver,
    RightCarveOutCorrected,
    RightCorrected,
    RightEnded,
    RightRecorded,
    RightResumed,
    RightSigned,
)

RIGHTS: Final = "rights"
CONSENTS: Final = "consents"

NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    RightRecorded: NotificationTemplate(
        RIGHTS, Text("平台账簿录入了专利上的一项权利。", "A right was recorded on a patent."), legal=True
    ),
    RightEnded: NotificationTemplate(RIGHTS, Text("专利上的一项权利已终止。", "A right on a patent has ended.")),
    RightResumed: NotificationTemplate(
        RIGHTS, Text("专利上已终止的一项权利恢复。", "A right on a patent that had ended holds again.")
    ),
    RightCorrected: NotificationTemplate(
        RIGHTS, Text("专利上的一项权利记录已更正。", "A right on a patent was corrected.")
    ),
    RightCarveOutCorrected: NotificationTemplate(
        RIGHTS,
        Text(
            "独占或排他许可所保留的一项许可已更正，仍予保留。",
            "A licence that an exclusive or sole one leaves standing was corrected, and is left standing still.",
        ),
    ),
    RightCarriedOver: NotificationTemplate(
        RIGHTS, Text("一项分许可随其所依据许可的更正而转移。", "A sub-licence stands under its licence as corrected.")
    ),
    RightSigned: NotificationTemplate(
        RIGHTS, Text("共有人确认了权利行使协议。", "A co-owner has entered the same agreement.")
    ),
    ConsentAsked: NotificationTemplate(
        CONSENTS,
        Text(
            "有一项行为征求贵单位同意：请核对条款后同意或拒绝；未作答复不视为同意。",
            "Your organisation is asked for its consent: read the terms, then give or refuse it. Silence gives none.",
        ),
        legal=True,
        confidential=True,
    ),
    ConsentGiven: NotificationTemplate(CONSENTS, Text("一项同意已作出。", "A consent was given."), confidential=True),
    ConsentRefused: NotificationTemplate(
        CONSENTS, Text("一项同意被拒绝。", "A consent was refused."), legal=True, confidential=True
    ),
    ConsentRevoked: NotificationTemplate(
        CONSENTS, Text("一项同意已撤销。", "A consent was revoked."), legal=True, confidential=True
    ),
}
