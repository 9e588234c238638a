"""The pieces that products, requests and offers have in common, as they come in and go out."""

from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from backend.core.http.schemas import Body, Clean, EachOnce, Fen, Out
from backend.core.ids import id_pattern
from backend.financing.codes import DocumentKind, Ground
from backend.loan_terms.codes import FeeKind, FeePayer, FeeTime, LoanFeeBase, RepaymentMethod

MOST_FEN: Final = 10_000_000_000_000
MOST_MONTHS: Final = 360
MOST_BP: Final = 10_000
Text2000 = Annotated[str, Clean, StringConstraints(min_length=1, max_length=2_000)]
Text5000 = Annotated[str, Clean, StringConstraints(min_length=1, max_length=5_000)]
Amount = Annotated[int, Field(ge=1, le=MOST_FEN, strict=True, description="Money in fen (1/100 yuan).")]
Signed = Annotated[int, Field(ge=-MOST_FEN, le=MOST_FEN, strict=True, description="Money in fen; a loss is negative.")]
Months = Annotated[int, Field(ge=1, le=MOST_MONTHS, strict=True)]
BasisPoints = Annotated[int, Field(ge=0, le=MOST_BP, strict=True)]
Spread = Annotated[
    int, Field(ge=-1_000, le=5_000, strict=True, description="Basis points on top of the loan prime rate.")
]
PatentId = Annotated[str, Field(pattern=id_pattern("pat"), examples=["pat_01h455vb4pex5vsknk084sn02q"])]
OrganisationId = Annotated[str, Field(pattern=id_pattern("org"), examples=["org_01h455vb4pex5vsknk084sn02q"])]
ProductId = Annotated[str, Field(pattern=id_pattern("prod"), examples=["prod_01h455vb4pex5vsknk084sn02q"])]
Documents = Annotated[list[DocumentKind], Field(max_length=len(DocumentKind)), EachOnce]
Methods = Annotated[list[RepaymentMethod], Field(min_length=1, max_length=len(RepaymentMethod)), EachOnce]
SchemeCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,60}$")]


def _confirmable(grounds: list[Ground]) -> list[Ground]:
    return list(dict.fromkeys(grounds))


Confirmed = Annotated[
    list[Ground],
    Field(max_length=len(Ground), description="Grounds that the pledgor knows of, and has made sure of."),
    AfterValidator(_confirmable),
]


class FinancingFeeIn(Body):
    """A fee: an amount, or basis points of the amount lent or of what is outstanding."""

    kind: FeeKind
    payer: FeePayer = FeePayer.BORROWER
    time: FeeTime
    amount_fen: Fen | None = None
    rate_bp: BasisPoints | None = None
    base: LoanFeeBase = LoanFeeBase.AMOUNT

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.amount_fen is None) == (self.rate_bp is None):
            raise ValueError("a fee is either amount_fen or rate_bp")
        if self.time is FeeTime.ON_DAY:
            raise ValueError("the day is not known before the loan is disbursed")
        return self


class FinancingFeeOut(Out):
    """A fee, as it was stated."""

    kind: FeeKind
    payer: FeePayer
    time: FeeTime
    amount_fen: int | None
    rate_bp: int | None
    base: LoanFeeBase


Fees = Annotated[list[FinancingFeeIn], Field(max_length=20)]


def fee_rows(fees: list[FinancingFeeIn]) -> list[dict[str, Any]]:
    """Return the fees as they are stored."""
    return [fee.model_dump(mode="json") for fee in fees]


def fees_out(rows: list[dict[str, Any]]) -> list[FinancingFeeOut]:
    """Return stored fees as they are shown."""
    return [FinancingFeeOut(**row) for row in rows]
