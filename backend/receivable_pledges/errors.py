"""What can stand against a step of the pledge of a licence's income."""

from backend.core.errors import Conflict, Malformed, NotFound, NotInState, StepNotYours, Text


class NoSuchReceivablePledge(NotFound):
    """There is no such pledge of a licence's income, or the caller has no part in it."""

    code = "no_such_receivable_pledge"
    title = Text("没有找到该应收账款质押", "There is no such receivable pledge")


class ReceivablePledgeNotInState(NotInState):
    """The pledge is in a state from which this step does not lead on."""

    code = "receivable_pledge_not_in_state"
    title = Text("应收账款质押的当前状态不能进行此操作", "The receivable pledge's state does not allow this step")
    cure = Text("请先读取它，按其 status 选择操作。", "Read it and choose a step that its status allows.")


class ReceivablePledgeStepNotYours(StepNotYours):
    """The step belongs to another of the three sides."""

    code = "receivable_pledge_step_not_yours"


class LicenceNotYours(ReceivablePledgeStepNotYours):
    """The licence's income is its licensor's, who alone can pledge it."""

    code = "licence_income_not_yours"


class ReceivablePledged(Conflict):
    """The licence's income is pledged already, or that was asked; `receivable_pledge_id` leads to it."""

    code = "licence_income_pledged"
    title = Text("该许可的收入已质押或已提出质押", "The licence's income is pledged already, or that was asked")
    cure = Text("请先撤回或解除原质押。", "Withdraw it, or have it released, first.")


class LicenceBringsNothing(Conflict):
    """The licence is free or over: there is nothing to pledge."""

    code = "licence_brings_nothing"
    title = Text("该许可没有可质押的收入", "The licence brings nothing that could be pledged")
    cure = Text("请改用执行中的有偿许可。", "Name a licence that runs, and for which something is paid.")


class NotALender(Malformed):
    """The pledgee that is named is no verified bank or guarantor."""

    code = "not_a_lender"
    title = Text("质权人须为已认证的银行或担保机构", "The pledgee is a verified bank or guarantor")
    cure = Text("请选择已核验的银行或担保机构。", "Name a verified bank or guarantor.")


class RegistrationDayWrong(Malformed):
    """The registration lies in the future or before the licensee consented, or the release before the registration."""

    code = "registration_day_wrong"
    title = Text("登记或注销日期有误", "The day of the registration or release is out of order")
    cure = Text(
        "请改为 errors 所示范围内的日期；日期按中国时区（UTC+8）。",
        "Name a day that `errors` allows; days are China's (UTC+8).",
    )
