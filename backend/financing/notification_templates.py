"""What members are told of financing, and in which words; no sentence has an amount or a word that anybody wrote."""

from typing import Final

from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.financing import events

FINANCING: Final = "financing"


def _template(zh: str, en: str, *, legal: bool = False) -> NotificationTemplate:
    return NotificationTemplate(FINANCING, Text(zh, en), legal=legal, confidential=True)


NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    events.RequestDeclined: _template(
        "一项融资申请的全部银行均已谢绝，申请已结束；理由见各项披露。",
        "All banks have declined a request for financing, which is closed; each disclosure says why.",
    ),
    events.RequestExpired: _template(
        "一项融资申请的披露均已到期，申请已结束。",
        "All disclosures of a request for financing have ended by their day, and it is closed.",
    ),
    events.PledgorConsentAsked: _template(
        "有企业请贵机构以所持专利为其债务出质，请登录查看并答复。",
        "An enterprise asks your organisation to pledge a patent for its debt; sign in to read it and answer.",
    ),
    events.PledgorConsentAgreed: _template(
        "一项专利的权利人已同意为贵机构的债务出质。", "A holder agrees to pledge its patent for your debt."
    ),
    events.PledgorConsentRefused: _template(
        "一项专利的权利人不同意出质，或已收回同意。",
        "A holder does not pledge its patent for your debt, or has taken its consent back.",
    ),
    events.PledgorConsentDropped: _template(
        "企业不再请求贵机构出质，无需答复。",
        "An enterprise does not ask for your patent any more; no answer is needed.",
    ),
    events.DisclosureSent: _template(
        "收到一项融资申请，请登录查看；阅读会记入查阅记录。",
        "A request for financing was disclosed to your organisation; sign in to read it. Each reading is listed.",
    ),
    events.DisclosureTakenUp: _template(
        "一家银行已开始审查贵机构的融资申请。", "A bank works on your request for financing."
    ),
    events.DisclosureDeclined: _template(
        "一家机构已谢绝贵机构的融资申请；理由见该项披露。",
        "A bank or guarantor has declined your request for financing; the disclosure says why.",
    ),
    events.DisclosureWithdrawn: _template(
        "企业已撤回向贵机构的披露，相关资料不可再读。",
        "An enterprise has withdrawn what it disclosed to your organisation, which reads it no more.",
    ),
    events.DisclosureExpired: _template(
        "一项融资披露已到期，相关资料不可再读。", "A disclosure has ended by its last day, and is read no more."
    ),
    events.DisclosureEnded: _template(
        "一项融资申请已结束，相关资料不可再读。", "A request for financing is closed, and is read no more."
    ),
    events.QuestionAsked: _template(
        "一家机构请贵机构补充资料；答复之前其时限暂停。",
        "A bank or guarantor asks for a supplement; its time stands until you answer.",
    ),
    events.QuestionAnswered: _template(
        "企业已答复贵机构的问题，时限继续计算。", "An enterprise has answered your question; your time runs on."
    ),
    events.OfferDrafted: _template(
        "本行起草了一份融资报价，待另一人批准。", "An offer was drafted; a second person of your bank approves it."
    ),
    events.DraftOfferEnded: _template("本行一份未批准的融资报价已作废。", "A draft of an offer of your bank is void."),
    events.OfferStands: _template(
        "收到一份融资报价，请登录查看并与其他报价比较。",
        "A bank has made an offer; sign in to read it beside the others.",
        legal=True,
    ),
    events.OfferAccepted: _template(
        "企业已接受贵机构的融资报价。", "An enterprise has accepted your offer.", legal=True
    ),
    events.OfferRejected: _template(
        "企业未接受贵机构的融资报价。", "An enterprise has not taken your offer.", legal=True
    ),
    events.OfferWithdrawn: _template("一家银行已撤回其报价。", "A bank has withdrawn its offer.", legal=True),
    events.OfferLapsed: _template("一份融资报价已失效。", "An offer for financing has lapsed.", legal=True),
    events.GuaranteeAsked: _template(
        "有企业请贵机构为其债务担保，请登录查看并答复。",
        "An enterprise asks your organisation to stand for its debt; sign in to read it and answer.",
    ),
    events.GuaranteeAgreed: _template(
        "一家担保机构同意担保，条件见该项担保。",
        "A guarantor agrees to stand for your debt; see its terms.",
        legal=True,
    ),
    events.GuaranteeDeclined: _template("一家担保机构已谢绝担保。", "A guarantor has declined."),
    events.GuaranteeLapsed: _template(
        "一项担保已失效：其申请或披露已结束。",
        "A guarantee is void, since its request or its disclosure has ended.",
        legal=True,
    ),
}
