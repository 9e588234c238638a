"""The table of pledges of what licences bring in."""

from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import coded, moment
from backend.receivable_pledges.codes import ReceivablePledgeStatus

LIVES: Final = "status IN ('asked', 'consented', 'registered')"


class ReceivablePledge(SQLModel, table=True):
    """That a licensor pledges what a licence brings in; the licensee, who owes it, consents and is told."""

    __tablename__ = "receivable_pledge"
    __table_args__ = (
        sa.Index("uq_receivable_pledge_living", "licence_id", unique=True,
                 postgresql_where=sa.text(LIVES), sqlite_where=sa.text(LIVES)),
        sa.Index("ix_receivable_pledge_licensor", "licensor_organisation_id", "asked_at", "id"),
        sa.Index("ix_receivable_pledge_licensee", "licensee_organisation_id", "asked_at", "id"),
        sa.Index("ix_receivable_pledge_pledgee", "pledgee_organisation_id", "asked_at", "id"),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    licence_id: str = Field(sa_column=sa.Column(sa.ForeignKey("licence.id"), nullable=False))
    patent_id: str = Field(sa_column=sa.Column(sa.ForeignKey("patent.id"), nullable=False, index=True))
    licensor_organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    licensee_organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    pledgee_organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    status: ReceivablePledgeStatus = Field(sa_column=coded(ReceivablePledgeStatus))
    note: str | None = None
    asked_at: datetime = Field(sa_column=moment())
    answered_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    answer_note: str | None = None
    registration_number: str | None = None
    registered_on: date | None = None
    released_on: date | None = None
    right_id: str | None = None
    version: int = 1
