"""What members are told of matches."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.matching.events import ListingObjectionsSummed, ListingsFoundForNeed, NeedsFoundForHolder

MATCHES: Final = "matches"
NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    ListingsFoundForNeed: NotificationTemplate(
        MATCHES,
        Text("您的需求有 {count} 条新的匹配专利。", "New listings that match your need: {count}."),
    ),
    NeedsFoundForHolder: NotificationTemplate(
        MATCHES,
        Text("有一条技术需求与贵方 {count} 件挂牌专利匹配。", "A new need matches listings of yours: {count}."),
    ),
    ListingObjectionsSummed: NotificationTemplate(
        MATCHES,
        Text(
            "已有 {askers} 家需求方说明了未选用该挂牌的原因，可查看汇总。",
            "{askers} askers have said what keeps them from taking the listing; the sums can be read.",
        ),
    ),
}
