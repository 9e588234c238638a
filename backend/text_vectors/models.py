"""The vectors of texts, kept so that each text is looked at once.

They are of what the public may read. A text that is secret, such as a need's, has its vector beside the text itself, in
its own domain's table and under the same rules of who may see it: this table is read without asking who wants to know.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import BIG, coded, moment
from backend.text_vectors.codes import VectorStage


class TextVector(SQLModel, table=True):
    """A text's vector by a model; the text is known by its hash alone, so equal texts share one."""

    __tablename__ = "text_vector"
    __table_args__ = (sa.UniqueConstraint("model", "text_hash"),)
    number: int | None = Field(default=None, sa_column=sa.Column(BIG, primary_key=True, autoincrement=True))
    model: str = Field(description="The model's name: vectors of two models cannot be compared.")
    text_hash: bytes = Field(sa_column=sa.Column(sa.LargeBinary, nullable=False))
    stage: VectorStage = Field(sa_column=coded(VectorStage))
    vector: bytes = Field(
        sa_column=sa.Column(sa.LargeBinary, nullable=False), description="As `search/semantic/quantised.py` packs it."
    )
    created_at: datetime = Field(sa_column=moment())
    unneeded_since: datetime | None = Field(
        default=None, sa_column=moment(nullable=True, index=True), description="Since when no listed patent has it."
    )
