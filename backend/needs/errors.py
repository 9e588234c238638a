"""What can stand against a need."""

from backend.core.errors import Conflict, NotFound, NotInState, StepNotYours, Text


class NoSuchNeed(NotFound):
    """There is no such need, or the caller may not know of it."""

    code = "no_such_need"
    title = Text("没有找到该需求", "There is no such need")


class NeedNotInState(NotInState):
    """The need is in a state from which this step does not lead on."""

    code = "need_not_in_state"
    title = Text("需求的当前状态不能进行此操作", "The need's state does not allow this step")
    cure = Text("请先读取该需求，按其 status 选择操作。", "Read the need and choose a step that its status allows.")


class NeedStepNotYours(StepNotYours):
    """The step belongs to the asker or to the platform, and the caller is the other one or neither."""

    code = "need_step_not_yours"


class NeedNotPublishable(Conflict):
    """Something about the need keeps it from being published; `reasons` names everything that does."""

    code = "need_not_publishable"
    title = Text("该需求不能发布", "The need cannot be published")
    cure = Text("请逐项解决 reasons 中的问题后重试。", "Settle what `reasons` names and try again.")


class NeedReferenceTaken(Conflict):
    """Another need of the organisation has this reference; a reference names one need."""

    code = "need_reference_taken"
    title = Text("该自编号已用于另一需求", "Another need has this reference")
    cure = Text("请换用其他自编号，或修改原需求。", "Choose another reference, or change the need that has it.")


class TooManyOpenNeeds(Conflict):
    """The organisation has as many published needs as it may have at one time."""

    code = "too_many_open_needs"
    title = Text("已发布的需求过多", "Too many needs are published")
    detail = Text("最多同时发布 {limit} 项。", "At most {limit} may be published at one time.")
    cure = Text("请先结束不再需要的需求。", "Close those that are not needed any more.")
