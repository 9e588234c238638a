"""Standing pairs of holders who know a confidential need by its abstract alone are ranked apart."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BY_ABSTRACT = """
UPDATE standing_pair SET by_abstract = :true
WHERE side = 'holder' AND need_id IN (SELECT id FROM need WHERE confidential) AND NOT EXISTS (
    SELECT 1 FROM listing JOIN need_shown ON need_shown.organisation_id = listing.organisation_id
    WHERE listing.id = standing_pair.listing_id AND need_shown.need_id = standing_pair.need_id
    AND need_shown.ended_at IS NULL
)
"""


def upgrade() -> None:
    op.add_column("standing_pair", sa.Column("by_abstract", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.text(BY_ABSTRACT).bindparams(true=True))


def downgrade() -> None:
    op.drop_column("standing_pair", "by_abstract")
