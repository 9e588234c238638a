"""How the grounds are said: what stands against a registration, and what would lift it; rights say the rest."""

from typing import Final, NamedTuple

from backend.core.errors import Text

MEASURES: Final = "CNIPA Announcement 461 (2021), pledge registration"


class GroundText(NamedTuple):
    """What a check found, and what would lift it."""

    detail: Text
    cure: Text


CONFIRM: Final = Text("请核实后在 confirmed 中列明 {ground}。", "Make sure of it and name `{ground}` in `confirmed`.")
PASSED: Final = Text("未见该项情形。", "Nothing of this kind is on record.")
HOLDING_ASSERTED: Final = GroundText(
    Text("出质人的权属为自行申报，尚未核实。", "The pledgor's holding is asserted, and nobody has verified it."),
    CONFIRM,
)
STATUS_UNKNOWN: Final = GroundText(
    Text("法律状态未登记或未能识别。", "Nobody has recorded how the right stands, or it was not understood."), CONFIRM
)
GRANT_UNKNOWN: Final = GroundText(
    Text("是否已公告授权尚不清楚。", "It is not known whether the grant was announced."), CONFIRM
)
ANNUITY_UNKNOWN: Final = GroundText(
    Text("最近一期年费的缴纳情况未登记。", "The payment of the last annuity that fell due is not on record."), CONFIRM
)
EXPIRY_UNKNOWN: Final = GroundText(
    Text(
        "专利权期限届满日不详，无法与债务期限比较。",
        "The end of the right's term is not known, so the debt's is not compared.",
    ),
    CONFIRM,
)
CONTENT_MISSING: Final = GroundText(
    Text(
        "合同须载明专利号、申请日和授权公告日，平台尚缺其中之一。",
        "The contract names the patent's number, filing day and grant day; one of these is not on record.",
    ),
    Text(
        "请补登所缺的专利号、申请日或授权公告日（PATCH /v1/patents/…）。",
        "Record which of them is missing: number, filing day or grant day (PATCH /v1/patents/…).",
    ),
)
SAME_DAY_UNANSWERED: Final = GroundText(
    Text(
        "该实用新型是否有同日申请的发明专利，须由申请人答复。",
        "Whether a patent was applied for on the same day for the same invention is asked of the requester.",
    ),
    Text(
        "请在 same_day_application 中答复 yes、no 或 unknown。", "Answer yes, no or unknown in `same_day_application`."
    ),
)
SAME_DAY_UNKNOWN: Final = GroundText(
    Text("是否有同日申请的发明专利不详。", "It is not known whether a patent was applied for on the same day."), CONFIRM
)
SAME_DAY_APPLICATION: Final = GroundText(
    Text(
        "同一申请人同日申请了发明专利，获授权时该实用新型可能被放弃；当事人知情并坚持的除外。",
        "The applicant applied for a patent on the same day, for which the utility model may be given up; "
        "registered where the parties know and still want it.",
    ),
    CONFIRM,
)
NOT_CHINESE: Final = GroundText(
    Text(
        "该专利不是中国专利，不能在国家知识产权局办理质押登记。",
        "This is no Chinese patent, so its pledge is not registered there.",
    ),
    Text("请换用中国专利。", "Name a Chinese patent instead."),
)
