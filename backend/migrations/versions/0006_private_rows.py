"""Rows that are private to whoever entered them, and requests to be heard as a holder of an established one.

Rows are not split: where several organisations say that they hold one patent, those who came later and said so of
themselves alone become requests, which a holder or an office decides; their listings come down with `fsck --repair`.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

import backend.core.database.columns
from backend.core.ids import new_id

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NUMBERS = ("application_number", "publication_number", "grant_number")
LIVING = "state IN ('asked', 'proposed')"
BECAME = "became a request to be heard as a holder"
PRIVATE = """
UPDATE patent SET private_to = facts_by WHERE merged_into IS NULL
AND facts_by IN (SELECT id FROM organisation WHERE status <> 'verified' AND kind <> 'platform')
AND NOT EXISTS (SELECT 1 FROM holding WHERE holding.patent_id = patent.id AND holding.state <> 'ended'
                AND (holding.state = 'verified' OR holding.organisation_id <> patent.facts_by))
"""
CLAIMS = """
SELECT holding.id, holding.patent_id, holding.organisation_id, holding.evidence, holding.recorded_at
FROM holding JOIN patent ON patent.id = holding.patent_id
WHERE holding.state IN ('asserted', 'disputed') AND holding.recorded_by = holding.organisation_id
AND patent.merged_into IS NULL AND coalesce(patent.facts_by, '') <> holding.organisation_id
AND EXISTS (SELECT 1 FROM holding other WHERE other.patent_id = patent.id AND other.state <> 'ended'
            AND other.id <> holding.id)
ORDER BY holding.id
"""

# Where nobody's holding is surer, the earliest of those who said so of themselves alone stays.
KEPT = """
SELECT min(holding.id) FROM holding JOIN patent ON patent.id = holding.patent_id
WHERE holding.state IN ('asserted', 'disputed') AND holding.recorded_by = holding.organisation_id
AND coalesce(patent.facts_by, '') <> holding.organisation_id
AND NOT EXISTS (SELECT 1 FROM holding firm WHERE firm.patent_id = patent.id AND firm.state <> 'ended'
                AND (firm.state = 'verified' OR coalesce(firm.recorded_by, '') <> coalesce(firm.organisation_id, '')
                     OR firm.organisation_id = patent.facts_by))
GROUP BY holding.patent_id
"""


def upgrade() -> None:
    with op.batch_alter_table("patent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("private_to", sa.String(), server_default="", nullable=False))
        for number in NUMBERS:
            batch_op.drop_constraint(f"uq_patent_office_{number}", type_="unique")
            batch_op.create_unique_constraint(
                op.f(f"uq_patent_office_{number}_private_to"), ["office", number, "private_to"]
            )
        batch_op.create_index(
            "ix_patent_private_to",
            ["private_to", "id"],
            unique=False,
            postgresql_where=sa.text("private_to <> ''"),
            sqlite_where=sa.text("private_to <> ''"),
        )
    op.create_table(
        "establishment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("row_id", sa.String(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=True),
        sa.Column("patent_id", sa.String(), nullable=True),
        sa.Column("of_party", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "asked", "proposed", "accepted", "refused", "withdrawn",
                name="establishmentstate", native_enum=False, length=40,
            ),
            nullable=False,
        ),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("proposals", backend.core.database.columns.Json(), nullable=False),
        sa.Column("asked_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("proposed_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_establishment_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["patent_id"], ["patent.id"], name=op.f("fk_establishment_patent_id_patent")),
        sa.ForeignKeyConstraint(["row_id"], ["patent.id"], name=op.f("fk_establishment_row_id_patent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_establishment")),
    )  # fmt: skip
    with op.batch_alter_table("establishment", schema=None) as batch_op:
        batch_op.create_index("ix_establishment_batch", ["batch_id"], unique=False)
        batch_op.create_index("ix_establishment_organisation", ["organisation_id", "id"], unique=False)
        batch_op.create_index("ix_establishment_patent", ["patent_id", "id"], unique=False)
        batch_op.create_index(
            "uq_establishment_row",
            ["row_id"],
            unique=True,
            postgresql_where=sa.text(LIVING),
            sqlite_where=sa.text(LIVING),
        )
    _convert(op.get_bind())


def _convert(connection: Any) -> None:
    """Make rows of organisations that nobody verified private, and later claims of others requests."""
    connection.execute(sa.text(PRIVATE))
    kept = set(connection.execute(sa.text(KEPT)).scalars())
    for holding in connection.execute(sa.text(CLAIMS)).all():
        if holding.id in kept:
            continue
        request = {
            "id": new_id("est"), "batch_id": new_id("est"), "by": holding.organisation_id, "patent": holding.patent_id,
            "evidence": holding.evidence or "", "at": holding.recorded_at, "holding": holding.id, "because": BECAME,
        }  # fmt: skip
        connection.execute(
            sa.text(
                "INSERT INTO establishment (id, batch_id, organisation_id, asked_by, patent_id, state, evidence, "
                "proposals, asked_at, proposed_at, version) VALUES (:id, :batch_id, :by, '', :patent, 'proposed', "
                ":evidence, '[]', :at, :at, 1)"
            ),
            request,
        )
        connection.execute(
            sa.text(
                "INSERT INTO file_attachment (file_id, kind, subject, attached_at, attached_by) "
                "SELECT file_id, 'establishment', :id, attached_at, attached_by FROM file_attachment "
                "WHERE kind = 'holding' AND subject = :holding"
            ),
            request,
        )
        connection.execute(
            sa.text(
                "UPDATE holding SET state = 'ended', ended_because = :because, end_recorded_at = CURRENT_TIMESTAMP, "
                "version = version + 1 WHERE id = :holding"
            ),
            request,
        )


def downgrade() -> None:
    op.execute(
        sa.text(
            "UPDATE holding SET state = 'asserted', ended_because = NULL, end_recorded_at = NULL "
            "WHERE state = 'ended' AND ended_because = :because"
        ).bindparams(because=BECAME)
    )
    op.drop_table("establishment")
    with op.batch_alter_table("patent", schema=None) as batch_op:
        batch_op.drop_index("ix_patent_private_to")
        for number in NUMBERS:
            batch_op.drop_constraint(op.f(f"uq_patent_office_{number}_private_to"), type_="unique")
            batch_op.create_unique_constraint(f"uq_patent_office_{number}", ["office", number])
        batch_op.drop_column("private_to")
