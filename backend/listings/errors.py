"""What can stand against a listing."""

from backend.core.errors import Conflict, Forbidden, NotFound, NotInState, StepNotYours, Text


class ListingNotFound(NotFound):
    """There is no such listing, or it is not listed and belongs to another organisation."""

    code = "listing_not_found"
    title = Text("没有找到该挂牌", "There is no such listing")


class AlreadyListed(Conflict):
    """The patent has a living listing already; one patent has one listing at a time, led by one holder."""

    code = "already_listed"
    title = Text("该专利已有挂牌", "The patent has a listing already")
    cure = Text(
        "请修改现有挂牌；若由共有人牵头，请与其协商，或待其撤牌。",
        "Change the listing there is; where a co-holder leads it, agree with them or wait until they delist it.",
    )


class ListingNotInState(NotInState):
    """The listing is in a state from which this step does not lead on."""

    code = "listing_not_in_state"
    title = Text("挂牌的当前状态不能进行此操作", "The listing's state does not allow this step")
    cure = Text("请先读取挂牌，按其 status 选择操作。", "Read the listing and choose a step that its status allows.")


class ListingNotPublishable(Conflict):
    """What is offered cannot be had, or its footing is not said; `reasons` names everything that stands against it."""

    code = "listing_not_publishable"
    title = Text("该挂牌不能公开", "The listing cannot be shown to the public")
    cure = Text("请逐项解决 reasons 中的问题后重试。", "Settle what `reasons` names and try again.")


class SuspendedByPlatform(Forbidden):
    """The platform suspended the listing, and only the platform may end that."""

    code = "suspended_by_platform"
    title = Text("挂牌由平台暂停", "The platform suspended this listing")
    cure = Text("请按 status_reason 处理后联系平台。", "Settle what `status_reason` says and turn to the platform.")


class ListingStepNotYours(StepNotYours):
    """The step belongs to the listing's holder or to the platform, and the caller is the other one or neither."""

    code = "listing_step_not_yours"


class JobOver(Conflict):
    """The work has ended already and cannot be cancelled."""

    code = "job_over"
    title = Text("任务已经结束", "The work is over")
    cure = Text("无须取消；请读取其结果。", "Nothing is left to cancel: read what it did.")
