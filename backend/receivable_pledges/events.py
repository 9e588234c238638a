"""What happens to pledges of licence income, as events for licensor, licensee and pledgee."""

from typing import Final

from backend.core.events.domain_event import DomainEvent, EventPayload
from backend.receivable_pledges.models import ReceivablePledge

SIDES: Final = "the licence's licensor and licensee, and the pledgee"


class ReceivablePledgeEvent(EventPayload, audience=SIDES):
    """Something happened to the pledge of a licence's income."""

    receivable_pledge_id: str
    licence_id: str


class ReceivablePledgeAsked(ReceivablePledgeEvent, name="receivable_pledge.asked"):
    """A licensor wants to pledge what a licence brings in; the licensee is asked to consent."""


class ReceivablePledgeConsented(ReceivablePledgeEvent, name="receivable_pledge.consented"):
    """The licensee has consented: the pledgee reads licence and royalties from now on."""


class ReceivablePledgeRefused(ReceivablePledgeEvent, name="receivable_pledge.refused"):
    """The licensee has not consented."""


class ReceivablePledgeRegistered(ReceivablePledgeEvent, name="receivable_pledge.registered"):
    """The pledge of a licence's income is registered; this tells the licensee, who owes it."""


class ReceivablePledgeReleased(ReceivablePledgeEvent, name="receivable_pledge.released"):
    """The pledgee has released a licence's income."""


class ReceivablePledgeWithdrawn(ReceivablePledgeEvent, name="receivable_pledge.withdrawn"):
    """The licensor does not pledge a licence's income after all."""


def receivable_pledge_event(
    row: ReceivablePledge, kind: type[ReceivablePledgeEvent], actor: str, own: str
) -> DomainEvent[ReceivablePledgeEvent]:
    """Return the event of the pledge of a licence's income; the organisation that did it is not told in its inbox."""
    audience = {row.licensor_organisation_id, row.licensee_organisation_id, row.pledgee_organisation_id}
    payload = kind(receivable_pledge_id=row.id, licence_id=row.licence_id)
    return DomainEvent(payload, row.id, sorted(audience), actor, [own])
