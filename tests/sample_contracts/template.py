"""A contract of two kinds of sides, whose terms can be amended in part."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from backend.core.contract_template import Clause, ContractTemplate, SideNames
from backend.core.errors import Text


class SampleTerms(BaseModel):
    """Typed terms, all whole numbers and texts."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    amount_fen: Annotated[int, Field(ge=1, le=9_000_000_000_000_000)]
    term_months: Annotated[int, Field(ge=1, le=360)]
    purpose: Annotated[str, Field(min_length=1, max_length=50_000)] = "研发"


def sample_clauses(terms: SampleTerms, sides: Mapping[str, SideNames]) -> Sequence[Clause]:
    """Return the clauses of a sample contract."""
    lender, borrower = sides["lender"].names, sides["borrower"].names
    yuan = f"{terms.amount_fen // 100:,}.{terms.amount_fen % 100:02}"
    return (
        Clause(
            Text("借款", "The loan"),
            (
                Text(
                    f"{lender.zh}（出借人）同意向{borrower.zh}（借款人）提供借款人民币{yuan}元。",
                    f"{lender.en} lends RMB {yuan} to {borrower.en}.",
                ),
                Text(f"借款期限为{terms.term_months}个月。", f"The term is {terms.term_months} months."),
            ),
        ),
        Clause(Text("用途", "Purpose"), (Text(f"借款用于：{terms.purpose}", f"It is for: {terms.purpose}"),)),
    )


TEMPLATE: Final = ContractTemplate(
    name="sample_loan",
    version="1",
    title=Text("借款合同（样本）", "Sample loan contract"),
    terms=SampleTerms,
    sides={"lender": Text("出借人", "Lender"), "borrower": Text("借款人", "Borrower")},
    clauses=sample_clauses,
    amendable=frozenset({"term_months", "purpose"}),
)
