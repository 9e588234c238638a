"""A domain in which something is signed: what `Signatory` does, without what contracts do besides."""

from fastapi import APIRouter, Response

from backend.accounts.access import Signatory
from backend.core.domain import Domain, Registry
from backend.core.errors import NotInState
from backend.core.http.request_transaction import Db, WritingRoute
from backend.core.http.responses import plain
from backend.core.http.schemas import Body
from backend.domains import REGISTRY

router = APIRouter(prefix="/v1/signatures", tags=["samples"], route_class=WritingRoute)


class Signature(Body):
    """What is signed, and whether this is the moment."""

    text: str
    too_early: bool = False


@router.post("", summary="Sign", description="Signs.")
async def sign(body: Signature, caller: Signatory, session: Db) -> Response:
    del session
    if body.too_early:
        raise NotInState(status="drafted", action="sign")
    return plain({"text": body.text, "by": caller.user_id, "signs_with": caller.signs_with})


WITH_SIGNATURES = Registry([*REGISTRY.domains, Domain(name="signatures", routers=(router,), scope="samples")])
