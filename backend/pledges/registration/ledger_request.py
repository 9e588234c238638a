"""What a pledge asks of the ledger of each of its patents, and what others consent to."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from backend.core.canonical import fingerprint
from backend.pledges.models import Pledge, Pledgor
from backend.rights.codes import Act
from backend.rights.ledger import PermissionRequest


def terms_of(pledge: Pledge, pledgors: Sequence[Pledgor]) -> dict[str, Any]:
    """Return what co-owners consent to: by whom to whom, for what debt and until when."""
    return {
        "kind": "pledge",
        "pledge": pledge.id,
        "pledge_kind": pledge.kind.value,
        "pledgee": pledge.pledgee_party_id,
        "pledgors": sorted({one.party_id for one in pledgors}),
        "patents": sorted({one.patent_id for one in pledgors}),
        "secured_fen": pledge.secured_fen,
        "debt_from": pledge.debt_from.isoformat(),
        "debt_until": pledge.debt_until.isoformat(),
    }


def request_of(pledge: Pledge, pledgors: Sequence[Pledgor], patent_id: str, on: date) -> PermissionRequest:
    """Return what the registered pledge of one of its patents asks of the ledger."""
    return PermissionRequest(
        act=Act.PLEDGE,
        on=on,
        by=frozenset(one.party_id for one in pledgors if one.patent_id == patent_id),
        starts_on=on,
        ends_on=pledge.debt_until,
        to_party=pledge.pledgee_party_id,
        terms_hash=fingerprint(terms_of(pledge, pledgors)),
        subject=pledge.id,
    )
