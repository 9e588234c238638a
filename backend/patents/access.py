"""Who may do what with a patent: path id → loaded, permitted patent.

| act | offices | holder | holder whose holding is disputed | who may see it |
|---|---|---|---|---|
| see it, its holdings and legal events | x | x | x | x |
| see evidence and assessments | x | x | its own: of its holding, and what it recorded itself | |
| name another holder, record legal events, assess, dispute an asserted holding | x | x | | |
| change register facts | x | who entered them; the sole holder, unless an office entered or changed them | | |
| dispute a verified holding | x | a verified one | | |
| verify a holding, set another term | x | | | |
| end a holding | x | its own, or one that it entered for a party off the platform | the same | |

Offices are the platform and verified authorities. Whoever holds an established row was entered, named or accepted by an
office or by a holder before it. Who merely says to hold a patent of others has a row of its own, which only it and the
offices see (`Patent.private_to`), until one of these accepts it: see backend/establishment.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import Editor, MaybeCaller, PlatformOrAuthority, SignedIn
from backend.accounts.caller import Caller
from backend.accounts.errors import OrganisationNotVerified
from backend.core.errors import Forbidden
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.patents import queries
from backend.patents.codes import HoldingState
from backend.patents.errors import FactsOfOthers, NoSuchHolding, NoSuchPatent, NotTheHolder, PatentMerged
from backend.patents.models import Holding
from backend.patents.queries import PatentAggregate
from backend.patents.record_schemas import HoldingIn

PatentId = Annotated[
    str, Path(pattern=id_pattern("pat"), description="The patent's id.", examples=["pat_01h455vb4pex5vsknk084sn02q"])
]
MOVED: Final[dict[int | str, dict[str, Any]]] = {308: {"description": "Merged into another; Location says which."}}
HoldingId = Annotated[
    str, Path(pattern=id_pattern("hld"), description="The holding's id.", examples=["hld_01h455vb4pex5vsknk084sn02q"])
]


class Side(StrEnum):
    """What the caller is to a patent."""

    OFFICE = "office"
    VERIFIED = "verified holder"
    ENTERED = "holder who entered the facts"
    SOLE = "sole holder"
    HOLDER = "holder whom an office or another holder named or accepted"
    CONTESTED = "holder whose holding is disputed"
    OTHER = "anyone who may see it"


HOLDERS: Final = frozenset({Side.OFFICE, Side.VERIFIED, Side.ENTERED, Side.SOLE, Side.HOLDER})
PARTY: Final = HOLDERS | {Side.CONTESTED}


class Act(StrEnum):
    """What somebody may want to do with a patent."""

    END = "end a holding of its own"
    RECORD = "record what happened to it"
    EDIT = "change register facts"
    SEE_RECORDS = "see evidence and assessments"
    SEE_OWN_RECORDS = "see evidence of its own holding, and what it recorded itself"
    DISPUTE_VERIFIED = "dispute a verified holding"


WHO: Final[dict[Act, frozenset[Side]]] = {
    Act.END: frozenset(Side),
    Act.RECORD: HOLDERS,
    Act.EDIT: frozenset({Side.OFFICE, Side.ENTERED, Side.SOLE}),
    Act.SEE_RECORDS: HOLDERS,
    Act.SEE_OWN_RECORDS: PARTY,
    Act.DISPUTE_VERIFIED: frozenset({Side.OFFICE, Side.VERIFIED}),
}
REFUSED: Final[dict[Act, type[Forbidden]]] = {Act.EDIT: FactsOfOthers}
Sees = Callable[[AsyncSession, Caller | None, PatentAggregate], Awaitable[bool]]  # by what another domain has on record


@dataclass(frozen=True, slots=True)
class Permitted:
    """A patent held for a change, and who changes it."""

    whole: PatentAggregate
    caller: Caller


def sides(caller: Caller | None, whole: PatentAggregate) -> set[Side]:
    """Return what the caller is to the patent."""
    if caller is None:
        return {Side.OTHER}
    found = {Side.OTHER, Side.OFFICE} if queries.is_office(caller) else {Side.OTHER}
    own = whole.held_by(caller.organisation_id)
    if whole.patent.private_to == caller.organisation_id and not own:
        found |= {Side.ENTERED, Side.CONTESTED}
    if own:
        found.add(Side.CONTESTED)
    good = [holding for holding in own if holding.state is not HoldingState.DISPUTED]
    if any(holding.state is HoldingState.VERIFIED for holding in good):
        found.add(Side.VERIFIED)
    if good:
        found.add(Side.HOLDER)
    if good and whole.patent.facts_by == caller.organisation_id:
        found.add(Side.ENTERED)
    if good and len(own) == len(whole.living):
        found.add(Side.SOLE)
    return found


def may(act: Act, caller: Caller | None, whole: PatentAggregate) -> bool:
    """Whether the table lets the caller do it."""
    return bool(sides(caller, whole) & WHO[act])


def permit(act: Act, caller: Caller, whole: PatentAggregate) -> None:
    """Raise the refusal that fits where the table does not let the caller do it."""
    if not may(act, caller, whole):
        raise REFUSED.get(act, NotTheHolder)


def check_writes(caller: Caller, whole: PatentAggregate) -> None:
    """Raise NotTheHolder or OrganisationNotVerified where the caller may not write into an established row.

    A private row is its author's to write, verified or not.
    """
    if not whole.patent.is_established:
        return
    permit(Act.RECORD, caller, whole)
    if not (caller.verified or queries.is_office(caller)):
        raise OrganisationNotVerified


def sees_record(caller: Caller | None, whole: PatentAggregate, *organisation_ids: str | None) -> bool:
    """Whether somebody sees the evidence of what is recorded: anybody's, or because it is one of the organisations."""
    return may(Act.SEE_RECORDS, caller, whole) or (caller is not None and caller.organisation_id in organisation_ids)


async def _visible(
    request: Request,
    session: AsyncSession,
    caller: Caller | None,
    patent_id: str,
    *,
    lock: bool,
    also: Sees | None = None,
) -> PatentAggregate:
    async def sees(found: PatentAggregate) -> bool:
        return queries.may_see(caller, found) or (also is not None and await also(session, caller, found))

    whole = await queries.load(session, patent_id, lock=lock)
    if whole is not None and whole.patent.merged_into is not None:
        target = await queries.load(session, whole.patent.merged_into)
        wrote = caller is not None and caller.organisation_id == whole.patent.private_to
        knew = whole.patent.is_established or wrote or queries.is_office(caller)
        if target is not None and knew and await sees(target):
            where = str(request.url.path).replace(patent_id, target.patent.id)
            asked = f"{where}?{request.url.query}" if request.url.query else where
            raise PatentMerged(patent_id=target.patent.id, headers={"Location": asked})
    if whole is None or whole.patent.merged_into is not None or not await sees(whole):
        raise NoSuchPatent
    return whole


async def locked_patent(
    request: Request, session: AsyncSession, caller: Caller, patent_id: str, *, also: Sees | None = None
) -> PatentAggregate:
    """Return a patent that the caller may see, held for a change; raise NoSuchPatent or PatentMerged."""
    return await _visible(request, session, caller, patent_id, lock=True, also=also)


async def seen_patent(
    request: Request, session: AsyncSession, caller: Caller | None, patent_id: str, *, also: Sees
) -> PatentAggregate:
    """Return a patent that the caller may see, or that another domain shows it; raise NoSuchPatent or PatentMerged."""
    return await _visible(request, session, caller, patent_id, lock=False, also=also)


async def _seen(request: Request, patent_id: PatentId, caller: MaybeCaller, session: ReadDb) -> PatentAggregate:
    return await _visible(request, session, caller, patent_id, lock=False)


SeenPatent = Annotated[PatentAggregate, Depends(_seen)]


async def _with_records(caller: SignedIn, whole: SeenPatent) -> PatentAggregate:
    permit(Act.SEE_OWN_RECORDS, caller, whole)
    return whole


def _to(act: Act) -> Callable[..., Awaitable[Permitted]]:
    async def permitted(request: Request, patent_id: PatentId, caller: Editor, session: Db) -> Permitted:
        whole = await _visible(request, session, caller, patent_id, lock=True)
        permit(act, caller, whole)
        if act is not Act.END:
            check_writes(caller, whole)
        return Permitted(whole, caller)

    return permitted


async def _editable(held: Annotated[Permitted, Depends(_to(Act.EDIT))], session: Db) -> Permitted:
    found = sides(held.caller, held.whole)
    if not found & {Side.OFFICE, Side.ENTERED} and await queries.facts_by_office(session, held.whole.patent.facts_by):
        raise FactsOfOthers
    return held


async def _of_office(request: Request, patent_id: PatentId, caller: PlatformOrAuthority, session: Db) -> Permitted:
    return Permitted(await _visible(request, session, caller, patent_id, lock=True), caller)


@dataclass(frozen=True, slots=True)
class Claim:
    """That somebody holds a patent: who says so, of whom."""

    whole: PatentAggregate
    caller: Caller
    body: HoldingIn


async def _claimed(request: Request, patent_id: PatentId, caller: Editor, body: HoldingIn, session: Db) -> Claim:
    whole = await _visible(request, session, caller, patent_id, lock=True)
    claim = Claim(whole, caller, body)
    check_writes(caller, whole)
    permit(Act.RECORD, caller, whole)
    return claim


@dataclass(frozen=True, slots=True)
class PermittedHolding:
    """A holding of a patent held for a change, and who changes it."""

    whole: PatentAggregate
    caller: Caller
    holding: Holding


def _holding_in(whole: PatentAggregate, holding_id: str) -> Holding:
    for holding, _ in whole.holders:
        if holding.id == holding_id:
            return holding
    raise NoSuchHolding


async def _to_verify(held: Annotated[Permitted, Depends(_of_office)], holding_id: HoldingId) -> PermittedHolding:
    return PermittedHolding(held.whole, held.caller, _holding_in(held.whole, holding_id))


async def _to_dispute(held: Annotated[Permitted, Depends(_to(Act.RECORD))], holding_id: HoldingId) -> PermittedHolding:
    holding = _holding_in(held.whole, holding_id)
    if holding.state is HoldingState.VERIFIED:
        permit(Act.DISPUTE_VERIFIED, held.caller, held.whole)
    return PermittedHolding(held.whole, held.caller, holding)


async def _to_end(held: Annotated[Permitted, Depends(_to(Act.END))], holding_id: HoldingId) -> PermittedHolding:
    holding = _holding_in(held.whole, holding_id)
    own = held.caller.organisation_id
    entered = holding.organisation_id is None and holding.recorded_by == own
    if not (queries.is_office(held.caller) or holding.organisation_id == own or entered):
        raise NotTheHolder
    return PermittedHolding(held.whole, held.caller, holding)


PatentRecords = Annotated[PatentAggregate, Depends(_with_records)]
ClaimedPatent = Annotated[Claim, Depends(_claimed)]
RecordedPatent = Annotated[Permitted, Depends(_to(Act.RECORD))]
EditedPatent = Annotated[Permitted, Depends(_editable)]
HoldingToVerify = Annotated[PermittedHolding, Depends(_to_verify)]
HoldingToDispute = Annotated[PermittedHolding, Depends(_to_dispute)]
HoldingToEnd = Annotated[PermittedHolding, Depends(_to_end)]
