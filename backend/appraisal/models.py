"""Tables of appraisals: weights, extracts of the register, published comparables, and institutions' reports."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.appraisal.codes import ReportKind, ReportSide, ReportStatus
from backend.core.database.columns import coded, fen, json_column, moment
from backend.patents.codes import DealType


def _patent() -> Any:
    return sa.Column(sa.ForeignKey("patent.id"), nullable=False)


class AppraisalWeights(SQLModel, table=True):
    """A set of weights of the indicators for each scenario, from a day on; never changed."""

    __tablename__ = "appraisal_weights"
    __table_args__ = (sa.Index("ix_appraisal_weights_order", "valid_from", "recorded_at", "id"),)
    id: str = Field(primary_key=True)
    valid_from: date
    indicator_version: str
    weights: dict[str, dict[str, int]] = Field(
        sa_column=json_column(), description="Scenario → indicator → basis points."
    )
    note: str
    recorded_at: datetime = Field(sa_column=moment())
    recorded_by: str | None = Field(default=None, description="The organisation's id; none: the platform's first set.")


class RegisterExtract(SQLModel, table=True):
    """What an office read in the register on a day: what it names is on record here, and there is no more of it."""

    __tablename__ = "register_extract"
    __table_args__ = (sa.Index("ix_register_extract_patent", "patent_id", "recorded_at", "id"),)
    id: str = Field(primary_key=True)
    patent_id: str = Field(sa_column=_patent())
    as_of: date
    complete_about: list[str] = Field(sa_column=json_column(), description="ExtractFacet.")
    source: str
    note: str | None = None
    recorded_at: datetime = Field(sa_column=moment())
    recorded_by: str = Field(description="The organisation's id.")


class ComparableSnapshot(SQLModel, table=True):
    """What was published of one cell of the comparables; what it was made of is kept for its repetition alone."""

    __tablename__ = "comparable_snapshot"
    __table_args__ = (
        sa.UniqueConstraint("sector", "deal_type", "period", "is_demonstration", "number"),
        sa.Index("ix_comparable_snapshot_standing", "is_demonstration", "id", postgresql_where=sa.text("standing"),
                 sqlite_where=sa.text("standing")),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    sector: str
    deal_type: DealType = Field(sa_column=coded(DealType))
    period: int = Field(description="The first of its three years.")
    number: int = Field(description="Which publication of the cell it is, from 1.")
    standing: bool = Field(description="Whether it is the cell's newest.")
    is_demonstration: bool
    rules_version: str
    counted_until: date
    published_at: datetime = Field(sa_column=moment())
    lower_fen: int = Field(sa_column=fen(nullable=False))
    median_fen: int = Field(sa_column=fen(nullable=False))
    upper_fen: int = Field(sa_column=fen(nullable=False))
    deals_band: str
    deals: list[dict[str, Any]] = Field(sa_column=json_column(), description="Never shown.")


class ComparableCount(SQLModel, table=True):
    """That the deals until the end of a month were counted."""

    __tablename__ = "comparable_count"
    counted_until: date = Field(primary_key=True)
    counted_at: datetime = Field(sa_column=moment())


class AppraisalReport(SQLModel, table=True):
    """A report of an institution on the value of a patent, as one side asserts it and the other confirms or denies."""

    __tablename__ = "appraisal_report"
    __table_args__ = (
        sa.Index("ix_appraisal_report_patent", "patent_id", "recorded_at", "id"),
        sa.Index("ix_appraisal_report_institution", "institution_organisation_id"),
    )
    id: str = Field(primary_key=True)
    patent_id: str = Field(sa_column=_patent())
    holder_organisation_id: str
    institution_organisation_id: str | None = None
    institution_name: str
    asserted_by: ReportSide = Field(sa_column=coded(ReportSide))
    status: ReportStatus = Field(sa_column=coded(ReportStatus))
    denial_reason: str | None = None
    kind: ReportKind = Field(sa_column=coded(ReportKind))
    number: str
    purpose: str
    methods: list[str] = Field(sa_column=json_column())
    one_method_reason: str | None = None
    signatories: list[dict[str, str]] = Field(sa_column=json_column(), description="As the report names them.")
    value_low_fen: int = Field(sa_column=fen(nullable=False))
    value_high_fen: int = Field(sa_column=fen(nullable=False))
    valuation_date: date
    issued_on: date
    valid_until: date
    keep_until: date
    file_id: str = Field(sa_column=sa.Column(sa.ForeignKey("file.id"), nullable=False))
    sha256: str
    recorded_at: datetime = Field(sa_column=moment())
    decided_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    version: int = 1
