"""Whether accounts that were erased can do nothing, and tell nothing of whose they were."""

from typing import Final

import sqlalchemy as sa

from backend.accounts.models import ApiKey, Member, SecondFactor, SignInSession, User
from backend.accounts.rules import ERASED_NAME
from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of

USER: Final = table_of(User)
MEMBER: Final = table_of(Member)
KEY: Final = table_of(ApiKey)
SESSION: Final = table_of(SignInSession)
FACTOR: Final = table_of(SecondFactor)
ACTING: Final = sa.or_(
    sa.exists().where(MEMBER.c.user_id == USER.c.id, MEMBER.c.ended_at.is_(None)),
    sa.exists().where(KEY.c.created_by == USER.c.id, KEY.c.revoked_at.is_(None)),
    sa.exists().where(SESSION.c.user_id == USER.c.id),
    sa.exists().where(FACTOR.c.user_id == USER.c.id),
)
NAMED: Final = sa.or_(
    USER.c.name != ERASED_NAME, ~USER.c.email.endswith("@erased.invalid"), USER.c.email_confirmed_at.is_not(None)
)


async def erased_accounts(site: Site, line: Line) -> None:
    """No erased account is a member, has a key, a second factor or a sign-in, or bears a name or an address."""
    erased = sa.select(USER.c.id, ACTING.label("acts"), NAMED.label("is_named")).where(USER.c.erased_at.is_not(None))
    async for rows, _ in pages(site.database, erased, USER.c.id):
        line.looked_at += len(rows)
        for row in rows:
            if row.acts:
                line.differs(f"{row.id} is erased, and can still act")
            if row.is_named:
                line.differs(f"{row.id} is erased, and still bears a name or an address")
