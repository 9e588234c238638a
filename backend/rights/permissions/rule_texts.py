"""How the rules of rights are said: what stands against an act, and what would lift it.

Which law says so stands beside each rule in `rules.py`; one text may serve several rules.
"""

from typing import Final, NamedTuple

from backend.core.errors import Text


class Said(NamedTuple):
    """What a rule says, what would lift it, and who confirms where that is what it needs."""

    detail: Text
    cure: Text
    by: str = "holder"  # who confirms: holder | authority


CONFIRM_HOLDER: Final = Text("请核实后在 confirmed 中列明。", "Make sure of it and name it in `confirmed`.")

NOT_A_HOLDER: Final = Said(
    Text("行使方不是该专利的权利人。", "Whoever would act does not hold the patent."),
    Text("请先登记权属，或由权利人行使。", "Record the holding first, or have a holder act."),
)
HOLDING_DISPUTED: Final = Said(
    Text("行使方的权属存在争议。", "The holding of whoever would act is disputed."),
    Text("争议由平台或主管机关核实后可行使。", "The platform or an authority settles the dispute first."),
)
RIGHT_TERMINATED: Final = Said(
    Text("专利权已终止或未曾授予。", "The right has ended, or never came to be."),
    Text("权利恢复并登记后可行使。", "Record its restoration, where there is one."),
)
WHOLLY_INVALIDATED: Final = Said(
    Text("专利权已被宣告全部无效。", "The right was declared invalid in whole."),
    Text("仅当无效决定被撤销并登记后可行使。", "Only a recorded reversal of that decision lifts it."),
)
NOT_GRANTED: Final = Said(
    Text("尚未公告授予专利权。", "The grant has not been announced."),
    Text("请在授权公告后再行使，并登记授权日。", "Wait for the announcement, and record the grant."),
)
FOREIGN_PATENT: Final = Said(
    Text("该专利不是中国专利，不能作开放许可声明。", "This is no Chinese patent, so it cannot be declared open."),
    Text("可改为普通许可。", "Offer an ordinary licence instead."),
)
LICENCE_BEFORE_GRANT: Final = Said(
    Text("专利尚在申请中，许可的是申请中的技术。", "The patent is pending: what is licensed is an application."),
    CONFIRM_HOLDER,
)
STATUS_UNKNOWN: Final = Said(
    Text("法律状态未登记。", "Nobody has recorded how the right stands."),
    Text(
        "请登记法律状态，或核实后在 confirmed 中列明。", "Record its status, or make sure and name it in `confirmed`."
    ),
)
REPORT_MISSING: Final = Said(
    Text("实用新型、外观设计须提供专利权评价报告。", "A utility model or design needs an evaluation report."),
    Text("请取得评价报告，并登记法律事件 evaluation_report。", "Get one and record it: legal event evaluation_report."),
)
REPORT_NEGATIVE: Final = Said(
    Text("评价报告认为不符合授权条件。", "The evaluation report finds against the grant."),
    Text("更正后的评价报告登记后可行使。", "Record a corrected report, where there is one."),
)
SUSPENDED: Final = Said(
    Text("有关程序处于中止状态。", "The office has suspended the proceedings."),
    Text("中止解除并登记后可行使。", "Record the end of the suspension: legal event suspension_lifted."),
)
SEIZED: Final = Said(
    Text("该专利权已被法院采取保全措施。", "A court has ordered the preservation of the right."),
    Text("保全解除并登记后可行使。", "End the entry once the court has lifted it."),
)
SUSPENDED_DISPOSAL: Final = Said(
    Text(
        "程序中止期间不办理放弃、变更、转移和质押。",
        "While suspended, the office takes no surrender, transfer or pledge.",
    ),
    Text("中止解除并登记后可办理。", "Record the end of the suspension: legal event suspension_lifted."),
)
SUSPENDED_GRANT: Final = Said(
    Text("有关程序处于中止状态，权属可能变化。", "Proceedings are suspended: who holds the right may change."),
    CONFIRM_HOLDER,
)
SEIZED_GRANT: Final = Said(
    Text("该专利权已被保全，许可可能不被认可。", "The right is under preservation: a licence may not be recognised."),
    CONFIRM_HOLDER,
)
ANNUITY_UNPAID: Final = Said(
    Text("到期年费未按规定缴纳。", "An annuity that fell due is not paid."),
    Text("请补缴年费和滞纳金并登记 annuity_paid。", "Pay it with the surcharge and record annuity_paid."),
)
ANNUITY_IN_GRACE: Final = Said(
    Text("年费逾期未缴，许可方负有维持专利有效的义务。", "An annuity is late, and a licensor keeps the right alive."),
    Text("请补缴年费，或承诺补缴并在 confirmed 中列明。", "Pay it, or undertake to and name this in `confirmed`."),
)
ANNUITY_LATE: Final = Said(
    Text("到期年费未缴纳，专利权可能终止。", "An annuity is late: the right may lapse."),
    Text("请补缴年费，或由双方知悉后在 confirmed 中列明。", "Pay it, or have both know and name it in `confirmed`."),
)
ANNUITY_UNKNOWN: Final = Said(
    Text("没有登记任何年费缴纳记录。", "No payment of an annuity is on record."),
    Text(
        "请登记 annuity_paid，或核实后在 confirmed 中列明。",
        "Record annuity_paid, or make sure and name it in `confirmed`.",
    ),
)
INVALIDATION_PENDING: Final = Said(
    Text("该专利正处于无效宣告程序。", "A request for invalidation is pending."),
    Text(
        "当事人知悉后仍愿办理的，请在 confirmed 中列明。",
        "If the parties know and still want it, name it in `confirmed`.",
    ),
)
OUTLASTS_RIGHT: Final = Said(
    Text("期限超过专利权有效期。", "It would end later than the right."),
    Text("请将 ends_on 改为期限届满日之前。", "Give an `ends_on` before the day on which the right expires."),
)
DEBT_OUTLASTS_RIGHT: Final = Said(
    Text("债务履行期限超过专利权有效期。", "The debt would outlast the right."),
    Text("请缩短债务履行期限。", "Agree on a shorter term of the debt."),
)
CO_OWNERS_MISSING: Final = Said(
    Text("须取得全体共有人同意。", "All co-owners have to consent."),
    Text("请用 POST …/consents 征求尚未同意的共有人。", "Ask those who have not: POST …/consents."),
)
AGREEMENT_ASKS: Final = Said(
    Text("共有人之间的约定要求共同同意。", "The co-owners agreed that this needs their consent."),
    Text("请用 POST …/consents 征求约定的共有人。", "Ask those whom the agreement names: POST …/consents."),
)
EXCLUSIVE_OR_SOLE: Final = Said(
    Text("专利权处于独占或者排他许可有效期限内。", "An exclusive or sole licence is in force."),
    Text("该许可终止并登记后可行使。", "End that licence and record its end."),
)
EXCLUSIVE: Final = Said(
    Text("所求范围和期限与独占许可重叠。", "An exclusive licence covers part of what is asked for."),
    Text("请避开其范围或期限，或与被许可人协商终止。", "Keep clear of its scope or term, or agree on its end."),
)
SOLE: Final = Said(
    Text("所求范围和期限与排他许可重叠。", "A sole licence covers part of what is asked for."),
    Text(
        "请避开其范围或期限；许可方不具备实施条件的，可用 own_working 授予一个普通许可。",
        "Keep clear of it; a licensor that cannot work the patent may grant one ordinary licence: `own_working`.",
    ),
)
OWN_WORKING_USED: Final = Said(
    Text("以许可方自行实施名义的普通许可已有一个。", "The one ordinary licence in place of own working is granted."),
    Text("该许可终止后可再授予。", "Another can be granted once that one has ended."),
)
OWN_WORKING: Final = Said(
    Text(
        "排他许可的许可方不具备独立实施条件，以一个普通许可视为自行实施。",
        "A sole licensor without the means to work it grants one ordinary licence as its own working.",
    ),
    Text(
        "请确认不具备独立实施条件，并在 confirmed 中列明。", "Confirm that you lack the means: name it in `confirmed`."
    ),
)
ORDINARY: Final = Said(
    Text("在先普通许可与所求范围和期限重叠。", "An earlier ordinary licence covers part of what is asked for."),
    Text("请避开其范围或期限，或在 carves_out 中保留该许可。", "Keep clear of it, or carve it out: `carves_out`."),
)
NOT_THE_LICENSEE: Final = Said(
    Text("分许可只能由在有效许可中的被许可人作出。", "Only the licensee of a licence in force sub-licenses."),
    Text("请在 licence 中指明您的许可。", "Name your licence in `licence`."),
)
SUB_LICENSING: Final = Said(
    Text("许可合同未约定可以分许可。", "The licence does not allow sub-licences."),
    Text("请取得许可方同意。", "Ask the licensor for consent."),
)
BEYOND_THE_LICENCE: Final = Said(
    Text("分许可超出许可的范围或期限。", "The sub-licence goes beyond the licence."),
    Text("请在许可的范围和期限之内授予。", "Stay within the licence's scope and term."),
)
LICENSEES_RELY: Final = Said(
    Text("尚有有效许可，许可方负有维持专利有效的义务。", "Licences are in force; a licensor keeps the right alive."),
    Text("请取得各被许可人同意。", "Ask the licensees for consent."),
)
OPEN_STANDS: Final = Said(
    Text("实行开放许可期间不得给予独占或者排他许可。", "While the open licence stands, none may be exclusive or sole."),
    Text(
        "请先撤回开放许可声明；也可协商给予普通许可。", "Withdraw the declaration first, or grant an ordinary licence."
    ),
)
WITHDRAW_FIRST: Final = Said(
    Text("实行开放许可期间办理此手续须先撤回声明。", "The open licence has to be withdrawn before this."),
    Text("请先撤回开放许可声明，待公告后办理。", "Withdraw the declaration and wait for the announcement."),
)
ALREADY_OPEN: Final = Said(
    Text("该专利已在实行开放许可。", "An open licence stands already."),
    Text("如需更改条件，请撤回后重新声明。", "To change its terms, withdraw it and declare anew."),
)
NOTHING_TO_KEEP: Final = Said(
    Text("该专利没有已公告的开放许可。", "No announced open licence stands."),
    Text("请先声明开放许可。", "Declare one first."),
)
HOLDERS_CHANGED: Final = Said(
    Text("专利权人与声明人不一致。", "Others hold the patent than those who declared it open."),
    Text("请撤回声明，由现权利人重新声明。", "Withdraw; the present holders declare anew."),
)
PLEDGEE_ON_OPEN: Final = Said(
    Text(
        "办理质押须质权人书面同意继续实行开放许可。",
        "The pledgee has to agree in writing that the open licence goes on.",
    ),
    Text(
        "请就开放许可的 consent_terms 征求质权人同意 keep_open_licence。",
        "Ask the pledgee to consent to keep_open_licence on the open licence's consent_terms.",
    ),
)
PLEDGED_OPEN: Final = Said(
    Text("专利权已质押，未经质权人同意。", "The right is pledged, and the pledgee has not consented."),
    Text("请征求质权人同意。", "Ask the pledgee for consent."),
)
PLEDGED: Final = Said(
    Text("专利权出质期间，须出质人与质权人协商同意。", "While pledged, this needs the pledgee's agreement."),
    Text("请用 POST …/consents 征求质权人同意。", "Ask the pledgee for consent: POST …/consents."),
)
ALREADY_PLEDGED: Final = Said(
    Text("该专利权已质押且仍在质押期间。", "The right is pledged already."),
    Text("原质押注销后可办理。", "Have that pledge released first."),
)
OPTION: Final = Said(
    Text("存在尚可行使的选择权。", "Somebody has an option on it."),
    Text("请征求选择权人同意，或待其期满。", "Ask the option's holder for consent, or wait until it ends."),
)
OBSTACLE: Final = Said(
    Text("存在其他妨碍专利权有效实施的情形。", "Something else stands in the way of working the patent."),
    Text("该情形消除后请终止相应记录。", "End the entry once that is gone."),
)
EXPORT: Final = Said(
    Text(
        "向境外主体转让或许可须办理技术出口手续。",
        "Assigning or licensing abroad is an export of technology.",
    ),
    Text(
        "请取得出口许可证或合同登记证，并在 confirmed 中列明。",
        "Get the permit or the registration; name it in `confirmed`.",
    ),
    "authority",
)
PUBLIC_MONEY: Final = Said(
    Text(
        "财政资助形成的专利向境外转让或独占许可须经批准。", "What public money paid for goes abroad only with approval."
    ),
    Text(
        "请取得项目管理机构批准，并在 confirmed 中列明。", "Get the project agency's approval; name it in `confirmed`."
    ),
    "authority",
)
