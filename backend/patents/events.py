"""What happens to patents and their holdings, as events."""

from collections.abc import Collection, Sequence
from typing import Annotated, Final

from pydantic import Field

from backend.core.events.domain_event import INTERNAL, DomainEvent, EventPayload
from backend.patents.codes import EventKind, HoldingState, LegalStatus
from backend.patents.models import Holding

HOLDERS: Final = "its holders and whoever entered it; everybody too, while it is listed"
SHOWN: Final = "whoever acts on it sees it, and a change that matters has an event of its own"


class PatentEvent(EventPayload, audience=HOLDERS):
    """Something happened to a patent."""

    patent_id: str


class PatentContentEvent(PatentEvent):
    """Something was written about a patent; `holders_named`: also who holds it, which others' rows wait for."""

    holders_named: Annotated[bool, INTERNAL, Field(exclude=True)] = True


class PatentRegistered(PatentContentEvent, name="patent.registered", unnotified=SHOWN):
    """A patent was entered in the register."""


class PatentUpdated(PatentContentEvent, name="patent.updated", unnotified=SHOWN):
    """A patent's facts have changed."""


class PatentStatusChanged(PatentEvent, name="patent.status_changed"):
    """A patent's legal status has changed, by whatever source."""

    legal_status: LegalStatus
    before: LegalStatus


class LegalEventRecorded(PatentEvent, name="patent.legal_event_recorded", unnotified=SHOWN):
    """A legal event was recorded; where it changed the status, another event says so."""

    legal_event_id: str
    kind: EventKind
    status_changed: Annotated[bool, INTERNAL, Field(exclude=True)]


class PatentAssessed(PatentEvent, name="patent.assessed", unnotified=SHOWN):
    """A patent was graded."""

    assessment_id: str
    grade: str


class PatentsMerged(PatentEvent, name="patent.merged", removes=True):
    """Two entries proved to be one patent: this one leads on to the other."""

    into: str


class PatentJoined(
    PatentEvent, name="patent.joined", audience="whoever entered the row", unnotified=SHOWN, removes=True
):
    """A private row is part of the established patent that it leads on to."""

    into: str


class PatentEstablished(PatentEvent, name="patent.established", audience="the holders that it names", unnotified=SHOWN):
    """A private row is everybody's record of the patent from now on."""


class PatentOfferChanged(PatentEvent, name="patent.offer_changed", unnotified=SHOWN):
    """Rights on a patent bar other deals than before."""


class HoldingEvent(EventPayload, audience="the patent's holders and the party; everybody too, while it is listed"):
    """Something happened to a holding."""

    patent_id: str
    holding_id: str
    party_id: str


class HoldingAsserted(HoldingEvent, name="holding.asserted"):
    """A party is said to hold a patent, or an office has found that it does."""

    state: Annotated[HoldingState, INTERNAL]


class HoldingVerified(HoldingEvent, name="holding.verified"):
    """An office has found that a holding is right."""


class HoldingDisputed(HoldingEvent, name="holding.disputed"):
    """A holding is contested until an office decides."""


class HoldingEnded(HoldingEvent, name="holding.ended"):
    """A party holds a patent no more."""


class HoldingDisplaced(
    HoldingEvent, name="holding.displaced", unnotified="each ending, and what follows from it, is told by itself"
):
    """An office has found that a holder never held the patent, and another does."""

    organisation_id: str | None
    decided_by: Annotated[str, INTERNAL]


def patent_registered(
    patent_id: str, audience: Sequence[str], actor: str | None = None, *, holders_named: bool = True
) -> DomainEvent[PatentRegistered]:
    """Return the event of a patent that is new in the register."""
    return DomainEvent(PatentRegistered(patent_id=patent_id, holders_named=holders_named), patent_id, audience, actor)


def patent_updated(
    patent_id: str,
    audience: Sequence[str],
    actor: str | None = None,
    *,
    holders_named: bool = True,
    muted_for: Collection[str] = (),
) -> DomainEvent[PatentUpdated]:
    """Return the event of a patent whose facts have changed."""
    payload = PatentUpdated(patent_id=patent_id, holders_named=holders_named)
    return DomainEvent(payload, patent_id, audience, actor, muted_for)


def patent_status_changed(
    patent_id: str, status: LegalStatus, before: LegalStatus, audience: Sequence[str], actor: str | None
) -> DomainEvent[PatentStatusChanged]:
    """Return the event of a patent whose legal status is another."""
    payload = PatentStatusChanged(patent_id=patent_id, legal_status=status, before=before)
    return DomainEvent(payload, patent_id, audience, actor)


def holding_changed(
    kind: type[HoldingEvent], patent_id: str, holding_id: str, party_id: str, audience: Sequence[str], actor: str | None
) -> DomainEvent[HoldingEvent]:
    """Return the event of a holding that was verified, disputed or ended."""
    payload = kind(patent_id=patent_id, holding_id=holding_id, party_id=party_id)
    return DomainEvent(payload, holding_id, audience, actor)


def holding_asserted(
    holding: Holding, audience: Sequence[str], actor: str | None, muted_for: Collection[str]
) -> DomainEvent[HoldingAsserted]:
    """Return the event of a new holding."""
    payload = HoldingAsserted(
        patent_id=holding.patent_id, holding_id=holding.id, party_id=holding.party_id, state=holding.state
    )
    return DomainEvent(payload, holding.id, audience, actor, muted_for)
