"""Loan prime rates by date, and schemes of risk sharing and subsidy, with what is known of both."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

import backend.loan_terms
from backend.core.database.columns import Json, UtcDateTime
from backend.core.ids import new_id

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DATA = Path(backend.loan_terms.__path__[0]) / "data"
COMPILED_AT = datetime(2026, 11, 30, tzinfo=UTC)
STANDS = sa.text("corrected_at IS NULL")
SURENESS = sa.Enum("confirmed", "secondary", "general_knowledge", native_enum=False, length=40)
TENOR = sa.Enum("one_year", "five_years", native_enum=False, length=40)
WHOLE = ("pool_fen", "subsidy_share_of_lpr_bp", "subsidy_bp", "most_amount_fen", "most_term_months", "most_over_lpr_bp",
         "most_guarantee_fee_bp")  # fmt: skip


def upgrade() -> None:
    rates = op.create_table(
        "loan_prime_rate",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("tenor", TENOR, nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("rate_bp", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sureness", SURENESS, nullable=False),
        sa.Column("corrects_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("entered_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("corrected_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("rate_bp >= 0", name=op.f("ck_loan_prime_rate_rate")),
        sa.CheckConstraint("(corrects_id IS NULL) = (reason IS NULL)", name=op.f("ck_loan_prime_rate_reason")),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["loan_prime_rate.id"], name=op.f("fk_loan_prime_rate_corrects_id_loan_prime_rate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_prime_rate")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_loan_prime_rate_corrects_id")),
    )
    op.create_index("ix_loan_prime_rate_announced", "loan_prime_rate", ["announced_on", "id"])
    op.create_index(
        "uq_loan_prime_rate_standing",
        "loan_prime_rate",
        ["tenor", "announced_on"],
        unique=True,
        postgresql_where=STANDS,
        sqlite_where=STANDS,
    )
    schemes = op.create_table(
        "financing_scheme",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("shares", Json(), nullable=True),
        sa.Column("compensates_at", sa.Enum("default", "after_disposal", native_enum=False, length=40), nullable=True),
        sa.Column("pool_fen", sa.BigInteger(), nullable=True),
        sa.Column("subsidy_share_of_lpr_bp", sa.Integer(), nullable=True),
        sa.Column("subsidy_bp", sa.Integer(), nullable=True),
        sa.Column("subsidy_cap_fen", sa.BigInteger(), nullable=True),
        sa.Column(
            "subsidy_payment", sa.Enum("with_interest", "at_maturity", native_enum=False, length=40), nullable=True
        ),
        sa.Column("most_amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("most_term_months", sa.Integer(), nullable=True),
        sa.Column("most_over_lpr_bp", sa.Integer(), nullable=True),
        sa.Column("most_over_lpr_tenor", TENOR, nullable=True),
        sa.Column("most_guarantee_fee_bp", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sureness", SURENESS, nullable=False),
        sa.Column("corrects_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("entered_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("corrected_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(corrects_id IS NULL) = (reason IS NULL)", name=op.f("ck_financing_scheme_reason")),
        sa.ForeignKeyConstraint(
            ["corrects_id"], ["financing_scheme.id"], name=op.f("fk_financing_scheme_corrects_id_financing_scheme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_financing_scheme")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_financing_scheme_corrects_id")),
    )
    op.create_index("ix_financing_scheme_code", "financing_scheme", ["code", "id"])
    op.bulk_insert(rates, list(_rates()))
    op.bulk_insert(schemes, list(_schemes()))


def downgrade() -> None:
    op.drop_table("financing_scheme")
    op.drop_table("loan_prime_rate")


def _rows(file: str) -> Iterator[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _rates() -> Iterator[dict[str, Any]]:
    for row in _rows("lpr.csv"):
        for tenor in ("one_year", "five_years"):
            yield {
                "id": new_id("lpr"),
                "tenor": tenor,
                "announced_on": date.fromisoformat(row["announced_on"]),
                "rate_bp": int(row[f"{tenor}_bp"]),
                "source": row["source"],
                "sureness": row["sureness"],
                "entered_at": COMPILED_AT,
            }


def _schemes() -> Iterator[dict[str, Any]]:
    for row in _rows("schemes.csv"):
        shares = [share.split(":") for share in row["shares"].split(";") if share]
        yield {
            **{name: row[name] or None for name in ("code", "name_zh", "name_en", "region", "sureness", "source")},
            **{name: int(row[name]) if row[name] else None for name in WHOLE},
            "id": new_id("sch"),
            "shares": [{"role": role, "share_bp": int(bp)} for role, bp in shares] or None,
            "most_over_lpr_tenor": row["most_over_lpr_tenor"] or None,
            "entered_at": COMPILED_AT,
        }
