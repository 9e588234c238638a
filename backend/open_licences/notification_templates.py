"""What members are told of open licences and notices, and in which words."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.licences.notification_templates import LICENCES
from backend.open_licences.events import (
    ConfirmationOverdue,
    DutyOverdue,
    NoticeEnded,
    NoticeGiven,
    NoticeLapsed,
    NoticePaymentConfirmed,
    NoticePaymentContested,
    NoticePaymentRecorded,
    NoticePaymentStruck,
    NoticePaymentToBeConfirmed,
    NoticePaymentWithdrawn,
    OpenLicenceAnnounced,
    OpenLicenceExpired,
    OpenLicenceFiled,
    OpenLicenceRefused,
    OpenLicenceResumed,
    OpenLicenceRevoked,
    OpenLicenceSubmitted,
    OpenLicenceSuspended,
    OpenLicenceTerminated,
    OpenLicenceWithdrawalFiled,
    OpenLicenceWithdrawalRefused,
    OpenLicenceWithdrawn,
)

OPEN: Final = "open_licences"

NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    OpenLicenceSubmitted: NotificationTemplate(OPEN, Text("开放许可声明已提交。", "A declaration was submitted.")),
    OpenLicenceFiled: NotificationTemplate(
        OPEN, Text("开放许可声明已向专利局提出。", "A declaration was filed with the office.")
    ),
    OpenLicenceAnnounced: NotificationTemplate(
        OPEN, Text("开放许可已公告。", "An open licence was announced."), legal=True
    ),
    OpenLicenceRefused: NotificationTemplate(
        OPEN, Text("开放许可声明未予公告。", "The office refused a declaration."), legal=True
    ),
    OpenLicenceSuspended: NotificationTemplate(
        OPEN,
        Text(
            "开放许可出现不得实行的情形，平台已暂停；权利人应及时撤回声明并通知被许可人。",
            "Something bars an open licence: it cannot be taken now. Its holder should withdraw it promptly and tell "
            "the licensees.",
        ),
        legal=True,
    ),
    OpenLicenceResumed: NotificationTemplate(
        OPEN, Text("开放许可已恢复。", "An open licence can be taken again."), legal=True
    ),
    OpenLicenceWithdrawalFiled: NotificationTemplate(OPEN, Text("已提出撤回开放许可声明。", "A withdrawal was filed.")),
    OpenLicenceWithdrawalRefused: NotificationTemplate(
        OPEN, Text("撤回未获准，开放许可继续。", "A withdrawal was refused."), legal=True
    ),
    OpenLicenceWithdrawn: NotificationTemplate(
        OPEN,
        Text("开放许可声明已公告撤回；已取得的许可继续有效。", "An open licence was withdrawn; licences taken run on."),
        legal=True,
    ),
    OpenLicenceTerminated: NotificationTemplate(
        OPEN, Text("开放许可已被终止。", "An open licence was terminated."), legal=True
    ),
    OpenLicenceRevoked: NotificationTemplate(
        OPEN, Text("开放许可声明已被撤销。", "An open licence was revoked."), legal=True
    ),
    OpenLicenceExpired: NotificationTemplate(
        OPEN, Text("开放许可期限届满。", "An open licence's term is over."), legal=True
    ),
    DutyOverdue: NotificationTemplate(
        OPEN,
        Text("撤回声明或通知被许可人的期限已过。", "The time to withdraw, or to tell the licensees, is over."),
        legal=True,
    ),
    NoticeGiven: NotificationTemplate(
        LICENCES,
        Text(
            "收到开放许可实施通知；权利人无需接受，起始应付款项（如有）付清后许可即生效。",
            "A notice was given under an open licence. The holder need not accept it: once what is due at the start "
            "is paid, it makes a licence.",
        ),
        legal=True,
    ),
    NoticePaymentRecorded: NotificationTemplate(
        LICENCES, Text("已登记一笔许可使用费。", "A payment was recorded."), legal=True
    ),
    NoticePaymentToBeConfirmed: NotificationTemplate(
        LICENCES,
        Text(
            "有一笔付款登记较晚，须经许可人确认后方计入；款项未收到的，请许可人提出异议。",
            "A payment was told late: it counts once the licensor confirms it, who contests it if it did not come.",
        ),
        legal=True,
    ),
    NoticePaymentConfirmed: NotificationTemplate(
        LICENCES,
        Text("登记较晚的付款已获确认，自到账日起计入。", "A payment told late counts, from its value date."),
        legal=True,
    ),
    NoticePaymentContested: NotificationTemplate(
        LICENCES,
        Text(
            "许可人对登记较晚的付款提出异议，由平台或主管机构决定。",
            "The licensor contests a payment told late; the platform or an authority decides.",
        ),
        legal=True,
    ),
    NoticePaymentStruck: NotificationTemplate(
        LICENCES,
        Text("登记较晚的付款经决定不予计入。", "It was decided that a payment told late does not count."),
        legal=True,
    ),
    NoticePaymentWithdrawn: NotificationTemplate(
        LICENCES, Text("被许可人撤回了一笔付款记录。", "The licensee withdrew a payment that it had recorded.")
    ),
    ConfirmationOverdue: NotificationTemplate(
        LICENCES,
        Text(
            "登记较晚的付款逾期未获许可人答复；许可人仍可确认或提出异议，平台或主管机构可作决定。",
            "A payment told late still waits for the licensor's answer: it can be confirmed or contested, and the "
            "platform or an authority can decide.",
        ),
        legal=True,
    ),
    NoticeLapsed: NotificationTemplate(
        LICENCES, Text("通知因未按期付款失效。", "A notice lapsed: it was not paid in time."), legal=True
    ),
    NoticeEnded: NotificationTemplate(
        LICENCES,
        Text("开放许可终了，未付款的通知终止。", "An unpaid notice ended with the open licence."),
        by="reason",
        texts={
            "withdrawn": Text("被许可人已撤回未付款的通知。", "The licensee withdrew an unpaid notice."),
            "withdrawal_announced": Text(
                "开放许可声明已公告撤回，未付款的通知终止。", "An unpaid notice ended: the open licence was withdrawn."
            ),
            "open_licence_terminated": Text(
                "开放许可已被终止，未付款的通知终止。", "An unpaid notice ended: the open licence was terminated."
            ),
            "open_licence_revoked": Text(
                "开放许可声明已被撤销，未付款的通知终止。", "An unpaid notice ended: the open licence was revoked."
            ),
            "open_licence_expired": Text(
                "开放许可期限届满，未付款的通知终止。", "An unpaid notice ended: the open licence's term is over."
            ),
        },
        legal=True,
    ),
}
