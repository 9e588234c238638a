"""What happens to requests to be heard as a holder, as events."""

from typing import Final

from backend.core.events.domain_event import EventPayload
from backend.establishment.codes import Proposal

ASKER: Final = "the asker's members"
HEARERS: Final = "the asker, and the holders that have heard of the request"


class EstablishmentEvent(EventPayload):
    """Something happened to a request; the patent is named only to those who may know which it is."""

    establishment_id: str
    patent_id: str | None = None


class EstablishmentAsked(
    EstablishmentEvent, name="establishment.asked", audience=ASKER, unnotified="its members see it where they ask"
):
    """An organisation asks to be heard as a holder."""


class EstablishmentWaiting(
    EstablishmentEvent, name="establishment.waiting", audience=ASKER, unnotified="it is neither good nor bad news"
):
    """A request waits for the holders or an office."""


class EstablishmentProposed(
    EstablishmentEvent, name="establishment.proposed", audience="the holders, and the offices where there is none"
):
    """A verified organisation asks, with evidence, to be heard as a holder of a patent that others hold."""


class EstablishmentAccepted(EstablishmentEvent, name="establishment.accepted", audience=HEARERS):
    """A request was accepted, or came about by itself."""


class EstablishmentRefused(EstablishmentEvent, name="establishment.refused", audience=HEARERS):
    """A request was refused."""


class EstablishmentWithdrawn(EstablishmentEvent, name="establishment.withdrawn", audience=HEARERS):
    """A request was withdrawn."""


class EstablishmentTaken(
    EventPayload, name="establishment.taken", audience=ASKER, unnotified="what was taken shows at the patent"
):
    """What the asker's row had brought along was taken over: by the row's id, which is the asker's alone."""

    establishment_id: str
    patent_id: str
    into: str
    takes: tuple[Proposal, ...]


class EstablishmentAdopted(
    EventPayload,
    name="establishment.adopted",
    audience="the patent's holders but the asker",
    unnotified="what was taken shows at the patent",
):
    """What an accepted holder's row had brought along was taken over."""

    establishment_id: str
    patent_id: str
    takes: tuple[Proposal, ...]
