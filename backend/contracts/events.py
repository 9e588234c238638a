"""What happens to contracts, as events. None of them carries a term or a word that anybody wrote."""

from collections.abc import Sequence
from typing import Final

from backend.contracts.models import Contract
from backend.core.events.domain_event import DomainEvent, EventPayload

SIDES: Final = "the sides of the contract"


class ContractEvent(EventPayload, audience=SIDES):
    """Something happened to a contract; `subject` is the id of the thing that it is about."""

    contract_id: str
    subject: str
    template: str
    version_number: int
    amendment_id: str | None = None


class ContractDrafted(ContractEvent, name="contract.drafted"):
    """A contract was drawn up, and its sides can sign it."""


class ContractRevised(ContractEvent, name="contract.revised"):
    """A contract that not all had signed got other terms: what was signed of it is void, and all sign anew."""


class ContractSigned(ContractEvent, name="contract.signed"):
    """A side has signed a version of a contract or an amendment."""

    side: str


class ContractEffective(ContractEvent, name="contract.effective"):
    """All sides of a contract have signed it."""


class ContractChangeAsked(ContractEvent, name="contract.change_asked"):
    """A side asks for other terms before it signs."""


class ContractRefused(ContractEvent, name="contract.refused"):
    """A side does not sign a contract; nobody can any more."""

    reason: str


class ContractExpired(ContractEvent, name="contract.expired"):
    """A contract was not signed by all in time."""


class ContractAmendmentProposed(ContractEvent, name="contract.amendment_proposed"):
    """An amendment of a contract was proposed, and its sides can sign it."""


class ContractAmendmentRefused(ContractEvent, name="contract.amendment_refused"):
    """A side does not sign an amendment or a termination; the contract stays as it is."""

    reason: str


class ContractAmendmentExpired(ContractEvent, name="contract.amendment_expired"):
    """An amendment or a termination was not signed by all in time; the contract stays as it is."""


class ContractAmended(ContractEvent, name="contract.amended"):
    """All sides of a contract have signed an amendment: its terms are others from now on."""


class ContractTerminationProposed(ContractEvent, name="contract.termination_proposed"):
    """The end of a contract was proposed, and its sides can sign that."""


class ContractTerminated(ContractEvent, name="contract.terminated"):
    """A contract has ended: by an agreement that all sides signed, or by what it rests on."""


class CertificateEntered(EventPayload, name="certificate.entered", audience="the organisation's members"):
    """An organisation has entered a signing certificate, or another one."""

    sha256: str


class CertificateRemoved(EventPayload, name="certificate.removed", audience="the organisation's members"):
    """An organisation signs without its certificate from now on."""


def contract_event(
    contract: Contract,
    kind: type[ContractEvent],
    audience: Sequence[str],
    *,
    number: int,
    amendment_id: str | None = None,
    actor: str | None = None,
    muted_for: Sequence[str] = (),
    **facts: str,
) -> DomainEvent[ContractEvent]:
    """Return the event of a contract; `facts` are what its kind tells beside what all do."""
    payload = kind(
        contract_id=contract.id,
        subject=contract.subject,
        template=contract.template_name,
        version_number=number,
        amendment_id=amendment_id,
        **facts,
    )
    return DomainEvent(payload, contract.id, sorted(set(audience)), actor, muted_for)
