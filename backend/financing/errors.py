"""What can stand against financing."""

from typing import Final

from backend.core.errors import Conflict, Forbidden, Malformed, NotFound, NotInState, StepNotYours, Text

READ_IT: Final = Text("请先读取，按其 status 选择操作。", "Read it and choose a step that its status allows.")


class FinancingNotInState(NotInState):
    """The product, request, disclosure, offer or guarantee is in a state from which this step does not lead on."""

    code = "financing_not_in_state"
    title = Text("当前状态不能进行此操作", "The state does not allow this step")
    cure = READ_IT


class FinancingStepNotYours(StepNotYours):
    """The step belongs to another side of the request."""

    code = "financing_step_not_yours"


class NoSuchProduct(NotFound):
    """There is no such product, or it is another bank's and not published."""

    code = "no_such_financing_product"
    title = Text("没有找到该融资产品", "There is no such financing product")


class NoSuchFinancingRequest(NotFound):
    """There is no such request, or it is not disclosed to the caller's organisation."""

    code = "no_such_financing_request"
    title = Text("没有找到该融资申请", "There is no such financing request")


class NoSuchDisclosure(NotFound):
    """There is no such disclosure of the request, or the caller is no side of it."""

    code = "no_such_disclosure"
    title = Text("没有找到该披露", "There is no such disclosure")


class NoSuchFinancingQuestion(NotFound):
    """There is no such question about the request, or the caller is no side of it."""

    code = "no_such_financing_question"
    title = Text("没有找到该补充问题", "There is no such question")


class NoSuchFinancingOffer(NotFound):
    """There is no such offer, or the caller is no side of it."""

    code = "no_such_financing_offer"
    title = Text("没有找到该融资报价", "There is no such financing offer")


class NoSuchGuarantee(NotFound):
    """There is no such guarantee of the request, or the caller is no side of it."""

    code = "no_such_guarantee"
    title = Text("没有找到该担保", "There is no such guarantee")


class NoSuchPledgorConsent(NotFound):
    """There is no such consent, or the caller is no side of it."""

    code = "no_such_pledgor_consent"
    title = Text("没有找到该出质同意", "There is no such pledgor's consent")


class BanksOnly(Forbidden):
    """Only a bank publishes financing products."""

    code = "banks_only"
    title = Text("仅限银行", "Only a bank may do this")
    cure = Text("请由银行的成员办理。", "Have a member of a bank do it.")


class EnterprisesOnly(Forbidden):
    """Only an enterprise asks for financing."""

    code = "enterprises_only"
    title = Text("仅限企业", "Only an enterprise may do this")
    cure = Text("请由企业的成员办理。", "Have a member of an enterprise do it.")


class PatentNotNameable(Malformed):
    """A patent that the request names is not there, or may not be seen by the requester."""

    code = "patent_not_nameable"
    title = Text("申请所列专利不存在或不可见", "A named patent does not exist or may not be seen")
    cure = Text("请列出本单位持有的或已挂牌的专利。", "Name patents that your organisation holds, or that are listed.")


class NotARecipient(Malformed):
    """A request is disclosed to verified banks and guarantors alone."""

    code = "not_a_recipient"
    title = Text("只能披露给已认证的银行或担保机构", "It is disclosed to verified banks and guarantors alone")
    cure = Text("请选择已核验的银行或担保机构。", "Name a verified bank or guarantor.")


class ProductNotOfRecipient(Malformed):
    """The product is not a published one of the bank to which the request is disclosed."""

    code = "product_not_of_recipient"
    title = Text("该产品不是接收银行已发布的产品", "The product is not a published one of that bank")
    cure = Text(
        "请从 GET …/products 中选择该银行的产品，或不填 product_id。",
        "Name a product of that bank from GET …/products, or leave `product_id` out.",
    )


class DisclosureTooLong(Malformed):
    """A disclosure ends today at the earliest, and within the longest time that the platform allows."""

    code = "disclosure_too_long"
    title = Text("披露截止日超出允许范围", "The disclosure's last day is out of range")
    detail = Text("须在 {earliest} 至 {latest} 之间。", "It lies between {earliest} and {latest}.")
    cure = Text(
        "请改为该范围内的日期；日期按中国时区（UTC+8）。", "Name a day in that range; days are China's (UTC+8)."
    )
    shows = ("earliest", "latest")


class DisclosureExists(Conflict):
    """The request is disclosed to this organisation already."""

    code = "disclosure_exists"
    title = Text("已向该机构披露", "It is disclosed to this organisation already")
    detail = Text("见 {disclosure_id}。", "See {disclosure_id}.")
    cure = Text("如需变更，请先撤回。", "Withdraw that one first to change it.")
    shows = ("disclosure_id",)


class DisclosureKept(Conflict):
    """The bank whose offer was accepted keeps what its contract needs until the deal is over."""

    code = "disclosure_kept"
    title = Text("签约银行在交易结束前保留所需资料", "The contracting bank keeps it until the deal is over")
    cure = Text(
        "质押注销或实现完毕后，该披露自行结束。",
        "It ends by itself once the pledge is released, or its realisation closed.",
    )


class TooManyDisclosures(Conflict):
    """As many disclosures of the request stand as there may be at one time."""

    code = "too_many_disclosures"
    title = Text("披露对象过多", "The request is disclosed to too many")
    detail = Text("最多 {limit} 家。", "At most {limit} at one time.")
    cure = Text("请先撤回不再需要的披露。", "Withdraw those that are not needed any more.")


class NothingDisclosed(Conflict):
    """A request is submitted to the banks to which it is disclosed, and there is none."""

    code = "nothing_disclosed"
    title = Text("尚未选择接收银行", "It is disclosed to no bank")
    cure = Text("请先用 POST …/disclosures 选择银行。", "Choose banks first, by POST …/disclosures.")


class ChecksRefused(Conflict):
    """A ground of the pledge registration stands against a patent, or a confirmation or consent is missing."""

    code = "financing_checks_refused"
    title = Text(
        "质押登记条件未满足", "The registration of the pledge would be refused, or something is to be confirmed"
    )
    detail = Text("见 reasons 与 GET …/checks。", "See `reasons` and GET …/checks.")
    cure = Text("请逐项处理后重新提交。", "Deal with each reason and submit again.")


class PartNotDisclosed(Conflict):
    """The part of the request that this needs was not disclosed to the caller."""

    code = "part_not_disclosed"
    title = Text("该部分未向贵机构披露", "This part was not disclosed to your organisation")
    detail = Text("需要 {part}。", "It needs `{part}`.")
    cure = Text(
        "请联系企业：撤回原披露后另行披露，并列明该部分。",
        "Ask the enterprise, which withdraws the disclosure and makes another that names the part.",
    )
    shows = ("part",)


class QuestionAnswered(Conflict):
    """The question is answered."""

    code = "financing_question_answered"
    title = Text("该问题已答复", "The question is answered")
    cure = Text(
        "答复不能更改；需要补充的，待再次提问时答复。",
        "An answer stays as it is; say more once the bank or guarantor asks again.",
    )


class TooManyQuestions(Conflict):
    """As many questions of one bank wait for an answer as may."""

    code = "too_many_financing_questions"
    title = Text("待答复的问题过多", "Too many questions wait for an answer")
    detail = Text("最多 {limit} 项。", "At most {limit} may wait.")
    cure = Text("请等待企业答复后再提问。", "Wait until the enterprise has answered some of them.")


class TooManyOffers(Conflict):
    """As many offers of one bank are drafted or stand as may."""

    code = "too_many_financing_offers"
    title = Text("未结的报价过多", "Too many offers are open")
    detail = Text("最多 {limit} 份。", "At most {limit} may be open.")
    cure = Text("请先撤回其中一份未结的报价。", "Withdraw one of the open offers first.")


class OfferNeedsAnother(Forbidden):
    """An offer is approved by another person of the bank than the one who drafted it."""

    code = "offer_needs_another_person"
    title = Text("须由另一人批准", "Another person of the bank approves it")
    cure = Text("请由起草人以外的同事批准。", "Have a colleague approve it who did not draft it.")


class OfferExpired(Conflict):
    """The offer's last day has passed, or lies before today."""

    code = "financing_offer_expired"
    title = Text("报价有效期已过", "The offer's last day has passed")
    cure = Text(
        "由银行另行报价，有效期不早于中国当日（UTC+8）。",
        "The bank drafts another whose `valid_until` is today in China (UTC+8) or later.",
    )


class OfferOutlastsDisclosure(Malformed):
    """The offer would be valid for longer than the bank may read the request."""

    code = "offer_outlasts_disclosure"
    title = Text("报价有效期晚于披露截止日", "The offer would outlast the disclosure that it rests on")
    detail = Text("披露至 {ends_on} 为止。", "The disclosure ends on {ends_on}.")
    cure = Text("请改为不晚于披露截止日的有效期。", "Let the offer be valid until that day, or a day before.")
    shows = ("ends_on",)


class BankNotVerified(Conflict):
    """The bank that made the offer is verified no more."""

    code = "bank_not_verified"
    title = Text("报价银行已不再通过认证", "The bank is verified no more")
    cure = Text(
        "请接受其他银行的报价，或待该银行重新通过核验。",
        "Accept another bank's offer, or wait until this one is verified again.",
    )


class GuaranteeMissing(Conflict):
    """The offer needs a guarantor who has not agreed, or not to so much."""

    code = "guarantee_missing"
    title = Text("尚缺所需担保", "The guarantee that the offer needs is missing")
    cure = Text("请先取得该担保机构同意。", "Get that guarantor's agreement first.")


class NotAGuarantor(Malformed):
    """The organisation that is named as guarantor is no verified guarantor."""

    code = "not_a_guarantor"
    title = Text("该机构不是已认证的担保机构", "The organisation is no verified guarantor")
    cure = Text("请选择已核验的担保机构。", "Name a verified guarantor.")


class UnknownScheme(Malformed):
    """There is no such scheme, or it is of another kind, or not in force."""

    code = "unknown_scheme"
    title = Text("没有该方案或方案未生效", "There is no such scheme in force")
    cure = Text(
        "请从 GET /v1/reference/schemes 中选择现行方案。", "Name one that GET /v1/reference/schemes has as valid today."
    )


class GuaranteeExists(Conflict):
    """The guarantor is asked already, or has agreed."""

    code = "guarantee_exists"
    title = Text("已向该担保机构提出", "This guarantor is asked already")
    cure = Text(
        "请读取 GET …/guarantees；尚未答复的，请等待其答复。",
        "Read GET …/guarantees; where it has not answered yet, wait for its answer.",
    )


class NotDisclosedToGuarantor(Conflict):
    """A guarantor is asked once the request is disclosed to it, and sent."""

    code = "not_disclosed_to_guarantor"
    title = Text("尚未向该担保机构披露", "The request is not disclosed to this guarantor")
    cure = Text("请先披露并提交申请。", "Disclose the request to it, and submit the request, first.")
