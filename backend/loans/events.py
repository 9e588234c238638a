"""What happens to loans, as events for the lender, the borrower and the guarantor; none of them tells an amount."""

from collections.abc import Collection
from datetime import date
from typing import Final

from backend.core.events.domain_event import DomainEvent, EventPayload
from backend.loans.models import Loan

SIDES: Final = "the lender, the borrower and the guarantor"


class LoanEvent(EventPayload, audience=SIDES):
    """Something happened to a loan."""

    loan_id: str
    offer_id: str
    request_id: str


class LoanAgreed(LoanEvent, name="loan.agreed", unnotified="the accepted offer is told"):
    """A loan was made from an accepted offer; it is disbursed once its pledge is registered."""


class LoanSecured(LoanEvent, name="loan.secured"):
    """The registration of a loan's pledge is on record: the lender may disburse it."""

    on: date


class LoanSecurityLost(LoanEvent, name="loan.security_lost"):
    """The registration of a loan's pledge does not stand any more."""

    on: date


class LoanDisbursed(LoanEvent, name="loan.disbursed"):
    """A loan was disbursed, and its rate fixed by that day's loan prime rate."""

    on: date


class RepaymentClaimed(LoanEvent, name="loan.repayment_claimed"):
    """The borrower says that it has paid; the lender's word is awaited."""

    repayment_id: str


class RepaymentRecorded(LoanEvent, name="loan.repayment_recorded"):
    """The lender has recorded a repayment, with what it counts for."""

    repayment_id: str


class RepaymentRefused(LoanEvent, name="loan.repayment_refused"):
    """The lender does not confirm what the borrower says it has paid."""

    repayment_id: str


class RepaymentClaimWithdrawn(LoanEvent, name="loan.repayment_withdrawn", unnotified="the borrower's own doing"):
    """The borrower has withdrawn what it said it had paid."""

    repayment_id: str


class RepaymentReversed(LoanEvent, name="loan.repayment_reversed"):
    """The lender has reversed a repayment that was recorded wrongly."""

    repayment_id: str


class LoanCostsEntered(LoanEvent, name="loan.costs_entered"):
    """The lender has entered costs of enforcement."""

    costs_id: str


class LoanOverdue(LoanEvent, name="loan.overdue"):
    """An instalment was not paid on its day."""

    since: date


class LoanCaughtUp(LoanEvent, name="loan.caught_up"):
    """What was overdue of a loan is paid."""


class LoanDefaulted(LoanEvent, name="loan.defaulted"):
    """The lender's side has declared a default."""

    on: date


class LoanCured(LoanEvent, name="loan.cured"):
    """A default is cured, and the loan goes on."""

    on: date


class ExtensionProposed(LoanEvent, name="loan.extension_proposed"):
    """One side proposes a longer term; the other is to answer."""

    extension_id: str


class ExtensionRefused(LoanEvent, name="loan.extension_refused"):
    """The other side does not agree to a longer term."""

    extension_id: str


class ExtensionWithdrawn(LoanEvent, name="loan.extension_withdrawn"):
    """The proposal of a longer term is withdrawn."""

    extension_id: str


class LoanExtended(LoanEvent, name="loan.extended"):
    """Both sides have agreed to a longer term."""

    extension_id: str


class LoanRepaid(LoanEvent, name="loan.repaid"):
    """A loan is repaid: nothing of it is owed any more."""

    on: date


class LoanCompensated(LoanEvent, name="loan.compensated"):
    """What a scheme bears of a lost debt is worked out, with whose claim the debt is from then on."""

    compensation_id: str


class CompensationVoided(LoanEvent, name="loan.compensation_voided"):
    """The default that was compensated is cured: what the scheme bore is to be given back."""

    compensation_id: str


class RecoveryRecorded(LoanEvent, name="loan.recovery_recorded"):
    """Money came in after a compensation, and was split among those who bore the loss."""

    recovery_id: str


class LoanClosed(LoanEvent, name="loan.closed"):
    """The realisation is closed, and with it the loan's account; what is still owed is a claim of those who bear it."""

    on: date


def sides_of(loan: Loan) -> list[str]:
    """Return the organisations that have part in a loan."""
    return sorted({
        one
        for one in (loan.lender_organisation_id, loan.borrower_organisation_id, loan.guarantor_organisation_id)
        if one is not None
    })  # fmt: skip


def loan_event(
    loan: Loan, payload: LoanEvent, actor: str | None = None, muted_for: Collection[str] = ()
) -> DomainEvent[LoanEvent]:
    """Return the event of a loan for its sides; the organisation that did it is not told in its inbox."""
    return DomainEvent(payload, loan.id, sides_of(loan), actor, muted_for)
