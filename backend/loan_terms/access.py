"""Who may do what with the dated tables and the calculator: everybody reads and calculates, the platform enters rows.

How many calculations one address may ask for in a minute is limited.
"""

from typing import Annotated

from fastapi import Depends, Path, Request

from backend.accounts.access import client_address
from backend.core.http.idempotency import read_key
from backend.core.http.request_transaction import ReadDb
from backend.core.ids import id_pattern
from backend.loan_terms.errors import NoSuchLpr, NoSuchScheme
from backend.loan_terms.models import FinancingScheme, LoanPrimeRate

LprPath = Annotated[
    str, Path(pattern=id_pattern("lpr"), description="The row's id.", examples=["lpr_01h455vb4pex5vsknk084sn02q"])
]
SchemePath = Annotated[
    str, Path(pattern=id_pattern("sch"), description="The row's id.", examples=["sch_01h455vb4pex5vsknk084sn02q"])
]


async def _lpr(lpr_id: LprPath, session: ReadDb) -> LoanPrimeRate:
    row = await session.get(LoanPrimeRate, lpr_id)
    if row is None:
        raise NoSuchLpr
    return row


async def _scheme(scheme_id: SchemePath, session: ReadDb) -> FinancingScheme:
    row = await session.get(FinancingScheme, scheme_id)
    if row is None:
        raise NoSuchScheme
    return row


async def _limited(request: Request) -> None:
    read_key(request)  # nothing is kept that a second request could repeat; a malformed key is told of all the same
    refusal = await request.app.state.rate_limits.count_calculation(client_address(request))
    if refusal is not None:
        raise refusal


SeenLpr = Annotated[LoanPrimeRate, Depends(_lpr)]
SeenScheme = Annotated[FinancingScheme, Depends(_scheme)]
Limited = Depends(_limited)
