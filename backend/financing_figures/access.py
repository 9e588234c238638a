"""Who may see what of the figures of financing.

| figures | a bank's members | offices | everybody |
|---|---|---|---|
| what the bank itself lent, and its watch list | x, of their own bank | | |
| a year by cluster and region | x | x | x |
| a year by bank | | x | |
"""

from typing import Annotated

from fastapi import Depends

from backend.accounts.access import Viewer
from backend.accounts.caller import Caller
from backend.accounts.codes import OrganisationKind
from backend.financing.errors import BanksOnly


async def _of_bank(caller: Viewer) -> Caller:
    if caller.kind is not OrganisationKind.BANK:
        raise BanksOnly
    return caller


BankMember = Annotated[Caller, Depends(_of_bank)]
