"""The tables of pledges, of their patents, changes, disposals, and of what comes in while a patent is pledged."""

from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import BIG, coded, json_column, moment
from backend.financing.codes import Ground
from backend.pledges.codes import (
    ChangeKind,
    ChangeStatus,
    DisposalMethod,
    PledgeKind,
    PledgeStatus,
    ProceedsUse,
    ReleaseReason,
    WatchKind,
)

STANDS: Final = "status IN ('registered', 'release_filed', 'defaulted')"


class Pledge(SQLModel, table=True):
    """One pledge of one or more patents that secures a loan."""

    __tablename__ = "pledge"
    __table_args__ = (
        sa.Index("ix_pledge_pledgee", "pledgee_organisation_id", "created_at", "id"),
        sa.Index("ix_pledge_debtor", "debtor_organisation_id", "created_at", "id"),
        sa.Index("ix_pledge_release_due", "release_due_on", postgresql_where=sa.text("release_due_on IS NOT NULL"),
                 sqlite_where=sa.text("release_due_on IS NOT NULL")),
        sa.Index("uq_pledge_of_offer", "offer_id", unique=True, postgresql_where=sa.text("status <> 'revoked'"),
                 sqlite_where=sa.text("status <> 'revoked'")),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    offer_id: str = Field(sa_column=sa.Column(sa.ForeignKey("financing_offer.id"), nullable=False))
    contract_id: str | None = Field(default=None, unique=True)
    status: PledgeStatus = Field(sa_column=coded(PledgeStatus))
    kind: PledgeKind = Field(sa_column=coded(PledgeKind))
    debtor_organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    pledgee_organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    pledgee_party_id: str = Field(sa_column=sa.Column(sa.ForeignKey("party.id"), nullable=False))
    secured_fen: int = Field(sa_column=sa.Column(BIG, nullable=False), description="Of a maximum-amount pledge: most.")
    debt_from: date
    debt_until: date
    terms: dict[str, Any] = Field(sa_column=json_column())
    created_at: datetime = Field(sa_column=moment())
    created_by: str = Field(description="The organisation's id.")
    confirmations: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_column())
    claims: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=json_column(), description="What a debtor says that creditor or office has not."
    )
    filed_on: date | None = None
    filing_number: str | None = None
    correction: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    refusal_ground: Ground | None = Field(default=None, sa_column=coded(Ground, nullable=True))
    refusal_note: str | None = None
    registration_number: str | None = None
    registered_on: date | None = None
    registered_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    registered_by: str | None = Field(default=None, description="The organisation that recorded it.")
    release_reason: ReleaseReason | None = Field(default=None, sa_column=coded(ReleaseReason, nullable=True))
    release_filed_on: date | None = None
    release_due_on: date | None = Field(default=None, description="When the pledgee has to have filed it.")
    release_overdue_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    released_on: date | None = None
    defaulted_on: date | None = None
    default_note: str | None = None
    cured_on: date | None = None
    disposed_on: date | None = None
    revoked_on: date | None = None
    revocation_note: str | None = None
    appraised_on: date | None = Field(default=None, description="When its value was last looked at.")
    reappraisal_due_on: date | None = None
    version: int = 1


class PledgedPatent(SQLModel, table=True):
    """A patent in a pledge, and until when."""

    __tablename__ = "pledged_patent"
    __table_args__ = (sa.Index("ix_pledged_patent_patent", "patent_id"),)
    pledge_id: str = Field(sa_column=sa.Column(sa.ForeignKey("pledge.id"), primary_key=True))
    patent_id: str = Field(sa_column=sa.Column(sa.ForeignKey("patent.id"), primary_key=True))
    right_id: str | None = Field(default=None, unique=True, description="The entry in the ledger of rights.")
    release_filed_on: date | None = Field(default=None, description="Of one that is to end before the others.")
    released_on: date | None = None
    release_reason: ReleaseReason | None = Field(default=None, sa_column=coded(ReleaseReason, nullable=True))
    disposed_on: date | None = None

    @property
    def is_still_pledged(self) -> bool:
        """Whether it was neither released nor realised."""
        return self.released_on is None and self.disposed_on is None


class Pledgor(SQLModel, table=True):
    """A holder who pledges a patent: the debtor, or a third party for the debtor's debt."""

    __tablename__ = "pledgor"
    pledge_id: str = Field(sa_column=sa.Column(sa.ForeignKey("pledge.id"), primary_key=True))
    patent_id: str = Field(sa_column=sa.Column(sa.ForeignKey("patent.id"), primary_key=True))
    party_id: str = Field(sa_column=sa.Column(sa.ForeignKey("party.id"), primary_key=True))
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False, index=True))


class PledgeChange(SQLModel, table=True):
    """A change of a registered pledge that both sides agreed: filed, then registered or refused."""

    __tablename__ = "pledge_change"
    id: str = Field(primary_key=True)
    pledge_id: str = Field(sa_column=sa.Column(sa.ForeignKey("pledge.id"), nullable=False, index=True))
    kind: ChangeKind = Field(sa_column=coded(ChangeKind))
    before: dict[str, Any] = Field(sa_column=json_column())
    after: dict[str, Any] = Field(sa_column=json_column())
    status: ChangeStatus = Field(sa_column=coded(ChangeStatus))
    filed_on: date
    filed_at: datetime = Field(sa_column=moment())
    filed_by: str
    agreed_by: list[str] = Field(default_factory=list, sa_column=json_column(), description="Organisations.")
    decided_on: date | None = None
    decided_by: str | None = None
    note: str | None = None


class PledgeDisposal(SQLModel, table=True):
    """What the realisation of pledged patents brought, and how it was distributed."""

    __tablename__ = "pledge_disposal"
    id: str = Field(primary_key=True)
    pledge_id: str = Field(sa_column=sa.Column(sa.ForeignKey("pledge.id"), nullable=False, index=True))
    method: DisposalMethod = Field(sa_column=coded(DisposalMethod))
    patent_ids: list[str] = Field(sa_column=json_column())
    buyer_party_id: str | None = Field(default=None, sa_column=sa.Column(sa.ForeignKey("party.id"), nullable=True))
    disposed_on: date
    proceeds_fen: int = Field(sa_column=sa.Column(BIG, nullable=False))
    costs_fen: int = Field(sa_column=sa.Column(BIG, nullable=False))
    distribution: dict[str, Any] = Field(sa_column=json_column())
    recorded_at: datetime = Field(sa_column=moment())
    recorded_by: str


class PledgeProceeds(SQLModel, table=True):
    """What a licence of a pledged patent brought in: it goes to early repayment or deposit (Civil Code, 444(2))."""

    __tablename__ = "pledge_proceeds"
    __table_args__ = (sa.UniqueConstraint("pledge_id", "payment_id"),)
    id: str = Field(primary_key=True)
    pledge_id: str = Field(sa_column=sa.Column(sa.ForeignKey("pledge.id"), nullable=False, index=True))
    patent_id: str
    licence_id: str
    payment_id: str
    amount_fen: int = Field(sa_column=sa.Column(BIG, nullable=False))
    received_at: datetime = Field(sa_column=moment())
    use: ProceedsUse | None = Field(default=None, sa_column=coded(ProceedsUse, nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    decided_by: str | None = None
    struck_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    version: int = 1


class PledgeWatch(SQLModel, table=True):
    """Something that happened to a pledged patent, which its pledgee was told."""

    __tablename__ = "pledge_watch"
    __table_args__ = (sa.UniqueConstraint("pledge_id", "patent_id", "kind", "about"),)
    number: int | None = Field(default=None, sa_column=sa.Column(BIG, primary_key=True, autoincrement=True))
    pledge_id: str = Field(sa_column=sa.Column(sa.ForeignKey("pledge.id"), nullable=False, index=True))
    patent_id: str
    kind: WatchKind = Field(sa_column=coded(WatchKind))
    about: str = Field(description="What tells one occurrence from another: an event's id, a licence, a due day.")
    noticed_at: datetime = Field(sa_column=moment())
