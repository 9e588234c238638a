"""The tables of sums: what keeps askers from taking a listing, and whose words are in them.

Organisations stand here and no person's id or address, so nothing is to be exported or erased with an account.
"""

from typing import Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import json_column

WHOLE_BLOCKS: Final = "askers >= 0 AND askers % 5 = 0"


class ObjectionSum(SQLModel, table=True):
    """How often askers named each reason against a listing; it grows by a block of askers at a time, and never else."""

    __tablename__ = "objection_sum"
    __table_args__ = (sa.CheckConstraint(WHOLE_BLOCKS, name="whole_blocks"),)
    listing_id: str = Field(sa_column=sa.Column(sa.ForeignKey("listing.id"), primary_key=True))
    askers: int = 0
    reasons: dict[str, int] = Field(default_factory=dict, sa_column=json_column())


class SummedObjection(SQLModel, table=True):
    """That an asker's words are in the sum of a listing: once at most, and not which they were."""

    __tablename__ = "summed_objection"
    listing_id: str = Field(sa_column=sa.Column(sa.ForeignKey("objection_sum.listing_id"), primary_key=True))
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), primary_key=True))
    block: int = Field(description="The first five askers are in block 1.")
