"""The errors of the register of patents, beside those of listings."""

from backend.core.errors import Conflict, FieldError, Forbidden, Malformed, NotFound, Problem, Text


class NoSuchPatent(NotFound):
    """There is no such patent, or the caller may not see it: others' patents show only while they are listed."""

    code = "no_such_patent"
    title = Text("没有找到该专利", "There is no such patent")


class NoSuchHolding(NotFound):
    """The patent has no such holding."""

    code = "no_such_holding"
    title = Text("没有找到该权属记录", "There is no such holding")


class PatentMerged(Problem):
    """Two rows were one and the same patent; `Location` is where it is now, and the method stays the same."""

    status = 308
    code = "patent_merged"
    title = Text("该专利记录已并入另一记录", "This row was merged into another")
    detail = Text("现为 {patent_id}。", "It is {patent_id} now.")
    cure = Text("请改用 Location 所示的地址。", "Go to the address in `Location`.")


class NumberMalformed(Malformed):
    """The number is no patent number; `errors` says why and what to do."""

    code = "number_malformed"
    title = Text("专利号码不正确", "The patent number is wrong")

    def __init__(self, pointer: str, code: str, detail: Text, cure: Text) -> None:
        text = Text(f"{detail.zh}{cure.zh}", f"{detail.en} {cure.en}")
        super().__init__(errors=[FieldError(pointer, code, text)])


class NotTheHolder(Forbidden):
    """Only who holds the patent, or the platform or an authority, may do this; the table in `access` says who."""

    code = "not_the_holder"
    title = Text("只有权利人、平台或主管机关可以进行此操作", "Only a holder, the platform or an authority may do this")
    cure = Text(
        "如贵单位是权利人，请先用 POST /v1/patents 录入该专利，再用 POST /v1/patents/…/establishment 附证明申请确认。",
        "If your organisation holds it, enter it with POST /v1/patents, then ask with evidence to be heard as holder: "
        "POST /v1/patents/…/establishment.",
    )


class FactsOfOthers(Forbidden):
    """Register facts are changed by who entered them, the sole holder, the platform or an authority."""

    code = "facts_of_others"
    title = Text("这些登记事实由其他单位录入", "Others entered these register facts")
    cure = Text(
        "请联系录入单位或平台更正。", "Ask the organisation that entered them, or the platform, to correct them."
    )


class StatedByAuthority(Forbidden):
    """What the platform or an authority states of a patent, only they change; `errors` names the facts."""

    code = "stated_by_authority"
    title = Text("这些事实由主管机关或平台登记", "The authority or the platform states these facts")
    cure = Text("确有错误的，请联系平台更正。", "Ask the platform to correct them if they are wrong.")


class OfficeDecides(Forbidden):
    """The term of a patent is the office's decision; only the platform and authorities record that it differs."""

    code = "office_decides"
    title = Text("保护期限的调整只能由平台或主管机关记录", "Only the platform or an authority records another term")
    cure = Text("请向平台或主管部门提出，由其记录。", "Ask the platform or an authority to record it.")
    rule = "Patent Law, art. 42(2), (3)"


class NumberBelongsToAnotherPatent(Conflict):
    """Another row has this number, and the two cannot be shown to be one patent.

    Rows merge when no number, kind or filing date contradicts and the title or the filing date agrees.
    """

    code = "number_belongs_to_another_patent"
    title = Text("该号码属于另一专利", "The number belongs to another patent")
    detail = Text("号码 {number} 属于另一记录。", "Another row has the number {number}.")
    cure = Text(
        "请核对号码；如确为同一专利，请请平台合并。",
        "Check the number; if it is one patent, ask the platform to merge.",
    )


class SharesExceedWhole(Conflict):
    """The shares of all who hold a patent may not come to more than the whole."""

    code = "shares_exceed_whole"
    title = Text("各权利人份额之和超过百分之百", "The holders' shares exceed the whole")
    detail = Text("份额之和为 {total}。", "They come to {total}.")
    cure = Text("请先更正其他权属记录的份额，或不填份额。", "Correct the others' shares first, or give no share.")


class SharesNotWhole(Malformed):
    """All who hold the patent are named with their shares, and these come to less than the whole."""

    code = "shares_not_whole"
    title = Text("各权利人份额之和不足百分之百", "The holders' shares do not come to the whole")
    detail = Text("份额之和为 {total}。", "They come to {total}.")
    cure = Text("请更正份额，或对份额不明者不填。", "Correct the shares, or leave out those that are not known.")


class NotEstablished(Conflict):
    """The row is its author's alone so far: nothing of it can be offered, granted or declared to others.

    Others hold a patent with one of its numbers, or its author was not verified when it was entered.
    """

    code = "not_established"
    title = Text("该专利记录尚未确立", "This row is not established yet")
    cure = Text(
        "请附证明申请确认：POST /v1/patents/…/establishment；权利人或主管机关接受后即可办理。",
        "Ask with evidence to be heard as a holder (POST /v1/patents/…/establishment); it can be done once a holder or "
        "an office has accepted it.",
    )


class NoSuchParty(NotFound):
    """There is no such party, or the caller does not know it: others' parties off the platform are theirs to name."""

    code = "no_such_party"
    title = Text("没有找到该主体", "There is no such party")
    cure = Text("请改用登记簿上的名称（party_name）。", "Give the name on the register instead (party_name).")


class AlreadyHeld(Conflict):
    """The party already holds this patent by the platform's records."""

    code = "already_held"
    title = Text("该权利人已登记", "That party already holds it")
    detail = Text("权属记录 {holding_id}。", "By holding {holding_id}.")
    cure = Text(
        "无须另记；有误的，请更正该权属记录。", "Nothing is to be entered; where that holding is wrong, correct it."
    )


class HoldingNotInState(Conflict):
    """The holding is in a state in which this cannot be done."""

    code = "holding_not_in_state"
    title = Text("权属记录的当前状态不允许此操作", "The holding's state does not allow this")
    detail = Text("当前状态为 {state}。", "It is {state}.")
    cure = Text("请先读取该权属记录，按其状态选择操作。", "Read the holding and choose a step that its state allows.")
