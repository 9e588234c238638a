"""Why a search cannot be answered."""

from backend.core.errors import Malformed, Text, Unavailable


class SearchAway(Unavailable):
    """The search index is away, overloaded, or owned by another process for the moment."""

    code = "search_unavailable"
    title = Text("检索暂不可用", "Search is unavailable for the moment")


class SearchTooLong(Unavailable):
    """The search took longer than its time limit; narrower filters or fewer words take less."""

    code = "search_timeout"
    title = Text("检索超时", "The search took too long")
    cure = Text("请减少检索词或增加筛选条件后重试。", "Try again with fewer words or more filters.")


class EventUnknown(Malformed):
    """`after_event` is not an `Event-Id` that this platform gave."""

    code = "event_unknown"
    title = Text("after_event 不是本平台给出的事件编号", "after_event is not an Event-Id of this platform")
    cure = Text("请原样带上写操作回答中的 Event-Id。", "Send the Event-Id of the write's answer as it was.")
