"""What happens to rights on patents and to consents, as events."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Party
from backend.core.events.domain_event import PUBLIC, DomainEvent, EventPayload
from backend.core.events.log import append
from backend.patents.queries import PatentAggregate, loaded
from backend.rights import queries
from backend.rights.codes import Act, RightKind
from backend.rights.models import RightEntry

CONCERNED: Final = (
    "the patent's holders, the right's party and whoever recorded it; everybody too, once it is announced"
)


class RightEvent(EventPayload, audience=CONCERNED):
    """Something happened to a right on a patent."""

    patent_id: str
    right_id: str
    kind: RightKind


class RightRecorded(RightEvent, name="right.recorded"):
    """A right was recorded on a patent."""


class RightEnded(RightEvent, name="right.ended"):
    """A right on a patent has ended."""


class RightResumed(RightEvent, name="right.resumed"):
    """A right on a patent that had ended holds again."""


class RightCorrected(RightEvent, name="right.corrected"):
    """A right on a patent was corrected."""


class RightCarveOutCorrected(RightEvent, name="right.carve_out_corrected"):
    """A licence that an exclusive or sole one leaves standing was corrected, and is left standing still."""


class RightCarriedOver(RightEvent, name="right.carried_over"):
    """A sub-licence stands under its licence as corrected."""


class RightSigned(RightEvent, name="right.signed"):
    """A co-owner has entered the same agreement."""


class ConsentEvent(EventPayload, audience="whoever asked, and the party whose consent it is"):
    """Something happened to a consent."""

    patent_id: str
    consent_id: str
    act: Act


class ConsentAsked(ConsentEvent, name="consent.asked"):
    """A party is asked for its consent."""


class ConsentGiven(ConsentEvent, name="consent.given"):
    """A consent was given."""


class ConsentRefused(ConsentEvent, name="consent.refused"):
    """A consent was refused."""


class ConsentRevoked(ConsentEvent, name="consent.revoked"):
    """A consent was revoked."""


def right_changed(
    kind: type[RightEvent],
    patent_id: str,
    right_id: str,
    right_kind: RightKind,
    audience: Sequence[str],
    actor: str | None = None,
    muted_for: Collection[str] = (),
) -> DomainEvent[RightEvent]:
    """Return the event of a right that was recorded, has ended or was corrected."""
    payload = kind(patent_id=patent_id, right_id=right_id, kind=right_kind)
    return DomainEvent(payload, right_id, audience, actor, muted_for)


def _audience(whole: PatentAggregate, entry: RightEntry, party: Party | None) -> list[str]:
    if not whole.patent.is_established:
        return whole.organisations
    holders = {h.organisation_id for h in queries.living(whole) if h.organisation_id}
    concerned = {*holders, entry.recorded_by}
    if party is not None and party.organisation_id:
        concerned.add(party.organisation_id)
    public = [PUBLIC] if whole.is_listed and entry.announced_on is not None else []
    return [*public, *sorted(concerned)]


async def append_event(
    session: AsyncSession,
    whole: PatentAggregate,
    entry: RightEntry,
    kind: type[RightEvent],
    now: datetime,
    actor: str | None = None,
    muted_for: Sequence[str] = (),
) -> None:
    """Append what happened to an entry; what it bars becomes unavailable in the same transaction."""
    party = await session.get(Party, entry.party_id) if entry.party_id else None
    audience = _audience(whole, entry, party)
    event = right_changed(kind, whole.patent.id, entry.id, entry.kind, audience, actor, muted_for)
    await append(session, event, now, loaded(whole))
