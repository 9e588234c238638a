"""How compensations and recoveries are shown."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.loan_terms.codes import SharingRole
from backend.loan_terms.models import FinancingScheme
from backend.loan_terms.schemas import ShareOut
from backend.loans import queries
from backend.loans.codes import CompensationStatus
from backend.loans.compensation.recovery_split import parts_of
from backend.loans.compensation.schemas import ClaimOut, CompensationOut, RecoveryOut, RecoveryPartOut
from backend.loans.compensation.service import to_state
from backend.loans.models import Loan, LoanCompensation, LoanRecovery

SUMS: Final = ("loss_on", "costs_fen", "interest_fen", "principal_fen", "loss_fen", "computed_at")


def awaited_out(scheme: FinancingScheme) -> CompensationOut:
    """Return a scheme that has not compensated yet, as it is shown."""
    shares = scheme.share_by_role()
    return CompensationOut(
        status=CompensationStatus.AWAITED,
        scheme=scheme.code,
        scheme_id=scheme.id,
        compensates_at=scheme.compensates_at,
        shares=None if shares is None else [ShareOut(role=role, share_bp=bp) for role, bp in shares.items()],
        to_state=to_state(scheme),
        stated_by_lender=[],
        **dict.fromkeys(SUMS),
        claims=[],
    )


async def compensation_out(session: AsyncSession, loan: Loan, row: LoanCompensation) -> CompensationOut:
    """Return a compensation with what came in since, as it is shown."""
    recovered = dict.fromkeys(SharingRole, 0)
    for recovery in await queries.recoveries_of(session, row.id):
        for role, amount in parts_of(recovery).items():
            recovered[role] += amount
    return CompensationOut(
        status=row.status,
        scheme=loan.scheme or "",
        scheme_id=row.scheme_id,
        compensates_at=row.compensates_at,
        shares=[ShareOut(role=share["role"], share_bp=share["share_bp"]) for share in row.shares],
        to_state=[],
        stated_by_lender=row.stated_by_lender,
        **{name: getattr(row, name) for name in SUMS},
        claims=[_claim(loan, share["role"], share["share_bp"], share["amount_fen"], recovered) for share in row.shares],
    )


def _claim(loan: Loan, role: str, share_bp: int, borne: int, recovered: dict[SharingRole, int]) -> ClaimOut:
    sharing_role = SharingRole(role)
    sides = {
        SharingRole.BANK: loan.lender_organisation_id,
        SharingRole.GUARANTEE_COMPANY: loan.guarantor_organisation_id,
    }
    return ClaimOut(
        role=sharing_role,
        organisation_id=sides.get(sharing_role),
        share_bp=share_bp,
        borne_fen=borne,
        recovered_fen=recovered[sharing_role],
        remaining_fen=borne - recovered[sharing_role],
    )


def recovery_out(row: LoanRecovery) -> RecoveryOut:
    """Return a recovery as it is shown."""
    return RecoveryOut(
        **row.model_dump(include=set(RecoveryOut.model_fields) - {"parts"}),
        parts=[RecoveryPartOut(role=role, amount_fen=amount) for role, amount in parts_of(row).items()],
    )
