"""A loan that was agreed, whose pledge is not registered yet."""

import httpx

from tests.scenarios.loans import agree_loan
from tests.scenarios.members import Member


async def make_loan(client: httpx.AsyncClient, borrower: Member) -> dict[str, str]:
    """Return the id of a loan that a bank and the borrower agreed on, and that of a repayment that nobody has made."""
    lent = await agree_loan(client, borrower=borrower)
    return {"loan_id": lent.loan_id, "repayment_id": "rpm_01h455vb4pex5vsknk084sn02q"}
