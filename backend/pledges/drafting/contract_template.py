"""The pledge contract: its typed terms, which hold what the office asks for, and the clauses printed of them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints

from backend.core.contract_template import Clause, ContractTemplate, SideNames
from backend.core.errors import Text
from backend.loan_terms.codes import LprTenor
from backend.patents.codes import PatentKind
from backend.pledges.codes import PledgeKind, PledgeSide, SecuredItem

IsoDay = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Short = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Amount = Annotated[int, Field(ge=0, le=9_000_000_000_000_000, strict=True)]
SECURED: Final = {
    SecuredItem.PRINCIPAL: Text("主债权本金", "the principal"),
    SecuredItem.INTEREST: Text("利息", "interest"),
    SecuredItem.DEFAULT_PENALTY: Text("违约金", "default penalty"),
    SecuredItem.DAMAGES: Text("损害赔偿金", "damages"),
    SecuredItem.CUSTODY_COSTS: Text("保管质物的费用", "the costs of keeping the collateral"),
    SecuredItem.REALISATION_COSTS: Text("实现质权的费用", "the costs of realising the pledge"),
}
TENORS: Final = {
    LprTenor.ONE_YEAR: Text("一年期", "one-year"),
    LprTenor.FIVE_YEARS: Text("五年期以上", "over-five-year"),
}


class _Terms(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PledgedPatentTerms(_Terms):
    """A pledged patent as the contract names it."""

    patent_id: str
    title: Short
    kind: Annotated[PatentKind, Strict(False)] | None
    application_number: Short | None
    grant_number: Short | None
    filing_date: IsoDay | None
    grant_date: IsoDay | None
    pledgors: Annotated[list[Short], Field(min_length=1, max_length=20)]


class DebtTerms(_Terms):
    """The debt that is secured."""

    debtor: Short
    financing_offer_id: str
    amount_fen: Amount
    term_months: Annotated[int, Field(ge=1, le=600, strict=True)]
    lpr_tenor: Annotated[LprTenor, Strict(False)]
    margin_bp: Annotated[int, Field(ge=-10_000, le=10_000, strict=True)]
    due_from: IsoDay
    due_until: IsoDay


class PledgeTerms(_Terms):
    """The terms of a pledge contract (Civil Code, art. 427: parties, debt, term, collateral, scope)."""

    kind: Annotated[PledgeKind, Strict(False)]
    maximum_fen: Amount | None
    debt: DebtTerms
    secures: Annotated[list[Annotated[SecuredItem, Strict(False)]], Field(min_length=1)]
    patents: Annotated[list[PledgedPatentTerms], Field(min_length=1, max_length=100)]
    annuities_paid_by: Annotated[PledgeSide, Strict(False)]
    special_terms: Annotated[str, StringConstraints(max_length=1_000)] | None


def yuan(fen: int) -> str:
    """Return an amount in yuan as a contract writes it."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def clauses(terms: PledgeTerms, _sides: Mapping[str, SideNames]) -> Sequence[Clause]:
    """Return the clauses of a pledge contract."""
    return [
        _debt(terms),
        _scope(terms),
        _collateral(terms),
        _registration(),
        _covenants(terms),
        _realisation(),
        *([_special(terms.special_terms)] if terms.special_terms else []),
    ]


def _debt(terms: PledgeTerms) -> Clause:
    debt, tenor = terms.debt, TENORS[terms.debt.lpr_tenor]
    paragraphs = [
        Text(f"债务人：{debt.debtor}。", f"Debtor: {debt.debtor}."),
        Text(
            f"主债权为借款，金额人民币 {yuan(debt.amount_fen)} 元，期限 {debt.term_months} 个月，"
            f"利率为放款日适用的{tenor.zh}贷款市场报价利率加 {debt.margin_bp} 个基点。",
            f"The claim is a loan of CNY {yuan(debt.amount_fen)} for {debt.term_months} months at the {tenor.en} loan"
            f" prime rate of the day of disbursement plus {debt.margin_bp} basis points.",
        ),
        Text(
            f"债务履行期限：{debt.due_from} 至 {debt.due_until}。",
            f"Term of performance: from {debt.due_from} to {debt.due_until}.",
        ),
    ]
    if terms.kind is PledgeKind.MAXIMUM_AMOUNT and terms.maximum_fen is not None:
        paragraphs.append(
            Text(
                f"本质押为最高额质押，最高债权额人民币 {yuan(terms.maximum_fen)} 元。",
                f"It is a pledge for a maximum amount of CNY {yuan(terms.maximum_fen)}.",
            )
        )
    return Clause(Text("被担保的主债权", "The secured claim"), paragraphs)


def _scope(terms: PledgeTerms) -> Clause:
    named = [SECURED[one] for one in terms.secures]
    said = Text(
        "担保范围为：" + "、".join(one.zh for one in named) + "；未列明的不在担保范围内。",
        "It secures: " + ", ".join(one.en for one in named) + "; nothing that is not named.",
    )
    return Clause(Text("担保范围", "What is secured"), [said])


def _collateral(terms: PledgeTerms) -> Clause:
    return Clause(Text("出质专利", "The pledged patents"), [_patent(one) for one in terms.patents])


def _patent(one: PledgedPatentTerms) -> Text:
    number = one.grant_number or one.application_number or one.patent_id
    filed, granted = one.filing_date or "—", one.grant_date or "—"
    who = "、".join(one.pledgors)
    return Text(
        f"{one.title}（专利号 {number}，申请日 {filed}，授权公告日 {granted}），出质人：{who}。",
        f"{one.title} (no. {number}, filed {filed}, granted {granted}), pledged by {who}.",
    )


def _registration() -> Clause:
    return Clause(
        Text("登记与生效", "Registration"),
        [
            Text(
                "双方共同向国家知识产权局申请出质登记，质权自登记之日起设立（民法典第四百四十四条）。",
                "Both sides apply to the CNIPA for registration; the pledge arises on that day (Civil Code, art. 444).",
            )
        ],
    )


def _covenants(terms: PledgeTerms) -> Clause:
    payer = {PledgeSide.PLEDGOR: Text("出质人", "the pledgor"), PledgeSide.PLEDGEE: Text("质权人", "the pledgee")}
    who = payer[terms.annuities_paid_by]
    return Clause(
        Text("质押期间", "While it stands"),
        [
            Text(f"年费由{who.zh}缴纳。", f"The annuities are paid by {who.en}."),
            Text(
                "未经双方协商同意，出质人不得转让或者许可他人使用出质专利；所得价款应当提前清偿债务或者提存。",
                "Without the consent of both, the pledgor neither assigns nor licenses the patents; what that brings"
                " goes to early repayment or deposit.",
            ),
            Text(
                "专利被请求宣告无效、被中止或者权利终止的，出质人应当及时通知质权人。",
                "The pledgor tells the pledgee at once of a request for invalidation, a suspension or the right's end.",
            ),
        ],
    )


def _realisation() -> Clause:
    return Clause(
        Text("质权的实现", "Realisation"),
        [
            Text(
                "债务人不履行到期债务的，双方可以协议以专利折价，也可以就拍卖、变卖、许可所得的价款优先受偿。",
                "If the debt is not paid when due, both may agree on a price for the patents; else what an auction, a"
                " sale or a licence brings goes to the pledgee first.",
            ),
            Text(
                "价款依次清偿实现债权的费用、利息和主债务；超过债权数额的部分归出质人所有。",
                "It goes to costs, interest and principal in this order; what is left belongs to the pledgor.",
            ),
        ],
    )


def _special(text: str) -> Clause:
    return Clause(Text("其他约定（未经审查）", "Further terms (not checked)"), [Text(text, text)])


PLEDGE_CONTRACT: Final = ContractTemplate(
    name="pledge",
    version="1",
    title=Text("专利权质押合同", "Patent pledge contract"),
    terms=PledgeTerms,
    sides={PledgeSide.PLEDGOR.value: Text("出质人", "Pledgor"), PledgeSide.PLEDGEE.value: Text("质权人", "Pledgee")},
    clauses=clauses,
)
