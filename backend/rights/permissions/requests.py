"""What an entry or a question asks of the ledger."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from backend.accounts.models import Party
from backend.accounts.rules import MAINLAND
from backend.rights.codes import Act, LicenceType, RightKind
from backend.rights.ledger import PermissionRequest
from backend.rights.permissions.schemas import PermissionsQuery
from backend.rights.schemas import RightIn
from backend.rights.scope_rules import Scope

OF_LICENCE: Final = {
    LicenceType.ORDINARY: Act.GRANT_ORDINARY,
    LicenceType.OPEN: Act.GRANT_ORDINARY,
    LicenceType.SOLE: Act.GRANT_SOLE,
    LicenceType.EXCLUSIVE: Act.GRANT_EXCLUSIVE,
}


def act_of(given: RightIn) -> Act:
    """Return the act by which such a right is granted; a licence of no clear type is ordinary (art. 25)."""
    if given.kind is RightKind.PLEDGE:
        return Act.PLEDGE
    if given.licence is not None:
        return Act.SUB_LICENSE
    return OF_LICENCE[given.licence_type or LicenceType.ORDINARY]


def is_abroad(party: Party | None) -> bool:
    """Whether a party is on record as outside the mainland, as those of Hong Kong, Macao and Taiwan are."""
    return party is not None and party.country != MAINLAND


def ask_of(given: RightIn, to: Party | None, by: Iterable[str], today: date) -> PermissionRequest:
    """Return what an entry asks of the ledger."""
    return PermissionRequest(
        act=act_of(given),
        on=today,
        by=frozenset(by),
        starts_on=given.starts_on or given.effective_on,
        ends_on=given.ends_on,
        scope=Scope(frozenset(given.territory), frozenset(given.fields), frozenset(given.working)),
        to_party=to.id if to else None,
        to_abroad=given.to_abroad or is_abroad(to),
        publicly_funded=given.publicly_funded,
        terms_hash=given.terms_hash,
        carves_out=frozenset(given.carves_out),
        own_working=given.own_working,
        licence=given.licence,
        confirmed=frozenset(given.confirmed),
    )


def ask_for(act: Act, asked: PermissionsQuery, to: Party | None, by: Iterable[str], today: date) -> PermissionRequest:
    """Return what a question asks of the ledger."""
    return PermissionRequest(
        act=act,
        on=today,
        by=frozenset(by),
        starts_on=asked.starts_on,
        ends_on=asked.ends_on,
        scope=Scope(frozenset(asked.territory), frozenset(asked.fields), frozenset(asked.working)),
        to_party=asked.to_party,
        to_abroad=asked.to_abroad or is_abroad(to),
        publicly_funded=asked.publicly_funded,
        terms_hash=asked.terms_hash,
        carves_out=frozenset(asked.carves_out),
        own_working=asked.own_working,
        licence=asked.licence,
        confirmed=frozenset(asked.confirmed),
    )
