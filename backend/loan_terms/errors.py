"""What can stand against loan terms and against rows of the dated tables."""

from backend.core.errors import Conflict, Malformed, NotFound, Text


class InstalmentBelowInterest(Malformed):
    """The equal instalment would be less than the interest of a period: the debt would grow while it is repaid."""

    code = "instalment_below_interest"
    title = Text("等额还款额低于当期利息", "The equal instalment is less than the interest of a period")
    cure = Text(
        "请缩短期限、降低利率或改用其他还款方式。",
        "Choose a shorter term, a lower rate or another method of repayment.",
    )


class FeeOutsideLoan(Malformed):
    """A fee has a day on which the loan does not run."""

    code = "fee_outside_loan"
    title = Text("费用日期不在贷款期内", "The fee's day lies outside the loan")
    detail = Text("贷款自 {starts_on} 至 {ends_on}。", "The loan runs from {starts_on} to {ends_on}.")
    cure = Text("请改为贷款期内的日期。", "Name a day on which the loan runs.")
    shows = ("starts_on", "ends_on")


class LprUnknown(Malformed):
    """The table has no loan prime rate that was announced up to the day."""

    code = "lpr_unknown"
    title = Text("该日适用的 LPR 未知", "The loan prime rate of that day is not known")
    detail = Text("没有 {day} 及以前公布的 {tenor} LPR。", "There is none of {tenor} announced up to {day}.")
    cure = Text("请直接给出 rate_bp，或换一个日期。", "State `rate_bp` itself, or name another day.")
    shows = ("tenor", "day")


class RateOutOfBounds(Malformed):
    """The loan prime rate with the margin is a rate that no loan here may have."""

    code = "rate_out_of_bounds"
    title = Text("利率超出范围", "The rate is out of bounds")
    detail = Text("利率应在 0 至 {most} 个基点之间。", "A rate lies between 0 and {most} basis points.")
    cure = Text("请核对加点。", "Check the margin.")


class NoSuchLpr(NotFound):
    """There is no such row of loan prime rates."""

    code = "no_such_lpr"
    title = Text("没有找到该 LPR", "There is no such loan prime rate")


class LprAnnouncedAlready(Conflict):
    """The table has a rate of that tenor and day; `lpr_id` leads to it."""

    code = "lpr_announced_already"
    title = Text("该日该期限的 LPR 已在表中", "The table has a rate of that tenor and day")
    detail = Text("见 /v1/reference/lpr/{lpr_id}。", "See /v1/reference/lpr/{lpr_id}.")
    cure = Text(
        "如其有误，请在 corrects 中写明其编号并说明 reason。", "Where it is wrong, name it in `corrects` and say why."
    )
    shows = ("lpr_id",)


class AnnouncedInFuture(Malformed):
    """A rate is entered once it is announced, not before."""

    code = "announced_in_future"
    title = Text("公布日期在将来", "The day of the announcement is yet to come")
    detail = Text("今天是 {today}。", "Today is {today}.")
    cure = Text("请在公布后录入。", "Enter it once it is announced.")


class NoSuchScheme(NotFound):
    """There is no such scheme."""

    code = "no_such_scheme"
    title = Text("没有找到该方案", "There is no such scheme")


class SchemeOverlaps(Conflict):
    """The table has a row of that code for a part of the same time; `scheme_id` leads to it."""

    code = "scheme_overlaps"
    title = Text("该方案在同一时期已有记录", "The table has that scheme for a part of the same time")
    detail = Text("见 /v1/reference/schemes/{scheme_id}。", "See /v1/reference/schemes/{scheme_id}.")
    cure = Text(
        "请在 corrects 中写明其编号并说明 reason，或改为不相交的时期。",
        "Name it in `corrects` and say why, or choose a time that does not meet it.",
    )
    shows = ("scheme_id",)


class RowCorrectedAlready(Conflict):
    """The row was corrected already; `corrected_by` leads to the row that stands in its place."""

    code = "row_corrected_already"
    title = Text("该行已被更正", "The row was corrected already")
    detail = Text("现行记录为 {corrected_by}。", "{corrected_by} stands in its place.")
    cure = Text("请更正现行记录。", "Correct the one that stands.")
    shows = ("corrected_by",)
