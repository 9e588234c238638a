"""What can stand against an alert."""

from backend.core.errors import Conflict, Malformed, NotFound, Text


class NoSuchAlert(NotFound):
    """There is no such alert, or it is another member's."""

    code = "no_such_alert"
    title = Text("没有找到该提醒", "There is no such alert")


class TooManyAlerts(Conflict):
    """The member has as many alerts as it may have."""

    code = "too_many_alerts"
    title = Text("提醒过多", "There are too many alerts")
    detail = Text("每人最多 {limit} 项。", "One member may have {limit}.")
    cure = Text("请先删除不再需要的提醒。", "Delete those that are not needed any more.")


class NothingToWatch(Malformed):
    """The patent that the alert names is not there, or the caller may not see it."""

    code = "nothing_to_watch"
    title = Text("没有可关注的专利", "There is no patent to watch")
    cure = Text("请检查编号；只能关注您可以查看的专利。", "Check the id; what can be watched is what you can see.")
