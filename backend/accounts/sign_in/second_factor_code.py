"""The code of a second factor that comes with a sign-in, compared once the password is proved."""

from fastapi import Request

from backend.accounts.errors import InvalidGrant
from backend.accounts.second_factor.errors import (
    SecondFactorNeeded,
    SecondFactorNotSetUp,
    SecondFactorRequired,
)
from backend.accounts.second_factor.verification import CodeProof, CodeUse, compare_code
from backend.accounts.sign_in.known_networks import is_last_here
from backend.accounts.sign_in.password_verification import Proof
from backend.accounts.sign_in.service import chosen_account
from backend.accounts.sign_in.throttling import take_back
from backend.core.database.sessions import Database
from backend.core.errors import Problem
from backend.core.settings import Settings


async def prove_sign_in_code(
    request: Request, proof: Proof, organisation_id: str | None, code: str | None
) -> CodeProof | None:
    """Return what the code proves of the account that signs in; None where it has no second factor.

    Where the password opens nothing nothing is looked at, so that a code tells nobody whether there is a second
    factor. Raises SecondFactorRequired without a code, and what is due for one that is not right; the try of the
    password, which was right, is taken back.
    """
    database: Database = request.app.state.database
    settings: Settings = request.app.state.settings
    async with database.read() as session:
        try:
            account, _ = await chosen_account(session, proof, organisation_id)
        except InvalidGrant:  # refused, and recorded as refused, by the sign-in itself
            return None
    found = await compare_code(database, settings, account.id, code, CodeUse.SIGN_IN, database.clock.real())
    if isinstance(found, SecondFactorNotSetUp):
        return None
    if isinstance(found, Problem):
        async with database.write() as session:
            await take_back(session, proof.tried, of_address=is_last_here(account, proof.known))
        raise SecondFactorRequired if isinstance(found, SecondFactorNeeded) else found
    return found
