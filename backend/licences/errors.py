"""The errors of licences, beside those of their terms."""

from backend.core.errors import Conflict, Forbidden, Malformed, NotFound, Text

NEXT = Text("请先读取，按其 status 选择操作。", "Read it and choose a step that its status allows.")


class NoSuchLicence(NotFound):
    """There is no such licence, or it is between others."""

    code = "no_such_licence"
    title = Text("没有找到该许可", "There is no such licence")


class NoSuchPayment(NotFound):
    """The notice or licence has no such payment."""

    code = "no_such_payment"
    title = Text("没有找到该付款记录", "There is no such payment")


class NoSuchReport(NotFound):
    """The licence has no such reporting period."""

    code = "no_such_report"
    title = Text("没有找到该报告期", "There is no such reporting period")


class LicenceNotInState(Conflict):
    """The licence is in a state from which this step does not lead on."""

    code = "licence_not_in_state"
    title = Text("许可的当前状态不能进行此操作", "The licence's state does not allow this step")
    detail = Text("状态 {status} 不能进行 {step}。", "From {status} there is no {step}.")
    cure = NEXT


class PaymentNotInState(Conflict):
    """The payment is in a state from which this step does not lead on."""

    code = "payment_not_in_state"
    title = Text("付款的当前状态不能进行此操作", "The payment's state does not allow this step")
    detail = Text("状态 {status} 不能进行 {step}。", "From {status} there is no {step}.")
    cure = NEXT


class StepNotYours(Forbidden):
    """The step belongs to the other side of the licence, or to the authority."""

    code = "licensing_step_not_yours"
    title = Text("此操作不由您进行", "This step is not yours to take")
    detail = Text("只能由以下一方进行：{by}。", "Only these may take it: {by}.")
    cure = Text("请由 detail 所列的一方办理。", "Have one of those whom `detail` names take it.")


class ValueDateWrong(Malformed):
    """The value date lies in the future, or before the open licence was announced."""

    code = "value_date_wrong"
    title = Text("付款到账日期不正确", "The value date cannot be")
    cure = Text(
        "请改为不晚于今天、不早于许可公告日的日期。",
        "Name a day that is not to come, and not before the open licence was announced.",
    )


class Overpaid(Conflict):
    """The payment is more than is open. What is beyond counts for what falls due later, if anything does."""

    code = "confirm_overpayment"
    title = Text("付款超过未付金额", "The payment is more than is open")
    detail = Text(
        "未付 {open_fen} 分，所登记付款 {amount_fen} 分。",
        "{open_fen} fen are open, and the payment is {amount_fen} fen.",
    )
    cure = Text(
        "请核对金额；确系多付的，请填 confirm_overpayment: true 重试。",
        "Check the amount; where so much was paid, send it again with confirm_overpayment: true.",
    )


class PaymentRepeated(Conflict):
    """The payer has recorded a payment with the same voucher, or with the same reference, amount and value date."""

    code = "payment_repeated"
    title = Text("该笔付款似已登记", "This payment seems to be recorded already")
    detail = Text("与 {payable} 的付款 {payment} 相同。", "It looks like the payment {payment} for {payable}.")
    cure = Text(
        "如确系另一笔付款（如一张凭证支付多项），请填 is_another_payment: true 重试。",
        "If it is another one (one voucher may pay for several things), send it again with is_another_payment: true.",
    )


class PaymentReliedOn(Conflict):
    """Something follows from the payment: a licence rests on it, or it was contested, or the time for that is over."""

    code = "payment_relied_on"
    title = Text("该笔付款已产生后果，不能撤回", "Something follows from the payment: it can be withdrawn no more")
    cure = Text(
        "登记有误的，请告知许可人提出异议。", "If it was recorded by mistake, tell the licensor, who can contest it."
    )


class ContestTooLate(Conflict):
    """The days in which a recorded payment can be contested are over."""

    code = "contest_too_late"
    title = Text("已超过异议期限", "The time to contest is over")
    detail = Text("异议期限至 {until}。", "It could be contested until {until}.")
    cure = Text(
        "平台上已无可办理；仍有争议的，请与付款方协商。", "Nothing is left to do here: settle it with the payer."
    )


class NothingDue(Conflict):
    """No royalty is reported under these terms, or nothing is due at the start."""

    code = "nothing_due"
    title = Text("按条款无须此项", "The terms ask for no such thing")
    cure = Text("无须处理；应付项目以许可条款为准。", "Nothing is to be done; the licence's terms say what is due.")


class PeriodNotOver(Conflict):
    """The reporting period has not ended yet."""

    code = "period_not_over"
    title = Text("报告期尚未结束", "The reporting period is not over")
    cure = Text("请在该期结束后报告。", "Report it once the period is over.")


class ReportThere(Conflict):
    """The period is reported already; correct the report instead."""

    code = "report_there"
    title = Text("该期已报告", "The period is reported already")
    cure = Text("请用 …/correction 更正。", "Correct it with …/correction.")


class DatesOutOfOrder(Malformed):
    """The day lies before the step that it follows, or in the future."""

    code = "dates_out_of_order"
    title = Text("日期先后不符", "The days are out of order")
    detail = Text("应在 {earliest} 至 {latest} 之间。", "It lies between {earliest} and {latest}.")
    cure = Text(
        "请改为 detail 所列范围内的日期；日期按中国时区（UTC+8）。",
        "Name a day in the range that `detail` names; days are China's (UTC+8).",
    )
