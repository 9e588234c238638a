"""What the ledger refuses, and how it is said."""

from backend.core.errors import Conflict, Forbidden, Malformed, NotFound, Text


class NotPermitted(Conflict):
    """The patent does not admit this act now; `reasons` names everything that stands against it, with rule and cure."""

    code = "not_permitted"
    title = Text("该专利目前不能进行此行为", "The patent does not admit this now")
    cure = Text("请逐项解决 reasons 中的问题后重试。", "Settle what `reasons` names and try again.")


class ConsentNeeded(Conflict):
    """The act needs the consent of others first; `consents` says whose and to which act, `terms` to what.

    A consent counts for that act on those very terms, and once: what a party did not consent to is not done.
    """

    code = "consent_needed"
    title = Text("须先取得他人同意", "Others have to consent first")
    cure = Text(
        "请用 POST /v1/patents/…/consents 逐项以 consents 中的 act 与 party_id 并附 terms 征求同意，同意后重试。",
        "Ask with POST /v1/patents/…/consents: for each of `consents` its `act` and `party_id`, with the `terms` that "
        "are given here; retry once they are given.",
    )
    shows = ("terms", "consents")


class ConfirmationNeeded(Conflict):
    """The act can be done once somebody confirms what `reasons` names; send its codes in `confirmed`."""

    code = "confirmation_needed"
    title = Text("须先确认", "This has to be confirmed first")
    cure = Text("核实后请在 confirmed 中列出各项 code 重试。", "Make sure, and send the codes in `confirmed`.")


class ToldByLegalEvents(Malformed):
    """What the register announces is recorded once, as a legal event; the ledger derives it from there."""

    code = "told_by_legal_events"
    title = Text("该事实由法律事件得出", "The ledger has this from legal events")
    cure = Text(
        "请用 POST /v1/patents/…/legal-events 登记 suspended 等事件。",
        "Record it with POST /v1/patents/…/legal-events, such as `suspended`.",
    )


class EvidenceMissing(Malformed):
    """A right born outside the platform is recorded with evidence: at least one uploaded file."""

    code = "evidence_missing"
    title = Text("缺少证明文件", "Evidence is missing")
    cure = Text("请先用 POST /v1/files 上传，并在 evidence_files 中列明。", "Upload it at POST /v1/files and name it.")


class DatesReversed(Malformed):
    """The last day lies before the first."""

    code = "dates_reversed"
    title = Text("起止日期颠倒", "The dates are reversed")
    cure = Text("请更正日期，使止日不早于起日。", "Correct the days, so that the last is not before the first.")


class NoSuchRight(NotFound):
    """The patent has no such entry, or the caller may not see it."""

    code = "no_such_right"
    title = Text("没有找到该权利记录", "There is no such right")


class RightOfOnesOwn(Malformed):
    """Nobody grants a licence, a pledge or an option to itself: the party named is among those who grant it."""

    code = "right_of_ones_own"
    title = Text("不能授予自己", "Nobody grants a right to itself")
    cure = Text("请核对 party_id 与 grantors。", "Check `party_id` and `grantors`.")


class NoUpperLicence(Malformed):
    """A sub-licence names a licence of the same patent that stands on the sub-licence's first day."""

    code = "no_upper_licence"
    title = Text("所依据的许可在起始日不存在", "No such licence stands on the first day")
    cure = Text("请核对 licence 与 starts_on；已更正的许可请用更正后的记录。",
                "Check `licence` and `starts_on`; of a corrected licence name the entry that corrects it.")  # fmt: skip
    rule = "Civil Code, art. 867"


class RightOver(Conflict):
    """The entry has ended, or another one corrected it: what is past is not changed."""

    code = "right_over"
    title = Text("该记录已终止或已更正", "The entry has ended or was corrected")
    cure = Text(
        "已成过去的记录不再更改；如有新情况，请另行登记。",
        "What is past stays as it is; where something new holds, record another entry.",
    )


class EndPutOff(Conflict):
    """The entry ends sooner than that: an end may be brought forward, never put off, since others may rely on it."""

    code = "end_put_off"
    title = Text("终止日只能提前，不能推后", "An end is brought forward, never put off")
    cure = Text("需要更长的权利时，请另行授予。", "Whoever needs the right for longer is granted it anew.")


class OtherKind(Conflict):
    """A correction says of the same right what is so; another kind of right is another entry."""

    code = "correction_of_another_kind"
    title = Text("更正不能改变权利的种类", "A correction keeps the kind of right")
    cure = Text("请终止该记录，并另行登记。", "End this entry and record the other right.")


class AgreementOfAll(Forbidden):
    """An agreement that all co-owners have entered binds them all: none of them ends it alone."""

    code = "agreement_of_all"
    title = Text("该协议约束全体共有人，不能由一方终止", "The agreement binds all co-owners: one alone does not end it")
    cure = Text("请由全体共有人登记新的协议，或请平台、主管机关终止。",
                "Enter a new one, all of you, or have the platform or an authority end it.")  # fmt: skip
    rule = "Patent Law, art. 14(1)"


class RightNotYours(Forbidden):
    """An entry is changed by whoever recorded it and still has part in the patent, the platform or an authority.

    The party whose right it is may end it, and does not correct it.
    """

    code = "right_not_yours"
    title = Text("该记录不由您维护", "This entry is not yours to change")
    cure = Text(
        "请由登记方、平台或主管部门更正；权利主体可终止该记录。",
        "Whoever recorded it, the platform or an authority changes it; the party whose right it is may end it.",
    )


class NotTheLicensee(Forbidden):
    """A sub-licence is granted by the licensee of the licence that it names."""

    code = "not_the_licensee"
    title = Text("分许可只能由被许可人授予", "A sub-licence is the licensee's to grant")
    cure = Text("请由该许可的被许可人授予。", "Have the licensee of that licence grant it.")


class NoSuchConsent(NotFound):
    """There is no such consent, or it concerns others."""

    code = "no_such_consent"
    title = Text("没有找到该同意书", "There is no such consent")


class ConsentNotYours(Forbidden):
    """A consent is answered and revoked by the party that is asked; for one off the platform by whoever asked."""

    code = "consent_not_yours"
    title = Text("该同意不由您作出", "This consent is not yours to give")
    cure = Text(
        "请由被征询的一方答复；该方不在平台上的，由征询方登记其答复。",
        "The party that is asked answers; for one off the platform, whoever asked records its answer.",
    )


class ConsentNotInState(Conflict):
    """The consent is in a state in which this cannot be done; one that was used cannot be revoked."""

    code = "consent_not_in_state"
    title = Text("该同意的当前状态不允许此操作", "The consent's state does not allow this")
    detail = Text("当前状态为 {state}。", "It is {state}.")
    cure = Text(
        "请先读取该同意，按其状态选择操作；已使用的不能撤回。",
        "Read the consent and choose a step that its state allows; one that was used stays.",
    )


class NobodyToAsk(Conflict):
    """The party named is neither a co-owner nor one whose right stands in the way: its consent means nothing."""

    code = "nobody_to_ask"
    title = Text("该主体无须同意", "There is nothing for this party to consent to")
    cure = Text(
        "无须征询；需要谁同意，见 GET /v1/patents/…/permissions。",
        "Nothing is to be asked of it: GET /v1/patents/…/permissions names whose consent is needed.",
    )


class TermsNotHashable(Malformed):
    """The terms cannot be put into canonical JSON (RFC 8785): they hold fractions or numbers that are too large."""

    code = "terms_not_canonical"
    title = Text("条款无法规范化", "The terms have no canonical form")
    cure = Text("请用整数（分、基点）表示数值。", "Give whole numbers: fen, basis points.")


class GrantsConflict(Conflict):
    """Two rows of one patent both hold grants made here that conflict, so they cannot become one row by themselves."""

    code = "grants_conflict"
    title = Text("两条记录上的许可相互冲突，不能合并", "The rows hold conflicting grants and cannot be merged")
    cure = Text("请先终止其中一项许可。", "End one of the grants first.")


class TermsChanged(Conflict):
    """The hash that came is not that of the terms as they are: whoever sent it read others."""

    code = "terms_hash_mismatch"
    title = Text("条款与哈希不符", "The hash is not that of these terms")
    detail = Text("现行条款的哈希为 {expected}。", "The terms as they are have the hash {expected}.")
    cure = Text("请重新读取条款，核对后重试。", "Read the terms again, check, and retry.")
