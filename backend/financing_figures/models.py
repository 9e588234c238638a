"""The table of the figures of financing: nothing stands in it that may not be published, or known by offices."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import json_column, moment


class FinancingFigures(SQLModel, table=True):
    """What became of the requests that were submitted in a year; counted once, never changed."""

    __tablename__ = "financing_figures"
    year: int = Field(sa_column=sa.Column(sa.Integer, primary_key=True, autoincrement=False))
    is_demonstration: bool = Field(primary_key=True)
    counted_until: date = Field(description="The last day of what was counted.")
    counted_at: datetime = Field(sa_column=moment())
    rules_version: str
    cells: list[dict[str, Any]] = Field(sa_column=json_column(), description="Of the total, clusters and regions.")
    bank_cells: list[dict[str, Any]] = Field(sa_column=json_column(), description="For offices alone.")
    sha256: str = Field(description="Of the cells, as they were written.")
