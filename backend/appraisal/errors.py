"""What can stand against an appraisal and what belongs to it."""

from backend.core.errors import Conflict, Forbidden, NotFound, NotInState, Text


class DesignNotAppraised(Conflict):
    """The indicators are made for inventions and utility models; a design has none of what most of them read."""

    code = "design_not_appraised"
    title = Text("外观设计不适用本评价指标", "Designs are not appraised by indicators")
    cure = Text(
        "请委托评估机构，并用 POST /v1/patents/…/appraisal-reports 上传其报告。",
        "Have an institution appraise it, and record its report with POST /v1/patents/…/appraisal-reports.",
    )


class PatentKindUnknown(Conflict):
    """What is not known to be an invention or a utility model is not appraised by indicators."""

    code = "patent_kind_unknown"
    title = Text("专利类型未知", "The kind of the patent is not known")
    cure = Text("请先补充专利类型或申请号。", "Give its kind or its application number first.")


class TermNotKnown(Conflict):
    """What is reckoned over the remaining term needs a right that stands and whose term is known."""

    code = "term_not_known"
    title = Text("权利未在有效期内，或剩余期限未知", "The right does not stand, or its term is not known")
    cure = Text("请核对法律状态与申请日后再试。", "Check its legal status and its filing date, and ask again.")


class NoSuchReport(NotFound):
    """There is no such report, or the caller is none of its two sides."""

    code = "no_such_appraisal_report"
    title = Text("没有找到该评估报告", "There is no such appraisal report")


class ReportNotInState(NotInState):
    """The report was confirmed or denied already."""

    code = "appraisal_report_not_in_state"
    title = Text("该评估报告已经确认或否认", "The appraisal report was confirmed or denied already")


class ReportNotForYou(Forbidden):
    """The side that asserts a report does not confirm it, and what one side asserts the other alone answers."""

    code = "appraisal_report_not_for_you"
    title = Text("该评估报告应由另一方确认", "The other side confirms this report")
    cure = Text(
        "请由评估报告的另一方确认或否认；删除由权利人办理。",
        "Have the other side confirm or deny it; its holder deletes it.",
    )


class ReportRetained(Conflict):
    """The time for which the records of an appraisal are kept is not over."""

    code = "appraisal_report_retained"
    title = Text("评估报告尚在保存期内", "The report is kept until its time is over")
    detail = Text("保存至 {keep_until}。", "It is kept until {keep_until}.")
    cure = Text("保存期满后方可删除。", "It can be deleted after that day.")
    rule = "Asset Appraisal Law, art. 29"
    shows = ("keep_until",)


class TooManyReports(Conflict):
    """An organisation has recorded as many reports of one patent as are kept."""

    code = "too_many_appraisal_reports"
    title = Text("该专利的评估报告过多", "There are too many reports of this patent")
    detail = Text("最多 {limit} 份。", "At most {limit} are kept.")
    cure = Text("请使用已有的报告。", "Use one of those that there are.")


class WeightsInThePast(Conflict):
    """What was reckoned with earlier weights stays as it was."""

    code = "appraisal_weights_in_the_past"
    title = Text("权重的起始日已过", "Weights do not hold from a day that is over")
    cure = Text("请以今天或以后的日期为起始日。", "Let them hold from today or later.")
