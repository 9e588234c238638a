"""The table of the figures of matchmaking: nothing stands in it that may not be published."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import coded, json_column
from backend.introductions.figures.codes import Row


class MatchmakingFigures(SQLModel, table=True):
    """What became of the needs that were published in a quarter, all of them or those of a cluster or region.

    A row that is not there, and a sum whose counts are null, are of too few needs.
    """

    __tablename__ = "matchmaking_figures"
    quarter: date = Field(primary_key=True, description="Its first day.")
    kind: Row = Field(sa_column=sa.Column(coded(Row).type, primary_key=True))
    code: str = Field(primary_key=True, description="Of the cluster or region; empty of the sum.")
    counted_until: date = Field(description="The last day of what was counted.")
    needs: int | None = None
    introduced: int | None = None
    contracted: int | None = None
    days_to_introduction: list[list[int]] = Field(
        default_factory=list, sa_column=json_column(), description="Days, and how many needs took so many."
    )
    days_to_contract: list[list[int]] = Field(default_factory=list, sa_column=json_column())
