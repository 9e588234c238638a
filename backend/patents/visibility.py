"""Who may see which patents, for the database to answer; `queries.may_see` says the same of one that is at hand."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import OrganisationKind
from backend.patents.codes import HoldingState, ListingStatus
from backend.patents.models import ESTABLISHED, Holding, Listing, Patent

OFFICES: Final = (OrganisationKind.PLATFORM, OrganisationKind.AUTHORITY)
HELD: Final = aliased(Holding)  # another than the one by whose index the own register is read
SHOWN: Final = aliased(Listing)  # another than the one that `queries.WHOLE` joins


def is_office(caller: Caller | None) -> bool:
    """Whether the caller is the platform or a verified authority: they see every patent."""
    return caller is not None and (caller.is_platform or caller.is_authority)


def listed() -> sa.ColumnElement[bool]:
    """Which patents stand in the public listings."""
    return sa.exists().where(col(SHOWN.patent_id) == col(Patent.id), col(SHOWN.status) == ListingStatus.LISTED)


def apart_from_index(column: Any) -> sa.ColumnElement[Any]:
    """Return a column of text for a condition that must not choose the index.

    SQLite rates any equality over a list of ids, and would read the 25,000 listings that are public for a batch of 500.
    """
    return sa.func.coalesce(column, "")


def is_established() -> sa.ColumnElement[bool]:
    """Return which patent rows are everybody's, and not their author's alone."""
    return col(Patent.private_to) == ESTABLISHED


def visible_to(caller: Caller | None) -> sa.ColumnElement[bool]:
    """Which patents the caller may see: what `may_see` says, for the database to answer."""
    if is_office(caller):
        return sa.true()
    public = sa.and_(is_established(), listed())
    if caller is None:
        return public
    own = sa.or_(is_established(), col(Patent.private_to) == caller.organisation_id)
    return sa.or_(public, sa.and_(own, holds(caller.organisation_id)))


def holds(organisation_id: str) -> sa.ColumnElement[bool]:
    """Return which patents an organisation holds, asked of each patent for itself."""
    return sa.exists().where(_by(organisation_id), col(HELD.state) != HoldingState.ENDED)


def held_once(organisation_id: str) -> sa.ColumnElement[bool]:
    """Return which patents an organisation holds or held."""
    return sa.exists().where(_by(organisation_id))


def _by(organisation_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(col(HELD.patent_id) == col(Patent.id), col(HELD.organisation_id) == organisation_id)
