"""The password of whoever is signed in, asked for once more before what cannot be taken back."""

from dataclasses import dataclass

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import find_caller
from backend.accounts.errors import WrongPassword
from backend.accounts.models import User
from backend.accounts.sign_in.password_verification import Proof, prove
from backend.accounts.sign_in.throttling import take_back
from backend.core.database.sessions import Database


@dataclass(frozen=True, slots=True)
class Proved:
    """The password that came with a request, looked at before the transaction opened."""

    proof: Proof
    user_id: str


async def prove_own(request: Request, password: str) -> Proved | None:
    """Compare the password with that of the account that is signed in; None where nobody is. Raises WrongPassword."""
    database: Database = request.app.state.database
    async with database.read() as session:
        caller = await find_caller(request, session)
        user = await session.get(User, caller.user_id) if caller and caller.scopes is None else None
    if user is None:
        return None
    proof = await prove(request, user.email, password, only=user.id)
    if proof.account is None:
        raise WrongPassword
    return Proved(proof, user.id)


async def locked(session: AsyncSession, proved: Proved | None, user_id: str) -> User:
    """Return the account, locked, whose password was proved; raise WrongPassword where it has another by now."""
    user = await session.get(User, user_id, with_for_update={"key_share": True})
    account = proved.proof.account if proved else None
    if user is None or proved is None or account is None or user.password_hash != account.password_hash:
        raise WrongPassword
    await take_back(session, proved.proof.tried)
    return user
