"""Appraisals: weights with the platform's first set, extracts of the register, comparables, reports."""

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import Json, UtcDateTime

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FIRST = Path(__file__).parents[2] / "appraisal" / "data" / "weights_2026.csv"
DEAL_TYPES = ("open_licence", "ordinary_licence", "sole_licence", "exclusive_licence", "assignment", "equity")


def _codes(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, length=40)


def _first_weights() -> dict[str, dict[str, int]]:
    with FIRST.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    scenarios = [name for name in rows[0] if name != "indicator"]
    return {scenario: {row["indicator"]: int(row[scenario]) for row in rows} for scenario in scenarios}


def upgrade() -> None:
    weights = op.create_table(
        "appraisal_weights",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("indicator_version", sa.String(), nullable=False),
        sa.Column("weights", Json(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal_weights")),
    )
    op.create_index("ix_appraisal_weights_order", "appraisal_weights", ["valid_from", "recorded_at", "id"])
    op.bulk_insert(
        weights,
        [
            {
                "id": "apw_01h455vb4pex5vsknk084sn02q",
                "valid_from": date(2026, 1, 1),
                "indicator_version": "1",
                "weights": _first_weights(),
                "note": "平台自定的初始权重，并非任何标准的权重 / the platform's own first weights, of no standard",
                "recorded_at": datetime(2026, 1, 1, tzinfo=UTC),
                "recorded_by": None,
            }
        ],
    )
    op.create_table(
        "register_extract",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("complete_about", Json(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_register_extract_patent_id_patent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_extract")),
    )
    op.create_index("ix_register_extract_patent", "register_extract", ["patent_id", "recorded_at", "id"])
    op.create_table(
        "comparable_count",
        sa.Column("counted_until", sa.Date(), nullable=False),
        sa.Column("counted_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("counted_until", name=op.f("pk_comparable_count")),
    )
    op.create_table(
        "comparable_snapshot",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.Column("deal_type", _codes("dealtype", *DEAL_TYPES), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.Column("rules_version", sa.String(), nullable=False),
        sa.Column("counted_until", sa.Date(), nullable=False),
        sa.Column("published_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("lower_fen", sa.BigInteger(), nullable=False),
        sa.Column("median_fen", sa.BigInteger(), nullable=False),
        sa.Column("upper_fen", sa.BigInteger(), nullable=False),
        sa.Column("deals_band", sa.String(), nullable=False),
        sa.Column("deals", Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparable_snapshot")),
        sa.UniqueConstraint(
            "sector", "deal_type", "period", "is_demonstration", "number",
            name=op.f("uq_comparable_snapshot_sector_deal_type_period_is_demonstration_number"),
        ),
    )  # fmt: skip
    op.create_index(
        "ix_comparable_snapshot_standing", "comparable_snapshot", ["is_demonstration", "id"],
        postgresql_where=sa.text("standing"), sqlite_where=sa.text("standing"),
    )  # fmt: skip
    _reports()


def _reports() -> None:
    op.create_table(
        "appraisal_report",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("patent_id", sa.String(), nullable=False),
        sa.Column("holder_organisation_id", sa.String(), nullable=False),
        sa.Column("institution_organisation_id", sa.String(), nullable=True),
        sa.Column("institution_name", sa.String(), nullable=False),
        sa.Column("asserted_by", _codes("reportside", "holder", "institution"), nullable=False),
        sa.Column("status", _codes("reportstatus", "asserted", "confirmed", "denied"), nullable=False),
        sa.Column("denial_reason", sa.String(), nullable=True),
        sa.Column("kind", _codes("reportkind", "statutory", "voluntary"), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("methods", Json(), nullable=False),
        sa.Column("one_method_reason", sa.String(), nullable=True),
        sa.Column("signatories", Json(), nullable=False),
        sa.Column("value_low_fen", sa.BigInteger(), nullable=False),
        sa.Column("value_high_fen", sa.BigInteger(), nullable=False),
        sa.Column("valuation_date", sa.Date(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_appraisal_report_patent_id_patent")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_appraisal_report_file_id_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal_report")),
    )
    op.create_index("ix_appraisal_report_patent", "appraisal_report", ["patent_id", "recorded_at", "id"])
    op.create_index("ix_appraisal_report_institution", "appraisal_report", ["institution_organisation_id"])


def downgrade() -> None:
    for table in ("appraisal_report", "comparable_snapshot", "comparable_count", "register_extract"):
        op.drop_table(table)
    op.drop_table("appraisal_weights")
