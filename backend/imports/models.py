"""Tables of imports: the file's life, and what came of each of its rows."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from backend.core.database.columns import BIG, coded, json_column, moment
from backend.imports.rules import Mode, Outcome, Prefer, Status

WAITS: Final = sa.text("finished_at IS NULL")


class Import(SQLModel, table=True):
    """One file that was sent to be checked or applied."""

    __tablename__ = "import_file"
    __table_args__ = (
        sa.Index("ix_import_organisation", "organisation_id", "id"),
        sa.Index("ix_import_under_way", "organisation_id", sqlite_where=WAITS, postgresql_where=WAITS),
    )
    id: str = Field(primary_key=True)
    organisation_id: str = Field(sa_column=sa.Column(sa.ForeignKey("organisation.id"), nullable=False))
    user_id: str
    kind: str
    mode: Mode = Field(sa_column=coded(Mode))
    prefer: Prefer = Field(default=Prefer.REGISTER, sa_column=coded(Prefer))
    status: Status = Field(sa_column=coded(Status))
    filename: str
    digest: str = Field(description="SHA-256 of the file, hexadecimal.")
    size: int = Field(sa_column=sa.Column(sa.BigInteger, nullable=False))
    layout: dict[str, Any] = Field(sa_column=json_column(), description="How the file is read: see layout.Layout.")
    runs: int = Field(default=0, description="How often it was begun; whoever began it last goes on with it.")
    done: int = Field(default=0, description="Rows dealt with.")
    total: int | None = Field(default=None, description="Rows in the file, once they are counted.")
    counts: dict[str, int] = Field(default_factory=dict, sa_column=json_column(), description="Rows by outcome.")
    with_errors: int = Field(default=0, description="Rows with at least one error.")
    tally: dict[str, Any] = Field(
        default_factory=dict,
        sa_column=json_column(),
        description="By error code: how many, in which columns, the first.",
    )
    failure: str | None = Field(default=None, description="The code of what ended it before its end.")
    failure_facts: dict[str, Any] | None = Field(
        default=None, sa_column=json_column(nullable=True), description="What its sentences tell: row, member, …"
    )
    created_at: datetime = Field(sa_column=moment())
    started_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    version: int = 1


class ImportRow(SQLModel, table=True):
    """What came of one row of a file."""

    __tablename__ = "import_row"
    __table_args__ = (
        sa.UniqueConstraint("import_id", "number"),
        sa.Index("ix_import_row_outcome", "import_id", "outcome", "number"),
    )
    id: int | None = Field(default=None, sa_column=sa.Column(BIG, primary_key=True, autoincrement=True))
    import_id: str = Field(sa_column=sa.Column(sa.ForeignKey("import_file.id"), nullable=False))
    number: int = Field(description="As a person counts in the spreadsheet: the first row is 1.")
    outcome: Outcome = Field(sa_column=coded(Outcome))
    subject: str | None = Field(default=None, description="The id of what the row is about.")
    has_errors: bool = False
    errors: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=json_column(), description="[{column, field, value, code, facts}]."
    )
