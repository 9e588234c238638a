"""One's second factor; and its reset by the platform's staff."""

from collections.abc import Sequence
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Path, Request, Response

from backend.accounts.access import Person, PlatformStaff, person_to_prove
from backend.accounts.models import SecondFactor
from backend.accounts.second_factor import service
from backend.accounts.second_factor.errors import OwnSecondFactor, SecondFactorWrong
from backend.accounts.second_factor.rules import ENROLMENT_GOOD_FOR, enrolment_uri, next_code_at
from backend.accounts.second_factor.schemas import (
    RecoveryCodesOut,
    SecondFactorBegin,
    SecondFactorBegun,
    SecondFactorCode,
    SecondFactorOut,
    SecondFactorRemoval,
    SecondFactorReset,
)
from backend.accounts.second_factor.verification import (
    CodeProof,
    CodeUse,
    begun_factor_of,
    compare_code,
    compare_first_code,
    factor_of,
    recovery_codes_left,
)
from backend.accounts.sign_in.own_password import Proved, locked, prove_own
from backend.core.clock import Now, Real
from backend.core.errors import Problem
from backend.core.http.idempotency import ShownOnce
from backend.core.http.openapi import problem_answers
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, one, to_json
from backend.core.http.schemas import Version
from backend.core.ids import id_pattern

router = APIRouter(prefix="/v1", tags=["own account"], route_class=WritingRoute)

UserId = Annotated[str, Path(pattern=id_pattern("usr"), examples=["usr_01h455vb4pex5vsknk084sn02q"])]
Compared = CodeProof | Problem | None


async def _password_of_begin(request: Request, body: SecondFactorBegin) -> Proved | None:
    return await prove_own(request, body.current_password)


async def _password_of_removal(request: Request, body: SecondFactorRemoval) -> Proved | None:
    return await prove_own(request, body.current_password)


async def _first_code(request: Request, body: SecondFactorCode) -> Compared:
    who, state = await person_to_prove(request), request.app.state
    if who is None:
        return None
    return await compare_first_code(state.database, state.settings, who.user_id, body.code, state.clock.real())


async def _code(request: Request, code: str) -> Compared:
    who, state = await person_to_prove(request), request.app.state
    if who is None:
        return None
    return await compare_code(state.database, state.settings, who.user_id, code, CodeUse.SESSION, state.clock.real())


async def _code_of_renewal(request: Request, body: SecondFactorCode) -> Compared:
    return await _code(request, body.code)


async def _code_of_removal(
    request: Request, body: SecondFactorRemoval, password: Annotated[Proved | None, Depends(_password_of_removal)]
) -> Compared:
    """Compare the code once the password is proved."""
    return await _code(request, body.code) if password is not None else None


def _proof(compared: Compared, user_id: str) -> CodeProof:
    """Return what the code proves; raise the refusal that is due for it."""
    if isinstance(compared, Problem):
        raise compared
    if compared is None or compared.user_id != user_id:
        raise SecondFactorWrong
    return compared


def _shown_once(answer: Response, repeat: Version) -> ShownOnce:
    """Return an answer with secrets, of which a repeated request gets `repeat`; no cache keeps it."""
    answer.headers["Cache-Control"] = "no-store"
    return ShownOnce(answer, to_json(repeat))


@router.get(
    "/me/second-factor",
    summary="One's second factor",
    response_model=SecondFactorOut,
    responses=problem_answers(401, 403),
)
async def get_second_factor(request: Request, caller: Person, session: ReadDb, real: Real) -> Response:
    """Whether the account has a second factor, since when, and how many recovery codes are left. Never a secret."""
    factor = await factor_of(session, caller.user_id)
    if factor is not None:
        left = await recovery_codes_left(session, caller.user_id)
        return one(request, _factor_out(factor, left), factor.version)
    begun = await begun_factor_of(session, caller.user_id, real)
    version = begun.version if begun else 0
    out = SecondFactorOut(status="begun" if begun else "not_set_up", since=None, recovery_codes_left=0, version=version)
    return one(request, out, version)


def _factor_out(factor: SecondFactor, left: int) -> SecondFactorOut:
    return SecondFactorOut(status="set_up", since=factor.confirmed_at, recovery_codes_left=left, version=factor.version)


@router.post(
    "/me/second-factor",
    summary="Begin to set up a second factor",
    status_code=201,
    response_model=SecondFactorBegun,
    responses=problem_answers(401, 403, 409),
)
async def begin_second_factor(
    request: Request,
    password: Annotated[Proved | None, Depends(_password_of_begin)],
    caller: Person,
    session: Db,
    real: Real,
) -> Response:
    """Makes a secret for an authenticator (TOTP, RFC 6238: six digits, 30 seconds), to be confirmed within an hour.

    It shows in this answer only, as text, as an otpauth address and as a QR code. What was begun before and not
    confirmed counts no more. The present password must be right.
    """
    user = await locked(session, password, caller.user_id)
    factor, secret = await service.begin(session, request.app.state.settings, user, real)
    uri = enrolment_uri(secret, user.email)
    repeat = SecondFactorBegun(
        secret=None, uri=None, qr_code=None, expires_at=factor.begun_at + ENROLMENT_GOOD_FOR, version=factor.version
    )
    qr_code = segno.make_qr(uri, error="m").svg_data_uri(scale=4)
    first = repeat.model_copy(update={"secret": secret, "uri": uri, "qr_code": qr_code})
    return _shown_once(created(first, factor.version, "/v1/me/second-factor"), repeat)


@router.post(
    "/me/second-factor/confirmation",
    summary="Confirm the second factor",
    response_model=RecoveryCodesOut,
    responses=problem_answers(401, 403, 409),
)
async def confirm_second_factor(
    request: Request,
    compared: Annotated[Compared, Depends(_first_code)],
    caller: Person,
    session: Db,
    now: Now,
    real: Real,
) -> Response:
    """Sets the second factor up with a code that the authenticator shows; from then on signing in asks for one.

    The answer has ten recovery codes, each for one use, which show in it only. Every other sign-in of the account
    ends. The code that confirms is used up by it: what is signed next takes the next one (`next_code_at`).
    """
    proof, settings = _proof(compared, caller.user_id), request.app.state.settings
    factor, codes = await service.confirm(
        session, settings, proof, language_of(request), session_id=caller.session_id, now=now, real=real
    )
    return _with_codes(factor, codes)


def _with_codes(factor: SecondFactor, codes: Sequence[str]) -> Response:
    next_at = next_code_at(factor.last_step)
    repeat = RecoveryCodesOut(**_factor_out(factor, len(codes)).model_dump(), next_code_at=next_at, recovery_codes=None)
    return _shown_once(changed(repeat.model_copy(update={"recovery_codes": list(codes)}), factor.version), repeat)


@router.post(
    "/me/second-factor/recovery-codes",
    summary="Get new recovery codes",
    response_model=RecoveryCodesOut,
    responses=problem_answers(401, 403),
)
async def renew_recovery_codes(
    request: Request,
    compared: Annotated[Compared, Depends(_code_of_renewal)],
    caller: Person,
    session: Db,
    now: Now,
    real: Real,
) -> Response:
    """Makes ten new recovery codes, which show in this answer only; those before count no more.

    Asks for a code of the authenticator, or one of the recovery codes.
    """
    proof, settings = _proof(compared, caller.user_id), request.app.state.settings
    factor, codes = await service.renew_codes(session, settings, proof, language_of(request), now=now, real=real)
    return _with_codes(factor, codes)


@router.delete(
    "/me/second-factor",
    summary="Remove one's second factor",
    status_code=204,
    responses=problem_answers(401, 403),
)
async def remove_second_factor(
    request: Request,
    password: Annotated[Proved | None, Depends(_password_of_removal)],
    compared: Annotated[Compared, Depends(_code_of_removal)],
    caller: Person,
    session: Db,
    now: Now,
    real: Real,
) -> Response:
    """Removes the second factor, with the present password and a code or a recovery code.

    Every other sign-in of the account ends, and so do the keys that it made for signing.
    """
    user = await locked(session, password, caller.user_id)
    proof = _proof(compared, user.id)
    await service.remove(session, proof, language_of(request), session_id=caller.session_id, now=now, real=real)
    return Response(None, 204)


@router.post(
    "/users/{user_id}/second-factor-reset",
    summary="Reset somebody's second factor",
    status_code=204,
    responses=problem_answers(401, 403, 404),
)
async def reset_second_factor(
    user_id: UserId, body: SecondFactorReset, caller: PlatformStaff, session: Db, now: Now, real: Real
) -> Response:
    """The platform's staff removes the second factor of a person who has lost authenticator and recovery codes.

    Every sign-in of the account ends, and every key that it made for signing. The person is told, with the reason, in
    the inbox and by e-mail. Nobody resets his own.
    """
    if user_id == caller.user_id:
        raise OwnSecondFactor
    await service.reset(session, user_id, body.reason, now=now, real=real, actor=caller.user_id)
    return Response(None, 204)
