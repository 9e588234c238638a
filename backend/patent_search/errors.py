"""Why a search is refused."""

from backend.core.errors import Malformed, Text


class EventUnknown(Malformed):
    """`after_event` is not an `Event-Id` that this platform gave."""

    code = "event_unknown"
    title = Text("after_event 不是本平台给出的事件编号", "after_event is not an Event-Id of this platform")
    cure = Text("请原样带上写操作回答中的 Event-Id。", "Send the Event-Id of the write's answer as it was.")


class GradeUnknown(Malformed):
    """A grade is asked for that the platform does not use."""

    code = "grade_unknown"
    title = Text("没有这个分级", "There is no such grade")
    detail = Text("现有分级：{grades}。", "There are: {grades}.")
