"""What members are told of licences, and in which words."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.licences.events import (
    LicenceContested,
    LicenceContestEnded,
    LicenceEffective,
    LicenceExpired,
    LicencePaymentRecorded,
    LicencePaymentStruck,
    LicencePaymentWithdrawn,
    LicenceRecordalDue,
    LicenceRecordalFiled,
    LicenceRecordalOverdue,
    LicenceRecorded,
    LicenceReinstated,
    LicenceStarted,
    LicenceTerminated,
    LicenceVoid,
    LicensorContested,
    LicensorContestEnded,
    RoyaltyCorrected,
    RoyaltyOverdue,
    RoyaltyReported,
)

LICENCES: Final = "licences"

NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    LicenceEffective: NotificationTemplate(
        LICENCES, Text("许可合同已生效。", "A licence has taken effect."), legal=True
    ),
    LicenceStarted: NotificationTemplate(LICENCES, Text("许可期限已开始。", "A licence has begun.")),
    LicencePaymentRecorded: NotificationTemplate(
        LICENCES, Text("已登记一笔许可使用费。", "A payment was recorded."), legal=True
    ),
    LicencePaymentWithdrawn: NotificationTemplate(
        LICENCES, Text("被许可人撤回了一笔付款记录。", "The licensee withdrew a payment that it had recorded.")
    ),
    LicensorContested: NotificationTemplate(
        LICENCES,
        Text(
            "经主管机关或平台认定，许可人并非该专利的权利人；许可在作出决定前视为有争议。",
            "An office found that the licensor never held the patent; the licence is contested until it is decided.",
        ),
        legal=True,
    ),
    LicensorContestEnded: NotificationTemplate(
        LICENCES, Text("对许可人权利的质疑已有决定，许可有效。", "It was decided that the licence stands."), legal=True
    ),
    LicenceContested: NotificationTemplate(
        LICENCES,
        Text(
            "许可人对付款提出异议；双方可查看理由，结果另行通知。",
            "The licensor contests a payment; the licence says why. Both sides are told how it ends.",
        ),
        legal=True,
    ),
    LicenceContestEnded: NotificationTemplate(
        LICENCES, Text("付款异议已结束，许可有效。", "A contest is over; the licence stands."), legal=True
    ),
    LicenceVoid: NotificationTemplate(
        LICENCES, Text("付款异议成立，许可无效。", "A contest was upheld: the licence is void."), legal=True
    ),
    LicencePaymentStruck: NotificationTemplate(
        LICENCES,
        Text("付款异议成立，该笔款项视为未付。", "A contest was upheld: that payment does not count."),
        legal=True,
    ),
    LicenceRecordalDue: NotificationTemplate(
        LICENCES,
        Text(
            "许可合同备案期限将至；许可人或被许可人任一方可向专利局办理，并在此登记。",
            "A licence's recordal falls due: either side can file it with the office, and enter here that it has.",
        ),
        legal=True,
    ),
    LicenceRecordalOverdue: NotificationTemplate(
        LICENCES,
        Text(
            "许可合同备案期限已过；请尽快向专利局办理，并在此登记。",
            "A licence's recordal is overdue: file it with the office soon, and enter here that you have.",
        ),
        legal=True,
    ),
    LicenceRecordalFiled: NotificationTemplate(
        LICENCES, Text("许可合同已提交备案。", "A licence was filed for recordal.")
    ),
    LicenceRecorded: NotificationTemplate(LICENCES, Text("许可合同已备案。", "A licence was recorded.")),
    RoyaltyReported: NotificationTemplate(LICENCES, Text("已报告许可使用费。", "A royalty report was submitted.")),
    RoyaltyCorrected: NotificationTemplate(LICENCES, Text("许可使用费报告已更正。", "A royalty report was corrected.")),
    RoyaltyOverdue: NotificationTemplate(
        LICENCES,
        Text(
            "使用费报告或付款逾期；被许可人应补报、补付，许可人可查看逾期清单。",
            "A royalty report or its payment is overdue: the licensee reports and pays; the licensor finds it listed.",
        ),
        legal=True,
    ),
    LicenceTerminated: NotificationTemplate(
        LICENCES, Text("许可已终止。", "A licence has ended before its term."), legal=True
    ),
    LicenceReinstated: NotificationTemplate(
        LICENCES,
        Text(
            "专利权已恢复，随之终止的许可继续有效；终止时缩短的报告期恢复至原截止日，须重新报告。",
            "A right was restored, and the licence that had ended with it goes on; a reporting period that the end had "
            "cut short runs to its own end again and is reported anew.",
        ),
        legal=True,
    ),
    LicenceExpired: NotificationTemplate(LICENCES, Text("许可期限届满。", "A licence's term is over."), legal=True),
}
