"""What can stand against a step of a loan."""

from typing import Final

from backend.core.errors import Conflict, Malformed, NotFound, NotInState, StepNotYours, Text

READ_IT: Final = Text("请先读取，按其 status 选择操作。", "Read it and choose a step that its status allows.")


class NoSuchLoan(NotFound):
    """There is no such loan, or the caller is no side of it."""

    code = "no_such_loan"
    title = Text("没有找到该贷款", "There is no such loan")


class NoSuchRepayment(NotFound):
    """The loan has no such repayment."""

    code = "no_such_repayment"
    title = Text("没有找到该笔还款", "There is no such repayment")


class NoExtensionProposed(NotFound):
    """Nobody proposes an extension of the loan."""

    code = "no_extension_proposed"
    title = Text("没有待答复的展期提议", "No extension is proposed")


class NoCompensation(NotFound):
    """No scheme shares the loan's risk, or nothing is compensated yet."""

    code = "no_compensation"
    title = Text("该贷款没有风险补偿", "Nothing of the loan is compensated")


class LoanNotInState(NotInState):
    """The loan, repayment or proposal is in a state from which this step does not lead on."""

    code = "loan_not_in_state"
    title = Text("当前状态不能进行此操作", "The state does not allow this step")
    cure = READ_IT


class LoanStepNotYours(StepNotYours):
    """The step belongs to another side of the loan."""

    code = "loan_step_not_yours"


class NotSecured(Conflict):
    """The pledge is not registered: the loan is not disbursed before."""

    code = "loan_not_secured"
    title = Text("质押尚未登记，不能放款", "The pledge is not registered, and the loan is not disbursed before")
    cure = Text("请先办理质押登记并记录登记结果。", "Have the pledge registered first, and the registration recorded.")


class LoanDayOutOfOrder(Malformed):
    """A day lies in the future, or before something that came before it; `errors` says which."""

    code = "loan_day_out_of_order"
    title = Text("日期次序有误", "The day is out of order")
    cure = Text(
        "请改为 errors 所示范围内的日期（UTC+8）；如漏记较早的还款，请先冲正其后的记录，再按日期先后补记。",
        "Name a day that `errors` allows, by China's days (UTC+8). Where an earlier repayment was left out, reverse "
        "those behind it and record all in order.",
    )


class RepaymentExceedsDue(Conflict):
    """A repayment pays what is due and the next instalment at most; `most_fen` says how much that is."""

    code = "repayment_exceeds_due"
    title = Text("金额超过当日应还与下一期应还之和", "The amount is more than what is due and the next instalment")
    detail = Text("当日最多 {most_fen} 分。", "On that day {most_fen} fen at most.")
    cure = Text(
        "超出部分属提前还款：请用 GET 与 POST /v1/loans/…/early-repayment。",
        "More than that is an early repayment: GET and POST /v1/loans/…/early-repayment.",
    )
    rule = "Civil Code, art. 677"
    shows = ("most_fen",)


class NothingOwed(Conflict):
    """Nothing is owed of the loan on that day."""

    code = "nothing_owed"
    title = Text("该贷款当日无欠款", "Nothing of the loan is owed on that day")
    cure = Text(
        "无须还款；请核对日期与 GET …/statement。", "Nothing is to be paid: check the day, and GET …/statement of it."
    )


class MoreThanOwed(Conflict):
    """The principal to be repaid early is more than what is outstanding; `outstanding_fen` says how much that is."""

    code = "more_than_outstanding"
    title = Text("提前归还的本金超过未到期本金", "That principal is more than what is not yet due")
    detail = Text("未到期本金 {outstanding_fen} 分。", "{outstanding_fen} fen of principal are not yet due.")
    cure = Text("请填写不超过该数的本金，或填 null 表示全部。", "Name no more than that, or null for all of it.")
    shows = ("outstanding_fen",)


class EarlyRepaymentAmountWrong(Conflict):
    """The amount is not what the early repayment takes on that day; `amount_fen` says what it takes."""

    code = "early_repayment_amount_wrong"
    title = Text("金额与当日提前还款应付总额不符", "The amount is not what the early repayment takes on that day")
    detail = Text("当日应付 {amount_fen} 分。", "On that day it takes {amount_fen} fen.")
    cure = Text(
        "请先用 GET 取得当日的试算。", "GET the quote for that day first; it says what is due, interest and principal."
    )
    rule = "Civil Code, art. 677"
    shows = ("amount_fen",)


class ExtensionNotLonger(Malformed):
    """An extension makes the term longer, and is agreed before the loan ends."""

    code = "extension_not_longer"
    title = Text("展期须长于现有期限", "An extension makes the term longer")
    detail = Text("现有期限 {term_months} 个月。", "The term is {term_months} months now.")
    cure = Text(
        "请填写长于现有期限的总月数。",
        "Name a term, in months from the disbursement on, that is longer than the present one.",
    )


class SomethingOverdue(Conflict):
    """Something is due and not paid: it is paid before the loan is extended."""

    code = "loan_something_due"
    title = Text("有已到期未付的款项", "Something is due and not paid")
    detail = Text("到期未付 {due_fen} 分。", "{due_fen} fen are due and not paid.")
    cure = Text("请先付清到期款项。", "Have what is due paid first.")
    shows = ("due_fen",)


class ExtensionProposedAlready(Conflict):
    """An extension is proposed already and waits for its answer."""

    code = "extension_proposed_already"
    title = Text("已有展期提议待答复", "An extension is proposed already")
    cure = Text("请先答复或撤回该提议。", "Have it answered or withdrawn first.")


class NotLatestEntry(Conflict):
    """Something was recorded after the repayment: entries are reversed from the last one backwards."""

    code = "not_latest_entry"
    title = Text("其后还有记录，不能先冲正此笔", "Something was recorded after it")
    cure = Text("请自最后一笔起逐笔冲正。", "Reverse from the last entry backwards; an agreed extension stays.")


class TooManyEntries(Conflict):
    """The loan's account is full."""

    code = "too_many_loan_entries"
    title = Text("该贷款的记录过多", "The loan has too many entries")
    detail = Text("最多 {limit} 笔。", "At most {limit}.")
    cure = Text("请合并记录后再试。", "Record several payments of a day as one.")


class TooManyClaims(Conflict):
    """Too many repayments wait for the lender's word."""

    code = "too_many_repayment_claims"
    title = Text("待出借方确认的还款过多", "Too many repayments wait for the lender's word")
    detail = Text("最多 {limit} 笔。", "At most {limit}.")
    cure = Text("请等待出借方答复，或撤回其中一些。", "Wait for the lender's answer, or withdraw some of them.")


class RepaymentClaimedAlready(Conflict):
    """The borrower has claimed this already, of the same day and amount, and the lender has not answered yet."""

    code = "repayment_claimed_already"
    title = Text("该笔还款已申报，待出借方确认", "That repayment is claimed already, and waits for the lender")
    detail = Text("见 {repayment_id}。", "See {repayment_id}.")
    cure = Text(
        "请等待出借方答复，或先撤回该申报；同日多笔付款请合并为一笔申报。",
        "Wait for the lender's answer, or withdraw that claim first; claim several payments of one day as their sum.",
    )
    shows = ("repayment_id",)


class CompensationAsked(Malformed):
    """The scheme does not say this, and the lender has not either; `errors` names what it is to state."""

    code = "compensation_terms_unknown"
    title = Text("方案未载明补偿条件", "The scheme does not say how it compensates")
    cure = Text("请按方案文件原文填写。", "State what the scheme's text or the contract says.")


class SchemeSaysItself(Malformed):
    """The scheme says this itself: it is not for the lender to state; `errors` names it."""

    code = "scheme_says_itself"
    title = Text("方案已载明，无须填写", "The scheme says this itself")
    cure = Text("请去掉该项后重发。", "Leave it out and send it again.")


class CompensatedAlready(Conflict):
    """The loan's compensation stands already."""

    code = "compensated_already"
    title = Text("该贷款的补偿已计算", "The loan's compensation is computed already")
    cure = Text("无须再填；请读取 GET …/compensation。", "Nothing more is to be stated: read GET …/compensation.")


class NotYetCompensated(Conflict):
    """The scheme compensates later: `compensates_at` says when."""

    code = "not_yet_compensated"
    title = Text("尚未到补偿时点", "The scheme does not compensate yet")
    detail = Text("该方案在 {compensates_at} 时补偿。", "The scheme compensates at: {compensates_at}.")
    cure = Text(
        "请在违约（default）或处置完毕（after_disposal）之后再填。",
        "State it once there is a default (`default`), or the realisation is closed (`after_disposal`).",
    )
    shows = ("compensates_at",)
