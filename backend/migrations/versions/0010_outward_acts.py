"""When an organisation was first verified, which stays when it is refused; names that wait for an office; the
credit codes of both sides of a licence, which its certificate states.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import backend.core.database.columns

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BACKFILL = sa.text(
    "UPDATE organisation SET first_verified_at = COALESCE(verified_at, (SELECT MIN(event.at) FROM event "
    "WHERE event.subject = organisation.id AND event.type = 'organisation.verified'))"
)


FIRST_FORM = 1  # of the certificates that were issued of a licence before this
LICENCE = sa.table(
    "licence",
    sa.column("id", sa.String),
    sa.column("open_licence_id", sa.String),
    sa.column("licensee_party_id", sa.String),
    sa.column("facts", backend.core.database.columns.Json()),
)
OPEN_LICENCE = sa.table(
    "open_licence", sa.column("id", sa.String), sa.column("holders", backend.core.database.columns.Json())
)
PARTY = sa.table("party", *(sa.column(name, sa.String) for name in ("id", "name", "identifier_kind", "identifier")))
FORMER = sa.table("party_name", *(sa.column(name, sa.String) for name in ("party_id", "name")))
LICENCES = sa.select(LICENCE.c.id, LICENCE.c.facts, LICENCE.c.licensee_party_id, OPEN_LICENCE.c.holders).join_from(
    LICENCE, OPEN_LICENCE, OPEN_LICENCE.c.id == LICENCE.c.open_licence_id
)


def _names(parties: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    """Return for each name that a party bears or bore its id and its credit code."""
    found: dict[str, tuple[str, str | None]] = {}
    connection = op.get_bind()
    for row in connection.execute(sa.select(PARTY).where(PARTY.c.id.in_(parties))):
        known = row.id, row.identifier if row.identifier_kind == "credit_code" else None
        found[row.name] = known
        for former in connection.execute(sa.select(FORMER.c.name).where(FORMER.c.party_id == row.id)):
            found.setdefault(former.name, known)
    return found


def _certified(name: str, names: dict[str, tuple[str, str | None]]) -> dict[str, str | None]:
    party_id, code = names.get(name, (None, None))
    return {"party_id": party_id, "name": name, "credit_code": code}


def _name_sides() -> None:
    connection = op.get_bind()
    for row in connection.execute(LICENCES).all():
        facts = row.facts
        licensee = {**_certified(facts["licensee"]["name"], _names([row.licensee_party_id])),
                    "party_id": row.licensee_party_id, "country": facts["licensee"]["country"]}  # fmt: skip
        holders = _names(row.holders)
        sides = {"licensors": [_certified(name, holders) for name in facts["licensors"]], "licensee": licensee}
        changed = sa.update(LICENCE).where(LICENCE.c.id == row.id).values(facts=facts | sides | {"form": FIRST_FORM})
        connection.execute(changed)


def _unname_sides() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(LICENCE.c.id, LICENCE.c.facts)).all():
        facts = {name: value for name, value in row.facts.items() if name != "form"}
        sides = {
            "licensors": [party["name"] for party in facts["licensors"]],
            "licensee": {name: facts["licensee"][name] for name in ("name", "country")},
        }
        connection.execute(sa.update(LICENCE).where(LICENCE.c.id == row.id).values(facts=facts | sides))


def upgrade() -> None:
    _name_sides()
    op.add_column(
        "organisation",
        sa.Column("first_verified_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True),
    )
    op.execute(BACKFILL)
    op.create_table(
        "name_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("renamed_on", sa.Date(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", backend.core.database.columns.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_name_change_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_change")),
    )
    with op.batch_alter_table("name_change", schema=None) as batch_op:
        batch_op.create_index(
            "uq_name_change_waiting",
            ["organisation_id"],
            unique=True,
            postgresql_where=sa.text("outcome IS NULL"),
            sqlite_where=sa.text("outcome IS NULL"),
        )


def downgrade() -> None:
    _unname_sides()
    op.drop_table("name_change")
    op.drop_column("organisation", "first_verified_at")
