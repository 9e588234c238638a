"""What can stand against a step of a pledge."""

from typing import Final

from backend.core.errors import Conflict, Malformed, NotFound, NotInState, StepNotYours, Text

READ_IT: Final = Text(
    "请先读取该质押，按其 status 选择操作。", "Read the pledge and choose a step that its status allows."
)


class NoSuchPledge(NotFound):
    """There is no such pledge, or the caller has no part in it."""

    code = "no_such_pledge"
    title = Text("没有找到该质押", "There is no such pledge")


class PledgeNotInState(NotInState):
    """The pledge is in a state from which this step does not lead on."""

    code = "pledge_not_in_state"
    title = Text("质押的当前状态不能进行此操作", "The pledge's state does not allow this step")
    cure = READ_IT


class PledgeStepNotYours(StepNotYours):
    """The step belongs to another side of the pledge, or to an office."""

    code = "pledge_step_not_yours"


class PledgeExists(Conflict):
    """The offer has a pledge already; `pledge_id` leads to it."""

    code = "pledge_exists"
    title = Text("该报价已有质押", "The offer has a pledge already")
    detail = Text("见 /v1/pledges/{pledge_id}。", "See /v1/pledges/{pledge_id}.")
    cure = Text("请继续办理该质押。", "Go on with that one.")
    shows = ("pledge_id",)


class OfferNotAccepted(Conflict):
    """A pledge follows an offer that was accepted, and this one was not."""

    code = "offer_not_accepted"
    title = Text("该报价尚未被接受", "The offer has not been accepted")
    cure = Text("企业接受报价后方可设定质押。", "The enterprise accepts an offer first; then the pledge follows.")


class NoPledgor(Conflict):
    """Nobody who holds one of the patents pledges it: it passed to another, or its holder has not agreed."""

    code = "no_pledgor"
    title = Text("有专利没有出质人", "One of the patents has nobody who pledges it")
    cure = Text("请核对权利人，或由其同意出质。", "See who holds it; a third party agrees to pledge it first.")


class ContractNotEffective(Conflict):
    """The pledge contract is not signed by all its sides, so that nothing can be registered."""

    code = "contract_not_effective"
    title = Text("质押合同尚未生效", "The pledge contract is not effective")
    detail = Text("见 /v1/contracts/{contract_id}。", "See /v1/contracts/{contract_id}.")
    cure = Text("请各方先签署合同。", "All sides sign the contract first.")
    shows = ("contract_id",)


class PledgeBarred(Conflict):
    """The registration would be refused, or a party has yet to confirm; `reasons` say why."""

    code = "pledge_barred"
    title = Text("存在不予登记的情形或待确认事项", "The registration would be refused, or awaits a confirmation")
    cure = Text("请按各项理由处理。", "See to what each of the reasons says.")


class NothingToConfirm(Malformed):
    """Nothing of that kind awaits a confirmation."""

    code = "nothing_to_confirm"
    title = Text("没有需要确认的事项", "There is nothing to confirm")
    cure = Text(
        "请核对专利与事项；POST …/registration 未要求确认的，无须确认。",
        "Check patent and ground; what POST …/registration does not ask for needs no confirmation.",
    )


class RegisteredElsewhere(Conflict):
    """Another pledge of the patent stands in the ledger for that day."""

    code = "patent_already_pledged"
    title = Text("该专利在该日已有其他质押登记", "Another pledge of the patent is on record for that day")
    rule = "CNIPA Announcement 461 (2021), pledge registration"
    cure = Text("请先注销原质押或更正记录。", "Have that pledge released, or the record of it corrected.")


class PatentNotInPledge(Malformed):
    """One of the patents is not in this pledge, or is no more."""

    code = "patent_not_in_pledge"
    title = Text("所列专利不在该质押中", "One of the patents is not in this pledge")
    cure = Text(
        "请从该质押 patents 中选择尚未注销、尚未处置的专利。",
        "Name patents of the pledge that are neither released nor realised.",
    )


class DayOutOfOrder(Malformed):
    """The day lies before what it follows, or in the future."""

    code = "day_out_of_order"
    title = Text("日期早于其前一步骤或尚未到来", "The day lies before the step that it follows, or in the future")
    cure = Text(
        "请改为 errors 所示范围内的日期；日期按中国时区（UTC+8）。",
        "Name a day that `errors` allows; days are China's (UTC+8).",
    )


class TooManyPledgeClaims(Conflict):
    """As many claims of one organisation about the pledge wait for the pledgee as may; none is lost for another."""

    code = "too_many_claims"
    title = Text("待质权人确认的陈述过多", "Too many claims wait for the pledgee's word")
    detail = Text("每个单位最多 {limit} 项。", "At most {limit} of each organisation.")
    cure = Text(
        "请等待质权人或主管部门记录结果；记录后相应陈述即告了结。",
        "Wait until the pledgee or an office records what happened: that settles the claims about it.",
    )


class DebtNotPaid(Conflict):
    """The debt is not paid, so that its payment is no reason to release the pledge."""

    code = "debt_not_paid"
    title = Text("债务尚未清偿", "The debt is not paid")
    cure = Text(
        "出借方记录或确认还款；质权人也可放弃质权（reason: waived）。借款人可用 POST /v1/loans/…/repayments 或 "
        "…/early-repayment 申报已付款项，待出借方确认；其他出质人请等待。",
        "The lender records or confirms what was paid; the pledgee may waive the pledge instead (`waived`). The "
        "borrower claims what it paid by POST /v1/loans/…/repayments or …/early-repayment, which waits for the lender; "
        "any other pledgor waits.",
    )


class LoanNotOverdue(Conflict):
    """The loan is neither overdue nor broken otherwise, by what is on record."""

    code = "loan_not_overdue"
    title = Text("贷款没有逾期记录", "The loan is not overdue")
    cure = Text(
        "出借方请说明合同约定的其他违约事由（event）；担保机构作为质权人的，请待贷款逾期。",
        "The lender names the other event of default that the contract has (`event`); a guarantor who is the pledgee "
        "waits until the loan is overdue.",
    )


class NoSuchChange(NotFound):
    """The pledge has no such change."""

    code = "no_such_pledge_change"
    title = Text("没有找到该变更", "There is no such change")


class ChangeUnderWay(Conflict):
    """A change of the pledge was filed that is not decided."""

    code = "pledge_change_under_way"
    title = Text("已有未决的变更", "A change is under way")
    cure = Text("请待其登记或驳回后再办理。", "Wait until it is registered or refused.")


class ChangeNotAgreed(Conflict):
    """A side of the pledge has not agreed to the change, so that nobody but an office records it as registered."""

    code = "pledge_change_not_agreed"
    title = Text("变更未经各方同意", "Not all sides have agreed to the change")
    cure = Text("请其他各方先同意该变更。", "The other sides agree to it first.")


class NoSuchProceeds(NotFound):
    """The pledge has no such proceeds."""

    code = "no_such_proceeds"
    title = Text("没有找到该笔收益", "There are no such proceeds")
