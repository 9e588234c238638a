"""Licences carry all that is paid, reported, recorded and certified by, and name their source; payments name what they
are made for, and between whom.
"""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from alembic import op

from backend.core.database.columns import Json

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SOURCES = sa.Enum("open_licence", "negotiated", name="licencesource", native_enum=False, length=40)
TYPES = sa.Enum("exclusive", "sole", "ordinary", "open", name="licencetype", native_enum=False, length=40)
OF_LICENCE = (
    ("source", SOURCES, False),
    ("offer_ended_on", sa.Date(), True),
    ("reference", sa.String(), True),
    ("reference_on", sa.Date(), True),
    ("licence_type", TYPES, False),
    ("sub_licensing", sa.Boolean(), False),
    ("terms_version", sa.Integer(), False),
    ("terms_hash", sa.String(), False),
    ("due_at_start_fen", sa.BigInteger(), False),
    ("instalments_from", sa.Date(), False),
    ("first_instalment_due_on", sa.Date(), True),
)
OF_PAYMENT = ("patent_id", "licensor_organisation_id", "licensee_organisation_id")
LICENCE = sa.table(
    "licence",
    sa.column("id", sa.String),
    sa.column("facts", Json()),
    sa.column("reference", sa.String),
    sa.column("reference_on", sa.Date),
    sa.column("terms_version", sa.Integer),
    sa.column("terms_hash", sa.String),
)
MOVED = ("declaration", "terms_version", "terms_hash")
FROM_NOTICE = sa.text(
    "UPDATE licence SET source = 'open_licence', licence_type = 'open', sub_licensing = FALSE, "
    "offer_ended_on = (SELECT withdrawn_on FROM open_licence WHERE open_licence.id = licence.open_licence_id), "
    "due_at_start_fen = (SELECT due_at_start_fen FROM notice WHERE notice.id = licence.notice_id), "
    "instalments_from = (SELECT starts_on FROM notice WHERE notice.id = licence.notice_id), "
    "first_instalment_due_on = (SELECT pay_by FROM notice WHERE notice.id = licence.notice_id)"
)
OF_ITS_NOTICE = sa.text(
    "UPDATE payment SET "
    "patent_id = (SELECT patent_id FROM notice WHERE notice.id = payment.notice_id), "
    "licensor_organisation_id = (SELECT licensor_organisation_id FROM notice WHERE notice.id = payment.notice_id), "
    "licensee_organisation_id = (SELECT licensee_organisation_id FROM notice WHERE notice.id = payment.notice_id)"
)


OF_ANOTHER_SOURCE = sa.text("SELECT 1 FROM licence WHERE source <> 'open_licence' LIMIT 1")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _take_out_of_facts() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(LICENCE.c.id, LICENCE.c.facts)).all():
        declaration = row.facts["declaration"]
        connection.execute(
            sa.update(LICENCE)
            .where(LICENCE.c.id == row.id)
            .values(
                facts={name: value for name, value in row.facts.items() if name not in MOVED},
                reference=declaration["number"],
                reference_on=_day(declaration["announced_on"]),
                terms_version=row.facts["terms_version"],
                terms_hash=row.facts["terms_hash"],
            )
        )


def _put_into_facts() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(LICENCE)).all():
        announced_on = row.reference_on.isoformat() if row.reference_on else None
        facts = row.facts | {
            "declaration": {"number": row.reference, "announced_on": announced_on},
            "terms_version": row.terms_version,
            "terms_hash": row.terms_hash,
        }
        connection.execute(sa.update(LICENCE).where(LICENCE.c.id == row.id).values(facts=facts))


def upgrade() -> None:
    for name, kind, _ in OF_LICENCE:
        op.add_column("licence", sa.Column(name, kind, nullable=True))
    for name in OF_PAYMENT:
        op.add_column("payment", sa.Column(name, sa.String(), nullable=True))
    op.execute(FROM_NOTICE)
    op.execute(OF_ITS_NOTICE)
    _take_out_of_facts()
    with op.batch_alter_table("licence", schema=None) as batch_op:
        batch_op.drop_constraint("fk_licence_notice_id_notice", type_="foreignkey")
        batch_op.drop_constraint("fk_licence_open_licence_id_open_licence", type_="foreignkey")
        batch_op.drop_constraint("uq_licence_notice_id", type_="unique")
        batch_op.drop_index("ix_licence_open_licence_id")
        batch_op.alter_column("notice_id", new_column_name="source_id", existing_type=sa.String())
        batch_op.alter_column("open_licence_id", new_column_name="offer_id", existing_type=sa.String(), nullable=True)
        for name, kind, nullable in OF_LICENCE:
            if not nullable:
                batch_op.alter_column(name, existing_type=kind, nullable=False)
    with op.batch_alter_table("licence", schema=None) as batch_op:
        batch_op.create_unique_constraint("uq_licence_source_id", ["source_id"])
        batch_op.create_index("ix_licence_offer_id", ["offer_id"])
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_constraint("fk_payment_notice_id_notice", type_="foreignkey")
        batch_op.drop_index("ix_payment_notice_id")
        batch_op.alter_column("notice_id", new_column_name="payable_id", existing_type=sa.String())
        for name in OF_PAYMENT:
            batch_op.alter_column(name, existing_type=sa.String(), nullable=False)
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_foreign_key("fk_payment_patent_id_patent", "patent", ["patent_id"], ["id"])
        batch_op.create_index("ix_payment_patent_id", ["patent_id"])
        batch_op.create_index("ix_payment_payable_id", ["payable_id"])


def downgrade() -> None:
    """Licences of another source than an open licence have no place in the version before, and are refused there."""
    if op.get_bind().execute(OF_ANOTHER_SOURCE).first() is not None:
        raise RuntimeError("there are licences of another source than an open licence: the version before has no place")
    _put_into_facts()
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_constraint("fk_payment_patent_id_patent", type_="foreignkey")
        batch_op.drop_index("ix_payment_patent_id")
        batch_op.drop_index("ix_payment_payable_id")
        batch_op.alter_column("payable_id", new_column_name="notice_id", existing_type=sa.String())
        for name in OF_PAYMENT:
            batch_op.drop_column(name)
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_foreign_key("fk_payment_notice_id_notice", "notice", ["notice_id"], ["id"])
        batch_op.create_index("ix_payment_notice_id", ["notice_id"])
    with op.batch_alter_table("licence", schema=None) as batch_op:
        batch_op.drop_constraint("uq_licence_source_id", type_="unique")
        batch_op.drop_index("ix_licence_offer_id")
        batch_op.alter_column("source_id", new_column_name="notice_id", existing_type=sa.String())
        batch_op.alter_column("offer_id", new_column_name="open_licence_id", existing_type=sa.String(), nullable=False)
        for name, _, _ in reversed(OF_LICENCE):
            batch_op.drop_column(name)
    with op.batch_alter_table("licence", schema=None) as batch_op:
        batch_op.create_unique_constraint("uq_licence_notice_id", ["notice_id"])
        batch_op.create_foreign_key("fk_licence_notice_id_notice", "notice", ["notice_id"], ["id"])
        batch_op.create_foreign_key(
            "fk_licence_open_licence_id_open_licence", "open_licence", ["open_licence_id"], ["id"]
        )
        batch_op.create_index("ix_licence_open_licence_id", ["open_licence_id"])
