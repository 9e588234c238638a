"""Tables of licences, whatever they came from: licences, payments, royalty reports.

Where a licence came from stands in its source and the ids beside it, which lead into other domains and are only passed
on here.
"""

from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import coded, fen, json_column, moment
from backend.licences.codes import LicenceSource
from backend.licences.states import LicenceStatus, PaymentStatus
from backend.rights.codes import LicenceType

UNCONFIRMED: Final = "status = 'to_be_confirmed'"


def _patent() -> Any:
    return sa.Column(sa.ForeignKey("patent.id"), nullable=False, index=True)


class Licence(SQLModel, table=True):
    """A licence with all that is paid, reported, recorded and certified by: nothing else has to be read for that."""

    __tablename__ = "licence"
    __table_args__ = (
        sa.Index("ix_licence_licensee", "licensee_organisation_id", "created_at", "id"),
        sa.Index("ix_licence_licensor", "licensor_organisation_id", "created_at", "id"),
        sa.Index("ix_licence_created", "created_at", "id"),
        sa.Index("ix_licence_next_check", "next_check", postgresql_where=sa.text("next_check IS NOT NULL"),
                 sqlite_where=sa.text("next_check IS NOT NULL")),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    patent_id: str = Field(sa_column=_patent())
    source: LicenceSource = Field(sa_column=coded(LicenceSource))
    source_id: str = Field(unique=True, description="What made it, such as a notice; its payments are made for that.")
    offer_id: str | None = Field(default=None, index=True, description="The offer to everybody that it was taken from.")
    offer_ended_on: date | None = None
    reference: str | None = Field(default=None, description="The number that its source bears with the patent office.")
    reference_on: date | None = Field(default=None, description="When its source was announced, or signed.")
    licence_type: LicenceType = Field(sa_column=coded(LicenceType))
    sub_licensing: bool
    right_id: str
    licensor_organisation_id: str
    licensee_organisation_id: str
    licensee_party_id: str = Field(sa_column=sa.Column(sa.ForeignKey("party.id"), nullable=False))
    status: LicenceStatus = Field(sa_column=coded(LicenceStatus))
    status_reason: str | None = None
    fee: dict[str, Any] = Field(sa_column=json_column(), description="FeeTerms.")
    terms_version: int
    terms_hash: str
    due_at_start_fen: int = Field(sa_column=fen(nullable=False))
    instalments_from: date = Field(description="The first day of the first year that a yearly lump sum pays for.")
    first_instalment_due_on: date | None = None
    facts: dict[str, Any] = Field(sa_column=json_column(), description="Patent and parties as they were at the effect.")
    effective_on: date
    starts_on: date
    ends_on: date
    ended_on: date | None = None
    chain: list[dict[str, Any]] = Field(sa_column=json_column(), description="What led to it, as it was learnt.")
    flags: list[str] = Field(default_factory=list, sa_column=json_column())
    recordal_due_on: date
    recordal_provisional: bool = False
    recordal_filed_on: date | None = None
    recordal_number: str | None = None
    recorded_on: date | None = None
    created_at: datetime = Field(sa_column=moment())
    next_check: date | None = None
    version: int = 1


class Payment(SQLModel, table=True):
    """A payment that the licensee has recorded with evidence; it counts from its value date."""

    __tablename__ = "payment"
    __table_args__ = (
        sa.Index("ix_payment_licence", "licence_id", "recorded_at"),
        sa.Index("ix_payment_payer", "recorded_by", "value_date"),
        sa.Index("ix_payment_unconfirmed", "contestable_until", postgresql_where=sa.text(UNCONFIRMED),
                 sqlite_where=sa.text(UNCONFIRMED)),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    patent_id: str = Field(sa_column=_patent())
    licensor_organisation_id: str
    licensee_organisation_id: str
    payable_id: str = Field(index=True, description="What it is made for: the source of a licence, also before that.")
    licence_id: str | None = None
    report_id: str | None = Field(default=None, description="The royalty report that it pays.")
    status: PaymentStatus = Field(sa_column=coded(PaymentStatus))
    at_start: bool = Field(description="Recorded before there was a licence: it rests on this.")
    amount_fen: int = Field(sa_column=fen(nullable=False))
    value_date: date
    reference: str | None = None
    is_another_payment: bool = Field(default=False, description="Its payer says so, though it looks like one before.")
    recorded_at: datetime = Field(sa_column=moment())
    recorded_by: str
    contestable_until: date = Field(description="Or, where it has to be confirmed, until when an answer is due.")
    confirmed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    confirmed_by: str | None = Field(default=None, description="The licensor, or the office that decided.")
    overdue_told: bool = Field(default=False, description="That it has not been confirmed.")
    contested_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    contest_reason: str | None = None
    contest_outcome: str | None = Field(default=None, description="withdrawn | dismissed | upheld")
    contest_decided_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    contest_decision: str | None = None
    version: int = 1


class RoyaltyReport(SQLModel, table=True):
    """One reporting period of a licence, and what was reported for it."""

    __tablename__ = "royalty_report"
    __table_args__ = (
        sa.UniqueConstraint("licence_id", "number"),
        sa.Index("ix_royalty_report_licensor", "licensor_organisation_id", "report_due_on", "id"),
        sa.Index("ix_royalty_report_licensee", "licensee_organisation_id", "report_due_on", "id"),
        sa.Index("ix_royalty_report_due", "report_due_on", "id"),
    )
    id: str = Field(primary_key=True)
    licence_id: str = Field(sa_column=sa.Column(sa.ForeignKey("licence.id"), nullable=False))
    licensor_organisation_id: str
    licensee_organisation_id: str
    number: int
    year: int
    starts_on: date
    ends_on: date
    report_due_on: date
    use: int | None = Field(default=None, sa_column=fen())
    submitted_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    submitted_on: date | None = None
    amount_fen: int | None = Field(default=None, sa_column=fen())
    pay_by: date | None = None
    paid_fen: int = Field(default=0, sa_column=fen(nullable=False))
    working: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    corrections: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    overdue_told: bool = False
    version: int = 1
