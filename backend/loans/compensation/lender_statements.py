"""What the lender states of a compensation and records after it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.core.errors import FieldError, Text
from backend.core.http.day_errors import in_the_future, too_early
from backend.files.service import attach
from backend.loan_terms.codes import CompensatesAt
from backend.loan_terms.models import FinancingScheme
from backend.loans import queries
from backend.loans.access import HeldLoan
from backend.loans.accounting.posting import CLOSED, EVIDENCE, announce, check_state
from backend.loans.codes import LoanStatus
from backend.loans.compensation import recovery_split
from backend.loans.compensation.schemas import CompensationIn, RecoveryIn
from backend.loans.compensation.service import SharingTerms, compensate, scheme_of, to_state
from backend.loans.errors import (
    CompensatedAlready,
    CompensationAsked,
    LoanDayOutOfOrder,
    NoCompensation,
    NotYetCompensated,
    SchemeSaysItself,
    TooManyEntries,
)
from backend.loans.events import RecoveryRecorded
from backend.loans.models import Loan, LoanCompensation, LoanRecovery
from backend.loans.policy import LoanPolicy

MUST_BE_STATED = Text("方案未载明，须填写。", "The scheme does not say it: state it.")
STATED_BY_SCHEME = Text("方案已载明。", "The scheme says it itself.")


async def state(session: AsyncSession, held: HeldLoan, body: CompensationIn, now: datetime) -> LoanCompensation:
    """Return the compensation, worked out by the scheme and by what its text leaves to be stated.

    Raises NoCompensation, CompensatedAlready, CompensationAsked, SchemeSaysItself, NotYetCompensated.
    """
    loan, caller = held.loan, held.caller
    scheme = await scheme_of(session, loan)
    if scheme is None:
        raise NoCompensation
    if await queries.compensation(session, loan.id) is not None:
        raise CompensatedAlready
    terms = _terms(scheme, body)
    _check_moment(loan, terms.compensates_at)
    return await compensate(session, loan, terms, now, actor=caller.user_id, own=caller.organisation_id)


def _terms(scheme: FinancingScheme, body: CompensationIn) -> SharingTerms:
    missing_in_scheme = to_state(scheme)
    stated = [name for name in ("compensates_at", "shares") if getattr(body, name) is not None]
    if missing := [name for name in missing_in_scheme if name not in stated]:
        raise CompensationAsked(errors=[FieldError(f"/{name}", "to_state", MUST_BE_STATED) for name in missing])
    if surplus := [name for name in stated if name not in missing_in_scheme]:
        raise SchemeSaysItself(errors=[FieldError(f"/{name}", "said_by_scheme", STATED_BY_SCHEME) for name in surplus])
    shares = scheme.share_by_role() or {share.role: share.share_bp for share in body.shares or []}
    moment = scheme.compensates_at or body.compensates_at or CompensatesAt.AFTER_DISPOSAL
    return SharingTerms(scheme, moment, shares, tuple(stated))


def _check_moment(loan: Loan, moment: CompensatesAt) -> None:
    """Raise NotYetCompensated before the default, or before the realisation is closed."""
    if moment is CompensatesAt.DEFAULT:
        has_come = loan.defaulted_on is not None and loan.status in (LoanStatus.DEFAULTED, LoanStatus.CLOSED)
    else:
        has_come = loan.status is LoanStatus.CLOSED
    if not has_come:
        raise NotYetCompensated(compensates_at=moment.value)


async def record_recovery(
    session: AsyncSession, held: HeldLoan, body: RecoveryIn, policy: LoanPolicy, now: datetime
) -> LoanRecovery:
    """Return what came in after the realisation was closed, split among those who bore the loss.

    Raises LoanNotInState, NoCompensation, LoanDayOutOfOrder, TooManyEntries.
    """
    loan, caller = held.loan, held.caller
    check_state(loan, "record_recovery", LoanStatus.CLOSED)
    compensation = await queries.compensation(session, loan.id)
    if compensation is None:
        raise NoCompensation
    if body.recovered_on > china_day(now):
        raise LoanDayOutOfOrder(errors=[in_the_future("/recovered_on", china_day(now))])
    if loan.closed_on is not None and body.recovered_on < loan.closed_on:
        raise LoanDayOutOfOrder(errors=[too_early("/recovered_on", CLOSED, loan.closed_on)])
    if len(await queries.recoveries_of(session, compensation.id)) >= policy.entries:
        raise TooManyEntries(limit=policy.entries)
    files = {"kind": EVIDENCE, "subject": loan.id, "pointer": "/evidence_files"}
    await attach(session, caller, body.evidence_files, now=now, **files)
    row = await recovery_split.split(session, compensation, body.amount_fen, body.recovered_on, now, by=caller.user_id)
    row.note, row.evidence_files = body.note, body.evidence_files
    loan.version += 1
    own = caller.organisation_id
    await announce(session, loan, RecoveryRecorded, now, actor=caller.user_id, own=own, recovery_id=row.id)
    return row
