"""The table of requests to be heard as a holder of an established patent."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import coded, json_column, moment
from backend.establishment.codes import EstablishmentState


class Establishment(SQLModel, table=True):
    """That an organisation asks, with evidence, to be heard as a holder; decided by a holder or an office."""

    __tablename__ = "establishment"
    __table_args__ = (
        sa.Index("uq_establishment_row", "row_id", unique=True,
                 postgresql_where=sa.text("state IN ('asked', 'proposed')"),
                 sqlite_where=sa.text("state IN ('asked', 'proposed')")),
        sa.Index("ix_establishment_organisation", "organisation_id", "id"),
        sa.Index("ix_establishment_patent", "patent_id", "id"),
        sa.Index("ix_establishment_batch", "batch_id"),
    )  # fmt: skip
    id: str = Field(primary_key=True)
    batch_id: str = Field(description="Shared by the requests that were made at once, on the same evidence.")
    organisation_id: str = Field(
        sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False), description="Who asks."
    )
    asked_by: str = Field(description="The user's id.")
    row_id: str | None = Field(
        default=None, sa_column=sa.Column(sa.ForeignKey("patent.id"), nullable=True),
        description="The asker's private row; none where a patent was asked about that everybody sees.",
    )  # fmt: skip
    row_version: int | None = Field(default=None, description="The version of that row that was proposed.")
    patent_id: str | None = Field(
        default=None, sa_column=sa.Column(sa.ForeignKey("patent.id"), nullable=True),
        description="The established patent, once it was found.",
    )  # fmt: skip
    of_party: str | None = Field(
        default=None, description="The name of the former holder all of whose patents are asked for."
    )
    state: EstablishmentState = Field(sa_column=coded(EstablishmentState))
    evidence: str
    reason: str | None = Field(default=None, description="Why it was refused, or decided against a holder.")
    proposals: list[str] = Field(
        default_factory=list, sa_column=json_column(), description="What was accepted of what the row brought along."
    )
    asked_at: datetime = Field(sa_column=moment())
    proposed_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    decided_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    decided_by: str | None = Field(default=None, description="The organisation that accepted or refused it.")
    version: int = 1
