"""What matching refuses."""

from backend.core.errors import NotFound, Text, Unavailable


class MatchingNotReady(Unavailable):
    """The process has just started and still reads the listings that texts are compared with."""

    code = "matching_not_ready"
    title = Text("匹配服务正在启动", "Matching is starting")
    detail = Text("服务刚刚启动，正在读取挂牌专利。", "The service has just started and is reading the listings.")
    cure = Text("请稍后重试。", "Try again in a moment.")


class NoSuchMatch(NotFound):
    """There is no such match, or it is none of the caller's."""

    code = "no_such_match"
    title = Text("没有找到该匹配", "There is no such match")
    detail = Text("没有这条匹配，或您无权查看。", "There is no such match, or it is none of yours.")
