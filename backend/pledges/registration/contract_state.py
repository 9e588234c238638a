"""Whether a pledge's contract is signed by all its sides."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from backend.contracts.codes import ContractStatus
from backend.contracts.models import Contract
from backend.core.clock import china_day
from backend.pledges.errors import ContractNotEffective
from backend.pledges.models import Pledge


async def check_effective(session: AsyncSession, pledge: Pledge) -> date:
    """Return the day on which the contract took effect; raise ContractNotEffective."""
    contract = await session.get(Contract, pledge.contract_id) if pledge.contract_id else None
    if contract is None or contract.status is not ContractStatus.EFFECTIVE or contract.effective_at is None:
        raise ContractNotEffective(contract_id=pledge.contract_id)
    return china_day(contract.effective_at)
