"""What happens to open licences and to the notices by which they are taken, as events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.events.domain_event import PUBLIC, DomainEvent, EventPayload
from backend.core.events.log import append
from backend.open_licences import queries as open_queries
from backend.open_licences.models import OpenLicence
from backend.patents.queries import PatentAggregate

DECLARANT: Final = "the declarant's members"
CONCERNED: Final = "the declarant; once it is announced everybody, the patent's holders and the licensees"
OWN_DOING: Final = "members see it where they did it"


class OpenLicenceEvent(EventPayload, audience=CONCERNED):
    """Something happened to an open licence."""

    patent_id: str
    open_licence_id: str


class OpenLicenceDrafted(OpenLicenceEvent, name="open_licence.drafted", audience=DECLARANT, unnotified=OWN_DOING):
    """A declaration was drafted."""


class OpenLicenceChanged(OpenLicenceEvent, name="open_licence.changed", audience=DECLARANT, unnotified=OWN_DOING):
    """A draft was changed."""


class OpenLicenceSubmitted(OpenLicenceEvent, name="open_licence.submitted"):
    """A declaration was submitted."""


class OpenLicenceFiled(OpenLicenceEvent, name="open_licence.filed"):
    """A declaration was filed with the office."""


class OpenLicenceAnnounced(OpenLicenceEvent, name="open_licence.announced"):
    """The office has announced an open licence."""


class OpenLicenceRefused(OpenLicenceEvent, name="open_licence.refused"):
    """The office has refused a declaration."""


class OpenLicenceTakenBack(OpenLicenceEvent, name="open_licence.taken_back", unnotified=OWN_DOING):
    """A declaration was taken back before it was announced."""


class OpenLicenceSuspended(OpenLicenceEvent, name="open_licence.suspended", removes=True):
    """Something bars an open licence: nobody can take it now."""


class OpenLicenceResumed(OpenLicenceEvent, name="open_licence.resumed"):
    """An open licence can be taken again."""


class OpenLicenceWithdrawalFiled(OpenLicenceEvent, name="open_licence.withdrawal_filed"):
    """A withdrawal was filed with the office."""


class OpenLicenceWithdrawalRefused(OpenLicenceEvent, name="open_licence.withdrawal_refused"):
    """The office has refused a withdrawal."""


class OpenLicenceWithdrawn(OpenLicenceEvent, name="open_licence.withdrawn", removes=True):
    """The office has announced a withdrawal."""


class LicenseesNotified(
    OpenLicenceEvent,
    name="open_licence.licensees_notified",
    unnotified="the licensees have heard of it from the declarant",
):
    """The declarant has notified its licensees."""


class OpenLicenceTerminated(OpenLicenceEvent, name="open_licence.terminated", removes=True):
    """An open licence was terminated."""


class OpenLicenceRevoked(OpenLicenceEvent, name="open_licence.revoked", removes=True):
    """An open licence was revoked."""


class OpenLicenceExpired(OpenLicenceEvent, name="open_licence.expired", removes=True):
    """An open licence's term is over."""


class DutyOverdue(OpenLicenceEvent, name="open_licence.duty_overdue", audience=DECLARANT):
    """A declarant has not done in time what the law asks of it."""

    kind: str


class NoticeEvent(EventPayload, audience="licensee and licensor, and the offices where they have to decide"):
    """Something happened to a notice."""

    patent_id: str
    open_licence_id: str
    notice_id: str
    reason: str | None = None
    payment_id: str | None = None


class NoticeGiven(NoticeEvent, name="notice.given"):
    """A licensee has given notice that it takes an open licence."""


class NoticePaymentRecorded(NoticeEvent, name="notice.payment_recorded"):
    """A payment was recorded."""


class NoticePaymentToBeConfirmed(NoticeEvent, name="notice.payment_to_be_confirmed"):
    """A payment was recorded late: the licensor has to confirm it."""


class NoticePaymentConfirmed(NoticeEvent, name="notice.payment_confirmed"):
    """A payment that was recorded late counts."""


class NoticePaymentContested(NoticeEvent, name="notice.payment_contested"):
    """The licensor contests a payment that was recorded late."""


class NoticePaymentStruck(NoticeEvent, name="notice.payment_struck"):
    """An office has decided that a payment does not count."""


class NoticePaymentWithdrawn(NoticeEvent, name="notice.payment_withdrawn"):
    """The licensee has withdrawn a payment that it had recorded."""


class ConfirmationOverdue(NoticeEvent, name="notice.confirmation_overdue"):
    """The licensor has not answered in time about a payment."""


class NoticeLapsed(NoticeEvent, name="notice.lapsed"):
    """A notice has lapsed: it was not paid in time."""


class NoticeEnded(NoticeEvent, name="notice.ended"):
    """An unpaid notice has ended."""


def open_licence_changed(
    kind: type[OpenLicenceEvent],
    patent_id: str,
    open_licence_id: str,
    audience: Sequence[str],
    actor: str | None = None,
) -> DomainEvent[OpenLicenceEvent]:
    """Return the event of an open licence that takes a step, or can be taken no more or again."""
    payload = kind(patent_id=patent_id, open_licence_id=open_licence_id)
    return DomainEvent(payload, open_licence_id, audience, actor)


async def audience_of(session: AsyncSession, declared: OpenLicence, whole: PatentAggregate) -> list[str]:
    """Return whom a change of an announced open licence concerns: everyone, its holders, its licensees."""
    concerned = {declared.organisation_id, *whole.organisations, *await open_queries.licensees_of(session, declared.id)}
    return [PUBLIC, *sorted(concerned)]


async def append_event(
    session: AsyncSession,
    declared: OpenLicence,
    whole: PatentAggregate,
    kind: type[OpenLicenceEvent],
    now: datetime,
    actor: str | None = None,
) -> None:
    """Append what happened to a declaration; what is not announced concerns its declarant alone."""
    public = declared.announced_on is not None
    audience = await audience_of(session, declared, whole) if public else [declared.organisation_id]
    await append(session, open_licence_changed(kind, declared.patent_id, declared.id, audience, actor), now)
