"""What members are told of events of listings, and in which words; what comes in bulk is told once, as a whole."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.listings.events import (
    ListingDelisted,
    ListingPublished,
    ListingRefused,
    ListingResumed,
    ListingsChangedInBulk,
    ListingSuspended,
)
from backend.listings.rules import Side

LISTINGS: Final = "listings"


NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    ListingPublished: NotificationTemplate(LISTINGS, Text("挂牌已公开。", "A listing is shown to the public.")),
    ListingRefused: NotificationTemplate(
        LISTINGS, Text("挂牌申请被退回，理由见挂牌页面。", "A listing was refused; it says why.")
    ),
    ListingSuspended: NotificationTemplate(
        LISTINGS,
        Text("挂牌已暂停。", "A listing was suspended."),
        by="suspended_by",
        texts={
            Side.PLATFORM: Text("挂牌被平台暂停，理由见挂牌页面。", "The platform suspended a listing; it says why."),
            Side.LEGAL_STATUS: Text(
                "专利权不再存续，挂牌已暂停。", "A listing was suspended: the patent's right does not stand any more."
            ),
            Side.HOLDING: Text(
                "持有关系已结束、有争议或未获认证，挂牌已暂停。",
                "A listing was suspended: the holding has ended, is disputed, or its holder is not verified.",
            ),
        },
    ),
    ListingResumed: NotificationTemplate(LISTINGS, Text("挂牌已恢复公开。", "A listing is shown to the public again.")),
    ListingDelisted: NotificationTemplate(LISTINGS, Text("挂牌已撤下。", "A listing was taken down.")),
    ListingsChangedInBulk: NotificationTemplate(
        LISTINGS,
        Text(
            "批量操作结束：{done} 件挂牌已办，{rejected} 件未办；各件结果与理由见该任务的结果列表。",
            "A bulk change is over: {done} listings done, {rejected} not; the job's results say of each why.",
        ),
        by="by",
        texts={
            Side.PLATFORM: Text(
                "平台批量处理了贵机构的 {done} 件挂牌；状态与理由见各挂牌页面。",
                "The platform changed {done} of your listings at once; each says what and why.",
            ),
        },
    ),
}
