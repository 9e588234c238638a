"""What members are told of events of patents and holdings, and in which words."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.patents.codes import HoldingState, LegalStatus
from backend.patents.events import (
    HoldingAsserted,
    HoldingDisputed,
    HoldingEnded,
    HoldingVerified,
    PatentsMerged,
    PatentStatusChanged,
)
from backend.reference.lists import label

HOLDINGS: Final = "holdings"
PATENTS: Final = "patents"


def _standing(status: LegalStatus) -> Text:
    zh, en = (label("legal-statuses", status.value, language) for language in ("zh", "en"))
    return Text(f"专利法律状态变更为：{zh}。", f"A patent's legal status has changed: {en}.")


NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    HoldingAsserted: NotificationTemplate(
        HOLDINGS,
        Text(
            "贵机构持有的专利新增了一名权利人，由其他权利人指定或接受。如不属实，请对该持有关系提出争议。",
            "Another holder of a patent of yours was named or accepted by one of its holders. If it is not so, dispute "
            "its holding.",
        ),
        by="state",
        texts={
            HoldingState.VERIFIED: Text(
                "登记机关为贵机构持有的专利记录了另一权利人。",
                "An office has recorded another holder of a patent of yours.",
            ),
        },
    ),
    HoldingVerified: NotificationTemplate(HOLDINGS, Text("持有关系已核实。", "A holding was verified.")),
    HoldingDisputed: NotificationTemplate(HOLDINGS, Text("持有关系被提出争议。", "A holding is disputed."), legal=True),
    HoldingEnded: NotificationTemplate(HOLDINGS, Text("持有关系已结束。", "A holding has ended."), legal=True),
    PatentStatusChanged: NotificationTemplate(
        PATENTS,
        Text("专利法律状态已变更。", "A patent's legal status has changed."),
        by="legal_status",
        texts={status: _standing(status) for status in LegalStatus},
    ),
    PatentsMerged: NotificationTemplate(
        PATENTS,
        Text("两条专利记录经号码核对为同一专利，已合并。", "Two entries proved to be one patent and have become one."),
    ),
}
