"""What can stand against the terms of a licence, a quote from them, and a royalty report."""

from backend.core.errors import Conflict, Malformed, Text


class TermsContradict(Malformed):
    """The fee terms contradict themselves or leave out what their form needs; `errors` names each place."""

    code = "terms_contradict"
    title = Text("许可费条款自相矛盾或不完整", "The fee terms contradict themselves or are incomplete")
    cure = Text("请按 errors 中逐项说明改正条款。", "Correct the terms as `errors` says.")


class QuoteInputMissing(Malformed):
    """The terms take a share of something the question gives no figure for; `errors` names what is needed."""

    code = "quote_input_missing"
    title = Text("缺少计算许可费所需的数据", "A figure that the fee depends on is missing")
    cure = Text(
        "请给出 errors 所列的一个完整许可年度的数据。", "Give the figure of one full licence year that `errors` names."
    )


class QuotePeriodWrong(Malformed):
    """The period ends before it begins, or is longer than any patent lasts."""

    code = "quote_period_wrong"
    title = Text("许可期间不正确", "The period is not possible")
    detail = Text(
        "期间 {starts_on} 至 {ends_on}：终止日不得早于起始日，且不超过 {years} 年。",
        "{starts_on} to {ends_on}: the last day must not lie before the first, nor more than {years} years after it.",
    )
    cure = Text("请核对起始日与终止日。", "Check the first and the last day.")


class QuoteTooLarge(Malformed):
    """By these figures an amount would be larger than the platform can state exactly."""

    code = "quote_too_large"
    title = Text("金额超出可以精确表示的范围", "The amount is too large to be stated exactly")
    cure = Text("请核对所填数据的单位（分、件）。", "Check the units of the figures given: fen, pieces.")


class EarlierReportMissing(Conflict):
    """A royalty runs over the licence year, so its reports come in order; an earlier one of the year is missing."""

    code = "earlier_report_missing"
    title = Text("本许可年度较早的报告尚未提交", "An earlier report of the licence year is missing")
    detail = Text("请先提交第 {number} 期报告。", "Report period {number} first.")
    cure = Text("请按期间顺序提交。", "Submit the reports in the order of their periods.")
