"""What members are told of introductions, and in which words; no sentence carries a word that anybody wrote."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.introductions.events import (
    IntroductionAccepted,
    IntroductionAsked,
    IntroductionContracted,
    IntroductionDeclined,
    IntroductionEnded,
    IntroductionLapsed,
    IntroductionMessageSent,
    IntroductionWithdrawn,
)

INTRODUCTIONS: Final = "introductions"


def _template(zh: str, en: str) -> NotificationTemplate:
    return NotificationTemplate(INTRODUCTIONS, Text(zh, en), confidential=True)


NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    IntroductionAsked: _template(
        "有机构希望就一项匹配与贵机构建立联系，请登录查看并答复。",
        "Somebody would like to be introduced to your organisation about a match; sign in to read it and answer.",
    ),
    IntroductionAccepted: _template(
        "引荐已被接受，可查看对方联系方式并互发消息。",
        "An introduction was accepted; see how to reach the other side, and write to each other.",
    ),
    IntroductionDeclined: _template(
        "对方感谢贵机构的联系，但目前无法继续；理由见该引荐。其他匹配仍可联系。",
        "The other side thanks you for asking but cannot go on for now; the introduction says why. Others may.",
    ),
    IntroductionWithdrawn: _template(
        "对方已撤回引荐请求，无需答复。", "An introduction was taken back; no answer is needed."
    ),
    IntroductionLapsed: _template(
        "一项未答复的引荐已失效：其需求或挂牌已不再展示。",
        "An introduction without an answer is void: its need or its listing is not shown any more.",
    ),
    IntroductionEnded: _template(
        "对方已结束一项引荐；消息仍可查看。",
        "The other side has ended an introduction; its messages can still be read.",
    ),
    IntroductionMessageSent: _template(
        "引荐中有新消息，请登录查看。", "There is a new message in an introduction; sign in to read it."
    ),
    IntroductionContracted: _template(
        "引荐之后双方的许可已生效。如需求已解决，请以 contracted 结束该需求。",
        "A licence took effect after an introduction. If the need is met, its asker may close it as `contracted`.",
    ),
}
