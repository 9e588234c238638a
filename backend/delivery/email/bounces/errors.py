"""Why a report on an e-mail that came back is not taken."""

from backend.core.errors import Malformed, NotSignedIn, Text


class BouncesClosed(NotSignedIn):
    """Bounces are reported by the mail server alone: with the token of EMAIL_BOUNCE_TOKEN."""

    code = "bounces_closed"
    title = Text("退信接口不公开", "Bounces are not taken from everybody")
    cure = Text(
        "请把 EMAIL_BOUNCE_TOKEN 放在 Authorization: Bearer 中发送；未设置时不接收。",
        "Send EMAIL_BOUNCE_TOKEN as Authorization: Bearer; where none is set, none are taken.",
    )


class BounceForged(Malformed):
    """The address that the e-mail came back to has no token of this platform: it sent no such e-mail."""

    code = "bounce_forged"
    title = Text("退信地址不是本平台签发的", "The address that it came back to is none of ours")
    cure = Text(
        "请原样提供退信的收件地址（信封收件人）。", "Give the envelope's recipient, as the mail server received it."
    )


class BounceUnreadable(Malformed):
    """What was sent is no message, or no report of a bounce in the documented form."""

    code = "bounce_unreadable"
    title = Text("退信报告无法读取", "The report of a bounce cannot be read")
    cure = Text(
        "请发送 message/rfc822 的投递状态通知，或文档所示的 JSON。",
        "Send the delivery status notification as message/rfc822, or the JSON of the documentation.",
    )
