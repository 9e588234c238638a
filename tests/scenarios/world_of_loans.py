"""A loan that was disbursed, of which the borrower says that it has paid something."""

from typing import Any

import httpx

from tests.scenarios.loans import lend, repay, today_of
from tests.scenarios.members import Member


async def make_loan(client: httpx.AsyncClient, borrower: Member) -> dict[str, str]:
    """Return the ids of a loan to the borrower, and of a repayment that waits for the lender's word."""
    transport: Any = client._transport
    lent = await lend(client, transport.app, borrower=borrower)
    claim = await repay(client, borrower, lent, today_of(transport.app), 1)
    return {"loan_id": lent.loan_id, "repayment_id": claim["id"]}
