"""An organisation's quotas and what it has used of them."""

from collections.abc import Mapping, Sequence
from typing import Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import Viewer
from backend.accounts.caller import Caller
from backend.accounts.models import Organisation
from backend.accounts.organisations.routes import OrganisationId
from backend.accounts.organisations.usage_schemas import ResourceOut, UsageOut
from backend.accounts.quotas.policy import Quotas
from backend.accounts.quotas.rules import standing_of
from backend.accounts.quotas.service import Usage, UsageCounter, usage_of
from backend.core.errors import NotFound
from backend.core.http.openapi import problem_answers
from backend.core.http.request_transaction import ReadDb, WritingRoute
from backend.core.http.responses import plain

router: Final = APIRouter(prefix="/v1/organisations", tags=["organisations"], route_class=WritingRoute)


async def _seen(session: AsyncSession, caller: Caller, organisation_id: str) -> Organisation:
    is_seen = caller.organisation_id == organisation_id or caller.is_platform
    found = await session.get(Organisation, organisation_id) if is_seen else None
    if found is None:
        raise NotFound
    return found


def _resource(usage: Usage) -> ResourceOut:
    left = None if usage.limit is None else max(0, usage.limit - usage.used)
    return ResourceOut(
        limit=usage.limit, used=usage.used, remaining=left, period=usage.period, resets_at=usage.resets_at
    )


@router.get(
    "/{organisation_id}/usage",
    summary="What an organisation has used",
    response_model=UsageOut,
    responses=problem_answers(401, 403, 404),
)
async def get_usage(
    request: Request, organisation_id: OrganisationId, caller: Viewer, session: ReadDb, quotas: Quotas
) -> Response:
    """Every quota of the organisation with its limit and what is used, to its members and the platform.

    A quota of a day begins anew at midnight in China. Limits rise when the organisation is verified.
    """
    found = await _seen(session, caller, organisation_id)
    counted: dict[str, Usage] = await usage_of(session, found, quotas)
    counters: Sequence[UsageCounter] = request.app.state.registry.usage_counters
    for counter in counters:
        more: Mapping[str, Usage] = await counter(session, request.app.state.settings, found)
        counted.update(more)
    resources = {name: _resource(counted[name]) for name in sorted(counted)}
    standing = standing_of(found.kind, found.status)
    return plain(UsageOut(organisation_id=found.id, standing=standing, resources=resources))
