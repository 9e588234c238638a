"""Why what happens on the platform is not told to somebody."""

from backend.core.errors import Conflict, Malformed, Text, TooMany, Unavailable


class UnknownPlace(Malformed):
    """`after` was not given out by this feed, or was altered."""

    code = "unknown_place"
    title = Text("变更流位置无效", "There is no such place in the feed")
    cure = Text(
        "请使用上次回答中的 next_after；从头开始请不带 after，从现在开始请用 after=now。",
        "Use the next_after of the last answer; without after the feed begins at its start, with after=now at its end.",
    )


class TooManyStreams(TooMany):
    """So many streams are open for this organisation or address that no other is opened."""

    code = "too_many_streams"
    title = Text("打开的变更流过多", "Too many streams are open")
    cure = Text("请关闭不用的连接，或改用轮询。", "Close connections that are not needed, or poll instead.")

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "30"})


class StreamsFull(Unavailable):
    """So many readers of this kind have streams open that no other is opened; some are kept for verified ones."""

    code = "streams_full"
    title = Text("打开的变更流已达上限", "All streams of this kind are taken")
    cure = Text(
        "请在 Retry-After 所示秒数后重试，或改用不等待的轮询；为已核验单位留有名额。",
        "Try again after the seconds in Retry-After, or poll without waiting. Verified organisations have places kept.",
    )

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "30"})


class TooManyWebhooks(Conflict):
    """An organisation has as many webhooks as it may have."""

    code = "too_many_webhooks"
    title = Text("回调地址已达上限", "There are enough webhooks")
    detail = Text("每个单位最多 {limit} 个。", "An organisation has {limit} at most.")
    cure = Text("请删除不用的回调地址；一个地址可订阅多种事件。", "Delete one; a webhook may be told of many kinds.")


class WebhookUnproven(Conflict):
    """The webhook's address has not answered with the token that was sent to it, so no event is sent there."""

    code = "webhook_unproven"
    title = Text("该回调地址尚未通过验证", "The webhook's address is not proved yet")
    cure = Text(
        "请让接收端以收到的 token 应答，再调用 POST …/verification。",
        "Have the receiver answer with the token that it is sent, then POST …/verification.",
    )


class WebhookProved(Conflict):
    """The webhook's address has answered with its token; there is nothing to ask it."""

    code = "webhook_proved"
    title = Text("该回调地址已通过验证", "The webhook's address is proved already")
    cure = Text("无须再次验证。", "Nothing is to be done.")


class NotToBeSent(Conflict):
    """The webhook is disabled, so nothing is sent to it."""

    code = "webhook_disabled"
    title = Text("该回调地址已停用", "The webhook is disabled")
    cure = Text("请先将其 status 改为 active。", "Set its `status` to active first.")
