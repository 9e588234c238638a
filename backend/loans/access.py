"""Who may do what with a loan: path id → loaded, permitted thing.

| act | lender | borrower | guarantor | others, the platform too |
|---|---|---|---|---|
| see it, its statement, schedule and repayments | x | x | x | |
| record disbursement, costs and recoveries; state how a scheme compensates | x | | | |
| record a repayment, or an early one | x | a claim that awaits the lender | | |
| confirm or refuse such a claim; reverse what was recorded wrongly | x | | | |
| withdraw such a claim | | x | | |
| propose an extension, accept or refuse the other's | x | x | | |

For everybody else there is no such loan. It is held before all that was recorded of it, and before its pledge.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Path
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import OnceVerifiedEditor, VerifiedEditor, Viewer
from backend.accounts.caller import Caller
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.loans import queries
from backend.loans.codes import LoanRole
from backend.loans.errors import LoanStepNotYours, NoSuchLoan
from backend.loans.models import Loan

SUFFIX: Final = "01h455vb4pex5vsknk084sn02q"
LoanId = Annotated[str, Path(pattern=id_pattern("loan"), description="The loan's id.", examples=[f"loan_{SUFFIX}"])]


@dataclass(frozen=True, slots=True)
class SeenLoan:
    """A loan that the caller may know of, and what its organisation is in it."""

    loan: Loan
    caller: Caller

    @property
    def role(self) -> LoanRole:
        """What the caller's organisation is in the loan."""
        return role_in(self.loan, self.caller)

    @property
    def is_lender(self) -> bool:
        """Whether the caller's word on money counts."""
        return self.role is LoanRole.LENDER


@dataclass(frozen=True, slots=True)
class HeldLoan(SeenLoan):
    """A loan held for a change, and who changes it."""


def role_in(loan: Loan, caller: Caller) -> LoanRole:
    """Return what the caller's organisation is in a loan that it may know of."""
    if caller.organisation_id == loan.lender_organisation_id:
        return LoanRole.LENDER
    return LoanRole.BORROWER if caller.organisation_id == loan.borrower_organisation_id else LoanRole.GUARANTOR


async def _seen(loan_id: LoanId, caller: Viewer, session: ReadDb) -> SeenLoan:
    found = await queries.visible(session, caller, loan_id)
    if found is None:
        raise NoSuchLoan
    return SeenLoan(found, caller)


async def _held(session: AsyncSession, caller: Caller, loan_id: str, action: str, *roles: LoanRole) -> HeldLoan:
    found = await queries.visible(session, caller, loan_id)
    if found is None:
        raise NoSuchLoan
    if role_in(found, caller) not in roles:
        raise LoanStepNotYours(action=action, by=", ".join(roles))
    return HeldLoan(await queries.locked(session, found.id), caller)


async def _disbursing(loan_id: LoanId, caller: VerifiedEditor, session: Db) -> HeldLoan:
    return await _held(session, caller, loan_id, "disburse", LoanRole.LENDER)


async def _recording(loan_id: LoanId, caller: OnceVerifiedEditor, session: Db) -> HeldLoan:
    return await _held(session, caller, loan_id, "record", LoanRole.LENDER)


async def _paying(loan_id: LoanId, caller: OnceVerifiedEditor, session: Db) -> HeldLoan:
    return await _held(session, caller, loan_id, "record_repayment", LoanRole.LENDER, LoanRole.BORROWER)


async def _claiming(loan_id: LoanId, caller: OnceVerifiedEditor, session: Db) -> HeldLoan:
    return await _held(session, caller, loan_id, "withdraw_claim", LoanRole.BORROWER)


async def _extending(loan_id: LoanId, caller: VerifiedEditor, session: Db) -> HeldLoan:
    return await _held(session, caller, loan_id, "extend", LoanRole.LENDER, LoanRole.BORROWER)


async def _declining(loan_id: LoanId, caller: OnceVerifiedEditor, session: Db) -> HeldLoan:
    return await _held(session, caller, loan_id, "answer_extension", LoanRole.LENDER, LoanRole.BORROWER)


LoanToSee = Annotated[SeenLoan, Depends(_seen)]
LoanToDisburse = Annotated[HeldLoan, Depends(_disbursing)]
LoanToRecord = Annotated[HeldLoan, Depends(_recording)]
LoanToPay = Annotated[HeldLoan, Depends(_paying)]
LoanToClaim = Annotated[HeldLoan, Depends(_claiming)]
LoanToExtend = Annotated[HeldLoan, Depends(_extending)]
LoanToDecline = Annotated[HeldLoan, Depends(_declining)]
