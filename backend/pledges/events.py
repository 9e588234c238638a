"""What happens to pledges, as events. They concern its sides and the lender; the office's registration is public.

That a patent is pledged is told to everybody by the ledger's own event, once it is registered.
"""

from collections.abc import Collection
from typing import Final

from backend.core.events.domain_event import DomainEvent, EventPayload
from backend.financing.codes import Ground
from backend.pledges.codes import DisposalMethod, ProceedsUse, WatchKind

SIDES: Final = "the pledge's pledgors, debtor, pledgee and lender"
NO_INBOX: Final = "the loan's own event is told"


class PledgeEvent(EventPayload, audience=SIDES):
    """Something happened to a pledge."""

    pledge_id: str
    offer_id: str


class PledgeDrafted(PledgeEvent, name="pledge.drafted"):
    """A pledge was drawn up; its contract awaits the signatures."""


class PledgeRevised(PledgeEvent, name="pledge.revised", unnotified="the contract's own event is told"):
    """The drafted contract of a pledge says otherwise now; its sides sign it anew."""


class PledgeConfirmed(PledgeEvent, name="pledge.confirmed"):
    """A side has confirmed that it wants the pledge although the office would ask."""


class PledgeFiled(PledgeEvent, name="pledge.filed"):
    """The registration of a pledge was applied for."""


class PledgeRegistered(PledgeEvent, name="pledge.registered"):
    """A pledge is registered: it stands from that day."""


class PledgeRegistrationRefused(PledgeEvent, name="pledge.registration_refused"):
    """The office has refused to register a pledge."""

    ground: Ground


class PledgeCorrectionAsked(PledgeEvent, name="pledge.correction_asked"):
    """The office asks for a correction of the application."""


class PledgeClaimed(PledgeEvent, name="pledge.claimed"):
    """A pledgor or the debtor says what only the pledgee or an office records; it awaits their word."""

    claim: str


class PledgeChangeFiled(PledgeEvent, name="pledge.change_filed"):
    """A change of a registered pledge was applied for."""


class PledgeChangeAgreed(PledgeEvent, name="pledge.change_agreed"):
    """A side has agreed to a change of a registered pledge."""


class PledgeChangeDecided(PledgeEvent, name="pledge.change_decided"):
    """The change of a registered pledge was registered or refused."""


class PledgeReleaseDue(PledgeEvent, name="pledge.release_due"):
    """The debt is paid: the pledgee has to have the pledge released."""


class PledgeReleaseOverdue(
    PledgeEvent, name="pledge.release_overdue", audience="the pledge's sides, and the platform's staff"
):
    """The debt is paid, and the pledgee has not filed the release in time."""


class PledgeReleaseFiled(PledgeEvent, name="pledge.release_filed"):
    """The release of a pledge was applied for."""


class PledgeReleased(PledgeEvent, name="pledge.released"):
    """A pledge is released: its patents are free of it."""


class PledgedPatentReleased(PledgeEvent, name="pledge.patent_released"):
    """One patent of a pledge is free of it; the others stay pledged."""

    patent_id: str


class PledgeReleaseRefused(PledgeEvent, name="pledge.release_refused"):
    """The release of a pledge was not registered: it stands on."""


class PledgeDefaulted(PledgeEvent, name="pledge.defaulted"):
    """The pledgee records a default: it may realise the pledge."""


class PledgeCured(PledgeEvent, name="pledge.cured"):
    """A default is cured: the pledge stands as before."""


class PledgeDisposalRecorded(PledgeEvent, name="pledge.disposal_recorded"):
    """Pledged patents were turned into money."""

    disposal_id: str
    method: DisposalMethod


class PledgeDisposed(PledgeEvent, name="pledge.disposed"):
    """The realisation of a pledge is closed."""


class PledgeRevoked(PledgeEvent, name="pledge.revoked"):
    """A pledge was given up before its registration, or the office has revoked it."""


class PledgeWatched(PledgeEvent, name="pledge.watched"):
    """Something happened to a pledged patent that its pledgee should know of."""

    patent_id: str
    kind: WatchKind


class PledgeProceedsEvent(PledgeEvent, audience=SIDES):
    """Something happened to what a licence of a pledged patent brought in."""

    proceeds_id: str


class PledgeProceedsReceived(PledgeProceedsEvent, name="pledge.proceeds_received"):
    """A licence of a pledged patent brought money in, which goes to early repayment or deposit."""

    licence_id: str


class PledgeProceedsStruck(PledgeProceedsEvent, name="pledge.proceeds_struck"):
    """The licence payment that proceeds come from counts no more; a repayment that it made is the lender's to reverse.

    `use`: what had become of them by then, if anything.
    """

    licence_id: str
    use: ProceedsUse | None


class PledgeProceedsReopened(PledgeProceedsEvent, name="pledge.proceeds_reopened"):
    """The repayment that proceeds made was reversed or not confirmed: the pledgee says anew what becomes of them."""


class PledgeProceedsDecided(PledgeProceedsEvent, name="pledge.proceeds_decided"):
    """The pledgee has said what becomes of what a licence brought in."""

    use: ProceedsUse


def pledge_event(
    payload: PledgeEvent, audience: Collection[str], actor: str | None = None, muted_for: Collection[str] = ()
) -> DomainEvent[PledgeEvent]:
    """Return the event of a pledge for its audience."""
    return DomainEvent(payload, payload.pledge_id, sorted(set(audience)), actor, muted_for)
