"""What members are told of pledges, and in which words; what begins or ends a right is told whatever was chosen."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.pledges import events
from backend.pledges.codes import ProceedsUse, WatchKind
from backend.pledges.collateral.watch import ADVICE

PLEDGES: Final = "financing"
WATCHED: Final = {
    WatchKind.ANNUITY_DUE: Text("出质专利的年费即将到期。", "An annuity of a pledged patent falls due soon."),
    WatchKind.ANNUITY_MISSED: Text("出质专利的年费未缴。", "An annuity of a pledged patent was not paid."),
    WatchKind.INVALIDATION_REQUESTED: Text(
        "出质专利被请求宣告无效。", "The invalidation of a pledged patent was requested."
    ),
    WatchKind.INVALIDATED: Text("出质专利被宣告无效。", "A pledged patent was invalidated, in whole or in part."),
    WatchKind.SUSPENDED: Text("出质专利的程序已中止。", "The proceedings on a pledged patent are suspended."),
    WatchKind.RIGHT_ENDED: Text("出质专利的权利已终止。", "The right of a pledged patent has ended."),
    WatchKind.HOLDER_CHANGED: Text("出质专利的权利人已变更。", "A pledged patent has passed to another holder."),
    WatchKind.LICENCE_ENDED: Text("出质专利的一项许可已结束。", "A licence of a pledged patent has ended."),
    WatchKind.LICENCE_WITHOUT_CONSENT: Text(
        "出质专利在登记后被许可而未经质权人同意。",
        "A pledged patent was licensed after the registration without the pledgee's consent.",
    ),
    WatchKind.INSOLVENCY: Text("出质人的破产程序已被记录。", "Insolvency proceedings of a pledgor are on record."),
    WatchKind.REAPPRAISAL_DUE: Text("质物价值应重新评估。", "The collateral is to be appraised again."),
    WatchKind.RELEASE_OVERDUE: ADVICE[WatchKind.RELEASE_OVERDUE],
}


def _template(zh: str, en: str, *, legal: bool = False) -> NotificationTemplate:
    return NotificationTemplate(PLEDGES, Text(zh, en), legal=legal, confidential=True)


NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    events.PledgeDrafted: _template(
        "质押合同已拟定，请登录查看并签署。", "A pledge contract was drawn up; sign in to read it and sign."
    ),
    events.PledgeConfirmed: _template(
        "质押的一方已确认待确认事项。", "A side of a pledge has confirmed what the office would ask about."
    ),
    events.PledgeFiled: _template("质押登记已申请。", "The registration of a pledge was applied for."),
    events.PledgeRegistered: _template(
        "质押已登记，质权自登记日设立。", "A pledge is registered; it stands.", legal=True
    ),
    events.PledgeRegistrationRefused: _template(
        "质押登记被驳回，理由见该质押。", "The registration of a pledge was refused; the pledge says why.", legal=True
    ),
    events.PledgeCorrectionAsked: _template(
        "登记机关要求补正，请登录查看。", "The office asks for a correction; sign in to read it.", legal=True
    ),
    events.PledgeClaimed: _template(
        "出质人或债务人陈述了登记事项，请质权人核实并登记。",
        "A pledgor or the debtor states what the office did; the pledgee is asked to see to it and record it.",
    ),
    events.PledgeChangeFiled: _template("质押变更登记已申请。", "A change of a pledge was applied for."),
    events.PledgeChangeAgreed: _template("一方已同意质押变更。", "A side has agreed to a change of a pledge."),
    events.PledgeChangeDecided: _template(
        "质押变更登记已有结果。", "The office has decided about a change of a pledge.", legal=True
    ),
    events.PledgeReleaseDue: _template(
        "债务已清偿，质权人须在期限内办理质押注销。",
        "The debt is paid: the pledgee has to have the pledge released in time.",
        legal=True,
    ),
    events.PledgeReleaseOverdue: _template(
        "债务已清偿，质押注销已逾期。", "The debt is paid, and the release of the pledge is overdue.", legal=True
    ),
    events.PledgeReleaseFiled: _template("质押注销已申请。", "The release of a pledge was applied for."),
    events.PledgeReleased: _template("质押已注销，专利不再受其约束。", "A pledge is released.", legal=True),
    events.PledgedPatentReleased: _template(
        "质押中的一件专利已解除质押。", "One patent of a pledge is free of it.", legal=True
    ),
    events.PledgeReleaseRefused: _template(
        "质押注销未获登记，质押继续有效。", "The release of a pledge was not registered; it stands on.", legal=True
    ),
    events.PledgeDefaulted: _template(
        "质权人记录了违约，可实现质权。", "The pledgee records a default; the pledge may be realised.", legal=True
    ),
    events.PledgeCured: _template(
        "违约已补救，质押照旧。", "A default is cured; the pledge stands as before.", legal=True
    ),
    events.PledgeDisposalRecorded: _template(
        "质权已部分或全部实现，分配见该质押。",
        "Pledged patents were realised; see who gets what.",
        legal=True,
    ),
    events.PledgeDisposed: _template("质权的实现已结束。", "The realisation of a pledge is closed.", legal=True),
    events.PledgeRevoked: _template("质押已放弃或被撤销。", "A pledge was given up or revoked.", legal=True),
    events.PledgeProceedsReceived: _template(
        "质押期间的许可收入已记录，应提前清偿或提存，请质权人决定。",
        "A licence brought money in while the patent is pledged; the pledgee says what becomes of it.",
    ),
    events.PledgeProceedsStruck: NotificationTemplate(
        PLEDGES,
        Text(
            "一笔许可付款不再有效，其收益亦同。",
            "A licence payment counts no more, nor do the proceeds that it had brought.",
        ),
        legal=True,
        by="use",
        texts={
            ProceedsUse.EARLY_REPAYMENT.value: Text(
                "已抵充贷款的一笔许可付款不再有效，请出借方按贷款的冲正规则冲正该笔还款。",
                "A licence payment that had repaid part of a loan counts no more; the lender is asked to reverse that "
                "repayment, as any that was recorded wrongly.",
            )
        },
        confidential=True,
    ),
    events.PledgeProceedsReopened: _template(
        "许可收入所作的还款已冲正或未获确认，请质权人重新决定其用途。",
        "The repayment that licence income made was reversed or not confirmed; the pledgee says anew what becomes of "
        "it.",
    ),
    events.PledgeProceedsDecided: _template(
        "质权人已决定许可收入的用途。", "The pledgee has said what becomes of licence income."
    ),
    events.PledgeWatched: NotificationTemplate(
        PLEDGES,
        Text("出质专利有新情况，请登录查看。", "Something happened to a pledged patent; sign in to read what."),
        by="kind",
        texts={kind.value: text for kind, text in WATCHED.items()},
        confidential=True,
    ),
}
