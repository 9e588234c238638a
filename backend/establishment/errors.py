"""What is refused of requests to be heard as a holder."""

from backend.core.errors import Conflict, NotFound, Text


class NoSuchEstablishment(NotFound):
    """There is no such request, or the caller may not see it."""

    code = "no_such_establishment"
    title = Text("没有找到该确认申请", "There is no such request")


class EstablishmentNotInState(Conflict):
    """The request is in a state in which this cannot be done."""

    code = "establishment_not_in_state"
    title = Text("确认申请的当前状态不允许此操作", "The request's state does not allow this")
    detail = Text("当前状态为 {state}。", "It is {state}.")
    cure = Text("请先读取该申请，按其状态选择操作。", "Read the request and choose a step that its state allows.")


class AlreadyHolder(Conflict):
    """The caller's organisation holds this patent already, so that there is nothing to be heard about."""

    code = "already_holder"
    title = Text("贵单位已是该专利的权利人", "Your organisation holds this patent already")
    cure = Text("无须申请，可直接以权利人身份办理。", "Nothing is to be asked: act as its holder.")


class AlreadyAsked(Conflict):
    """A request of the caller's organisation about this patent has not been decided yet."""

    code = "already_asked"
    title = Text("该专利已有尚未处理的确认申请", "A request about this patent has not been decided yet")
    detail = Text("申请 {establishment_id}。", "It is {establishment_id}.")
    cure = Text("请等待处理，或先撤回该申请。", "Wait for the decision, or withdraw that request first.")


class RowsContradict(Conflict):
    """The two rows cannot be one patent: a number, the kind or the filing date differs; `facts` names what."""

    code = "rows_contradict"
    title = Text("两条记录不可能是同一专利", "The two rows cannot be one patent")
    detail = Text("不一致的事实：{facts}。", "What differs: {facts}.")
    cure = Text("请由录入方更正后再处理。", "Whoever entered the wrong one corrects it; then it can be decided.")


class RowChanged(Conflict):
    """The asker's row was changed since it was proposed; the request shows now what it says."""

    code = "row_changed"
    title = Text("申请方的记录在提出后已变更", "The asker's row was changed since it was proposed")
    cure = Text("请重新查看该申请后再决定。", "Look at the request again, then decide.")


class RowGone(Conflict):
    """The asker's row is its own no more: it is established, or was joined with a patent, since it asked."""

    code = "row_gone"
    title = Text("申请方的记录已不再是其单独记录", "The asker's row is no longer its own")
    cure = Text("请申请方撤回后重新申请。", "The asker withdraws the request and asks anew.")


class AskerNotVerified(Conflict):
    """The organisation that asks to be heard is not verified any more."""

    code = "asker_not_verified"
    title = Text("申请单位当前未通过核验", "The organisation that asks is not verified")
    cure = Text("待其重新通过核验后再处理，或予以拒绝。", "Decide once it is verified again, or refuse the request.")


class NothingToTake(Conflict):
    """The request was not accepted, or brought nothing along of what is asked for."""

    code = "nothing_to_take"
    title = Text("没有可采纳的内容", "There is nothing to take")
    cure = Text(
        "请先读取该申请：只有已接受的、所带来的内容可以采纳。",
        "Read the request: only what an accepted one brought along can be taken.",
    )
