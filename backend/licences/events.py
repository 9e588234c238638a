"""What happens to licences, as events."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.events.domain_event import DomainEvent, EventPayload
from backend.core.events.log import append
from backend.licences.codes import LicenceSource
from backend.licences.models import Licence


class LicenceEvent(EventPayload, audience="licensor and licensee"):
    """Something happened to a licence."""

    patent_id: str
    licence_id: str
    open_licence_id: str | None


class LicenceEffective(LicenceEvent, name="licence.effective"):
    """A licence has taken effect."""


class LicenceStarted(LicenceEvent, name="licence.started"):
    """A licence's term has begun."""


class LicencePaymentRecorded(LicenceEvent, name="licence.payment_recorded"):
    """A later payment was recorded."""


class LicencePaymentWithdrawn(LicenceEvent, name="licence.payment_withdrawn"):
    """The licensee has withdrawn a payment that it had recorded."""


class LicensorContested(LicenceEvent, name="licence.licensor_contested"):
    """An office has found that the licensor never held the patent: the licence is contested."""


class LicensorContestEnded(LicenceEvent, name="licence.licensor_contest_ended"):
    """An office has decided that the licence stands."""


class LicenceContested(LicenceEvent, name="licence.contested"):
    """The licensor contests a payment."""


class LicenceContestEnded(LicenceEvent, name="licence.contest_ended"):
    """A contest is over, and the licence stands."""


class LicenceVoid(LicenceEvent, name="licence.void"):
    """A contest was upheld: there is no licence."""


class LicencePaymentStruck(LicenceEvent, name="licence.payment_struck"):
    """A contest was upheld: a payment does not count."""


class LicenceRecordalDue(LicenceEvent, name="licence.recordal_due"):
    """A licence's recordal falls due."""


class LicenceRecordalOverdue(LicenceEvent, name="licence.recordal_overdue"):
    """A licence's recordal is overdue."""


class LicenceRecordalFiled(LicenceEvent, name="licence.recordal_filed"):
    """A licence was filed for recordal."""


class LicenceRecorded(LicenceEvent, name="licence.recorded"):
    """The office has recorded a licence."""


class RoyaltyReported(LicenceEvent, name="licence.royalty_reported"):
    """A royalty report was submitted."""


class RoyaltyCorrected(LicenceEvent, name="licence.royalty_corrected"):
    """A royalty report was corrected."""


class RoyaltyOverdue(LicenceEvent, name="licence.royalty_overdue"):
    """A royalty report or its payment is overdue."""


class LicenceTerminated(LicenceEvent, name="licence.terminated"):
    """A licence has ended before its term."""


class LicenceReinstated(LicenceEvent, name="licence.reinstated"):
    """A right was restored, and the licence that had ended with it goes on."""


class LicenceExpired(LicenceEvent, name="licence.expired"):
    """A licence's term is over."""


async def append_event(
    session: AsyncSession, licence: Licence, kind: type[LicenceEvent], now: datetime, actor: str | None = None
) -> None:
    """Append what happened to a licence; it concerns its two sides."""
    taken_from = licence.offer_id if licence.source is LicenceSource.OPEN_LICENCE else None
    payload = kind(patent_id=licence.patent_id, licence_id=licence.id, open_licence_id=taken_from)
    audience = sorted({licence.licensor_organisation_id, licence.licensee_organisation_id})
    await append(session, DomainEvent(payload, licence.id, audience, actor), now)
