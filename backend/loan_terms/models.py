"""The dated tables behind loans: loan prime rates, and schemes that share risks and subsidise interest.

A row never changes. A wrong one is corrected by another that names it and says why; it stays, marked as corrected.
"""

from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import coded, fen, json_column, moment
from backend.loan_terms.codes import CompensatesAt, LprTenor, SharingRole, SourceSureness, SubsidyPayment

STANDS: Final = "corrected_at IS NULL"


class LoanPrimeRate(SQLModel, table=True):
    """A loan prime rate (LPR) as it was announced; it holds until the next announcement."""

    __tablename__ = "loan_prime_rate"
    __table_args__ = (
        sa.Index("uq_loan_prime_rate_standing", "tenor", "announced_on", unique=True,
                 postgresql_where=sa.text(STANDS), sqlite_where=sa.text(STANDS)),
        sa.Index("ix_loan_prime_rate_announced", "announced_on", "id"),
        sa.CheckConstraint("rate_bp >= 0", name="rate"),
        sa.CheckConstraint("(corrects_id IS NULL) = (reason IS NULL)", name="reason"),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    tenor: LprTenor = Field(sa_column=coded(LprTenor))
    announced_on: date
    rate_bp: int
    source: str
    sureness: SourceSureness = Field(sa_column=coded(SourceSureness))
    corrects_id: str | None = Field(
        default=None, sa_column=sa.Column(sa.ForeignKey("loan_prime_rate.id"), nullable=True, unique=True)
    )
    reason: str | None = None
    entered_at: datetime = Field(sa_column=moment())
    corrected_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))


class FinancingScheme(SQLModel, table=True):
    """A scheme that shares the risk of loans, subsidises their interest, or both; null is what is not known of it."""

    __tablename__ = "financing_scheme"
    __table_args__ = (
        sa.Index("ix_financing_scheme_code", "code", "id"),
        sa.CheckConstraint("(corrects_id IS NULL) = (reason IS NULL)", name="reason"),
    )
    id: str = Field(primary_key=True)
    code: str
    name_zh: str
    name_en: str
    region: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    shares: list[dict[str, Any]] | None = Field(default=None, sa_column=json_column(nullable=True))
    compensates_at: CompensatesAt | None = Field(default=None, sa_column=coded(CompensatesAt, nullable=True))
    pool_fen: int | None = Field(default=None, sa_column=fen())
    subsidy_share_of_lpr_bp: int | None = None
    subsidy_bp: int | None = None
    subsidy_cap_fen: int | None = Field(default=None, sa_column=fen())
    subsidy_payment: SubsidyPayment | None = Field(default=None, sa_column=coded(SubsidyPayment, nullable=True))
    most_amount_fen: int | None = Field(default=None, sa_column=fen())
    most_term_months: int | None = None
    most_over_lpr_bp: int | None = None
    most_over_lpr_tenor: LprTenor | None = Field(default=None, sa_column=coded(LprTenor, nullable=True))
    most_guarantee_fee_bp: int | None = None
    source: str
    sureness: SourceSureness = Field(sa_column=coded(SourceSureness))
    corrects_id: str | None = Field(
        default=None, sa_column=sa.Column(sa.ForeignKey("financing_scheme.id"), nullable=True, unique=True)
    )
    reason: str | None = None
    entered_at: datetime = Field(sa_column=moment())
    corrected_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))

    def share_by_role(self) -> dict[SharingRole, int] | None:
        """Return the shares of a loss in basis points, in their order; None where they are not known."""
        if self.shares is None:
            return None
        return {SharingRole(one["role"]): one["share_bp"] for one in self.shares}
