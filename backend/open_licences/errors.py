"""The errors of open licences: of declarations, and of notices."""

from typing import Final

from backend.core.errors import Conflict, Malformed, NotFound, Text
from backend.licences.errors import NEXT

CEILINGS_LAW: Final = "Guidelines for Patent Examination 2023, Part V ch. 11, 3.3"


class NoSuchOpenLicence(NotFound):
    """There is no such declaration, or it is not announced and belongs to others."""

    code = "no_such_open_licence"
    title = Text("没有找到该开放许可声明", "There is no such open licence")


class NoSuchNotice(NotFound):
    """There is no such notice, or it is between others."""

    code = "no_such_notice"
    title = Text("没有找到该通知", "There is no such notice")


class OpenLicenceNotInState(Conflict):
    """The declaration is in a state from which this step does not lead on."""

    code = "open_licence_not_in_state"
    title = Text("声明的当前状态不能进行此操作", "The declaration's state does not allow this step")
    detail = Text("状态 {status} 不能进行 {step}。", "From {status} there is no {step}.")
    cure = NEXT


class NoticeNotInState(Conflict):
    """The notice is in a state from which this step does not lead on."""

    code = "notice_not_in_state"
    title = Text("通知的当前状态不能进行此操作", "The notice's state does not allow this step")
    detail = Text("状态 {status} 不能进行 {step}。", "From {status} there is no {step}.")
    cure = NEXT


class DeclarationStands(Conflict):
    """The patent has a declaration under way or announced; there is one at a time."""

    code = "declaration_stands"
    title = Text("该专利已有开放许可声明", "The patent has a declaration already")
    cure = Text("如需更改，请撤回后重新声明。", "To change it, withdraw it and declare anew.")


class DeclarationIncomplete(Malformed):
    """The declaration lacks what the regulations ask of it, or says what they forbid; `errors` names each place."""

    code = "declaration_incomplete"
    title = Text("声明内容不完整或不合规", "The declaration is incomplete, or says what it may not")
    rule = "Implementing Regulations of the Patent Law, art. 85; Guidelines for Patent Examination 2023, V-11, 3.3"


class FixedFeeOverCeiling(Malformed):
    """A fixed fee is higher than an open licence may normally ask; an ordinary licence may ask it."""

    code = "fixed_fee_over_ceiling"
    title = Text("固定许可费超过开放许可的上限", "The fixed fee is above what an open licence may ask")
    cure = Text(
        "请改为提供普通许可，或把固定费用降到上限以内。",
        "Offer an ordinary licence instead, or bring the fixed fee down to the ceiling.",
    )
    rule = CEILINGS_LAW


class RoyaltyOverCeiling(Malformed):
    """A royalty rate is higher than an open licence normally asks, and the declarant gave no reason for it."""

    code = "royalty_over_ceiling"
    title = Text("提成费率超过通常上限", "The royalty rate is above the usual ceiling")
    cure = Text(
        "请把费率降到上限以内，或在 ceiling_override_reason 中说明理由。",
        "Bring the rate down to the ceiling, or give your reason in `ceiling_override_reason`.",
    )
    rule = CEILINGS_LAW


class NotAvailable(Conflict):
    """The open licence cannot be taken now; `reasons` says why."""

    code = "open_licence_not_available"
    title = Text("该开放许可目前不能取得", "The open licence cannot be taken now")
    cure = Text("请逐项查看 reasons；恢复后可再通知。", "See `reasons`; once they are lifted, give notice again.")


class OutsideTheTerm(Malformed):
    """The licence asked for lies outside the term of the open licence, or begins before today."""

    code = "outside_the_term"
    title = Text("所求期限不在开放许可期限之内", "The dates lie outside the open licence's term")
    detail = Text("可选 {starts_on} 至 {ends_on}。", "Choose days from {starts_on} to {ends_on}.")
    cure = Text("请改为该期限内的日期。", "Choose days within those that `detail` names.")


class OwnPatent(Conflict):
    """A holder of the patent needs no licence."""

    code = "own_patent"
    title = Text("权利人无须取得许可", "A holder needs no licence")
    cure = Text("无须通知，权利人可自行实施。", "Nothing is to be done: a holder uses its own patent.")


class AlreadyTaken(Conflict):
    """The licensee has a notice or licence of this patent for some of these days already."""

    code = "already_taken"
    title = Text("贵单位已就该期限通知或取得许可", "Your organisation has a notice or licence for these days")
    detail = Text("见 {id}。", "See {id}.")
    cure = Text(
        "请改选不重叠的期限，或先撤回该通知。", "Choose days that do not meet it, or withdraw that notice first."
    )


class ExportRegistrationMissing(Malformed):
    """A licensee outside the mainland first needs the registration or permit of technology export."""

    code = "export_registration_missing"
    title = Text("境外被许可人须先办理技术出口登记或许可", "A licensee abroad needs the export registration or permit")
    rule = "Guidelines for Patent Examination 2023, V-11, 6; Regulations on Technology Import and Export, arts. 29-38"
    cure = Text("请在 export_registration 中填写编号、日期并附文件。", "Give its number, day and file.")


class PaidTooLate(Conflict):
    """The notice lapsed or ended before the payment's value date: it can bring it back no more."""

    code = "paid_too_late"
    title = Text("付款晚于通知失效", "The payment came after the notice had ended")
    cure = Text("如开放许可仍可取得，请重新通知。", "If the open licence can still be had, give notice again.")


class TooManyWithdrawn(Conflict):
    """So many payments of the notice were withdrawn that its licensor is not to be told of more of them."""

    code = "too_many_withdrawn"
    title = Text("该通知撤回的付款过多", "Too many payments of this notice were withdrawn")
    detail = Text("每份通知至多可撤回 {most} 笔付款。", "Of one notice at most {most} payments are withdrawn.")
    cure = Text(
        "登记有误的，请告知许可人提出异议。", "If it was recorded by mistake, tell the licensor, who can contest it."
    )
