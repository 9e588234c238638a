"""What members are told of loans, and in which words; no sentence has an amount or a word that anybody wrote."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.loans import events


def _template(zh: str, en: str, *, legal: bool = False) -> NotificationTemplate:
    return NotificationTemplate("financing", Text(zh, en), legal=legal, confidential=True)


NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    events.LoanSecured: _template(
        "一笔贷款的质押登记已有记录，出借方可以放款。",
        "The registration of a loan's pledge is on record; the lender may disburse the loan.",
    ),
    events.LoanSecurityLost: _template(
        "一笔贷款的质押登记已失效，请登录查看。",
        "The registration of a loan's pledge does not stand any more; sign in to read more.",
        legal=True,
    ),
    events.LoanDisbursed: _template(
        "一笔贷款已放款，利率已确定；还款计划请登录查看。",
        "A loan was disbursed and its rate is fixed; sign in to read its schedule.",
        legal=True,
    ),
    events.RepaymentClaimed: _template(
        "借款人称已还款，待出借方确认。", "The borrower says that it has paid; the lender is asked to confirm it."
    ),
    events.RepaymentRecorded: _template(
        "一笔还款已记录，抵充情况请登录查看。", "A repayment is recorded; sign in to read what it counts for."
    ),
    events.RepaymentRefused: _template(
        "出借方未确认一笔还款，理由请登录查看。",
        "The lender does not confirm a repayment; sign in to read why.",
        legal=True,
    ),
    events.RepaymentReversed: _template(
        "出借方已冲正一笔记错的还款，理由请登录查看。",
        "The lender has reversed a repayment that was recorded wrongly; sign in to read why.",
        legal=True,
    ),
    events.LoanCostsEntered: _template(
        "出借方已登记实现债权的费用，请登录查看。", "The lender has entered costs of enforcement; sign in to read them."
    ),
    events.LoanOverdue: _template(
        "一笔贷款有到期未付的款项，正按约定计收罚息。",
        "An instalment of a loan was not paid on its day; it bears the penalty of the terms.",
        legal=True,
    ),
    events.LoanCaughtUp: _template("一笔贷款的逾期款项已付清。", "What was overdue of a loan is paid."),
    events.LoanDefaulted: _template("一笔贷款已被宣布违约。", "A default of a loan was declared.", legal=True),
    events.LoanCured: _template("一笔贷款的违约已补救，贷款继续。", "A default is cured, and the loan goes on."),
    events.ExtensionProposed: _template(
        "一笔贷款的一方提议展期，请登录查看并答复。",
        "One side of a loan proposes a longer term; sign in to read it and answer.",
    ),
    events.ExtensionRefused: _template("一笔贷款的展期提议未被接受。", "An extension of a loan was refused."),
    events.ExtensionWithdrawn: _template("一笔贷款的展期提议已撤回。", "The proposal to extend a loan is withdrawn."),
    events.LoanExtended: _template(
        "一笔贷款已展期；保证人未书面同意的，请注意保证责任。",
        "A loan was extended; a guarantor that has not agreed in writing should look at what it stands for.",
        legal=True,
    ),
    events.LoanRepaid: _template("一笔贷款已还清。", "A loan is repaid.", legal=True),
    events.LoanCompensated: _template(
        "一笔贷款的风险补偿已计算，分担情况请登录查看。",
        "What a scheme bears of a loan is worked out; sign in to read who bears what.",
        legal=True,
    ),
    events.CompensationVoided: _template(
        "一笔贷款的违约已补救，已作的补偿应当退回。",
        "A default that was compensated is cured; what the scheme bore is to be given back.",
        legal=True,
    ),
    events.RecoveryRecorded: _template(
        "一笔贷款有追偿收回，分配情况请登录查看。", "Money was recovered of a loan; sign in to read who gets what."
    ),
    events.LoanClosed: _template(
        "一笔贷款的处置已完结，账户已结清。",
        "The realisation of a loan's collateral is closed, and its account with it.",
        legal=True,
    ),
}
