"""A domain above that draws up contracts about things of its own, and does what follows from them."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import queries as accounts
from backend.accounts.access import Editor, Viewer
from backend.contracts import queries, service
from backend.contracts.access import ContractId
from backend.contracts.events import ContractAmended, ContractEffective, ContractTerminated
from backend.contracts.policy import Policy
from backend.contracts.service import Side
from backend.core.clock import Now
from backend.core.domain import Domain
from backend.core.errors import Conflict
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import plain
from backend.core.http.schemas import Body, Out
from backend.core.ids import new_id
from tests.sample_contracts.template import TEMPLATE, SampleTerms

HANDLED: list[tuple[str, str]] = []
BARRED: set[str] = set()
router = APIRouter(prefix="/v1/sample-contracts", tags=["samples"], route_class=WritingRoute)


class SideIn(Body):
    code: str
    organisation_id: str


class SampleContractIn(Body):
    subject: str | None = None
    sides: list[SideIn]
    terms: SampleTerms


class SampleContractOut(Out):
    id: str
    subject: str


@router.post("", summary="Draw up a sample contract", response_model=SampleContractOut)
async def draw_up_sample(body: SampleContractIn, caller: Editor, session: Db, policy: Policy, now: Now) -> Response:
    """Draws up a contract between organisations."""
    sides = [await _side(session, caller, side) for side in body.sides]
    subject = body.subject or new_id("plg")
    contract = await service.draw_up(
        session, TEMPLATE, subject=subject, sides=sides, terms=body.terms, by=caller, policy=policy, now=now
    )
    return plain({"id": contract.id, "subject": subject})


async def _side(session: AsyncSession, caller: Any, side: SideIn) -> Side:
    found = await accounts.visible_organisation(session, caller, side.organisation_id)
    assert found is not None
    return Side(code=side.code, organisation_id=found.id, party_id=found.party_id)


class SampleContractsOut(Out):
    items: list[SampleContractOut]


@router.get("/of/{subject}", summary="Sample contracts about a thing", response_model=SampleContractsOut)
async def list_samples(subject: str, _caller: Viewer, session: ReadDb) -> Response:
    """The contracts about a thing, to whoever may see that in the sample domain."""
    found = await queries.about(session, subject)
    return plain({"items": [{"id": contract.id, "subject": contract.subject} for contract in found]})


@router.post("/{contract_id}/revision", summary="Revise a sample contract", response_model=SampleContractOut)
async def revise_sample(
    contract_id: ContractId, body: SampleTerms, caller: Editor, session: Db, policy: Policy, now: Now
) -> Response:
    """Gives the contract other terms."""
    contract = await queries.find_unscoped(session, contract_id)
    assert contract is not None
    contract = await service.revise(session, contract, TEMPLATE, body, by=caller, policy=policy, now=now)
    return plain({"id": contract.id, "subject": contract.subject})


@router.post("/{contract_id}/end", summary="End a sample contract", response_model=SampleContractOut)
async def end_sample(contract_id: ContractId, caller: Editor, session: Db, now: Now) -> Response:
    """Ends the contract, whatever its sides say."""
    contract = await queries.find_unscoped(session, contract_id)
    assert contract is not None
    contract = await service.terminate(session, contract, note="样本已作废。", by=caller, now=now)
    return plain({"id": contract.id, "subject": contract.subject})


async def _on_contract(_session: AsyncSession, event: DomainEvent[Any], _context: EventContext) -> None:
    if event.payload.subject in BARRED:
        raise Conflict
    HANDLED.append((event.payload.subject, event.type))


DOMAIN = Domain(
    name="sample_contracts",
    routers=(router,),
    tags={"samples": "Samples."},
    scope="samples",
    contract_templates=(TEMPLATE,),
    sync_handlers={kind: [_on_contract] for kind in (ContractEffective, ContractAmended, ContractTerminated)},
)
