"""How contracts are drawn up, revised, questioned, refused and ended: what domains above and the sides do with them.

A contract is held first, before anything that follows from it (patents in the order of their ids): a domain above that
changes a contract beside its own things calls `queries.locked` before it locks those.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.contracts import queries, rules
from backend.contracts.access import HeldContract
from backend.contracts.codes import ContractStatus, VersionKind
from backend.contracts.errors import TooManySides
from backend.contracts.events import (
    ContractAmendmentExpired,
    ContractChangeAsked,
    ContractDrafted,
    ContractExpired,
    ContractRefused,
    ContractRevised,
    ContractTerminated,
)
from backend.contracts.models import Contract, ContractSide, ContractVersion
from backend.contracts.policy import ContractPolicy
from backend.contracts.rules import Action, VersionAction
from backend.contracts.schemas import ChangeRequestIn, RefusalIn
from backend.contracts.timeline.service import TimelineFile
from backend.contracts.timeline.steps import take_step
from backend.contracts.versions import Draft, add_version
from backend.core.contract_template import ContractTemplate
from backend.core.database.columns import iso
from backend.core.ids import new_id

CREDIT_CODE: Final = "credit_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Who is to sign: the code of the side, the organisation that signs for it, and the party that is bound."""

    code: str
    organisation_id: str
    party_id: str


async def draw_up(
    session: AsyncSession,
    template: ContractTemplate,
    *,
    subject: str,
    sides: Sequence[Side],
    terms: BaseModel,
    by: Caller,
    policy: ContractPolicy,
    now: datetime,
) -> Contract:
    """Return a contract about a thing of the domain that draws it up, which its sides can sign from now on.

    Raises ContractTooLong, TooManySides; ValueError where the sides are not those of the template.
    """
    if len(sides) > rules.MOST_SIDES:
        raise TooManySides(limit=rules.MOST_SIDES)
    if {side.code for side in sides} != set(template.sides):
        raise ValueError(f"the sides of {template.name} are {', '.join(template.sides)}")
    contract = Contract(
        id=new_id("ctr"),
        template_name=template.name,
        subject=subject,
        status=ContractStatus.DRAFTED,
        present_version_id="",
        drafted_by_organisation_id=by.organisation_id,
        drafted_by=by.user_id,
        created_at=now,
    )
    rows = await _side_rows(session, contract.id, sides)
    session.add(contract)
    await session.flush()
    session.add_all(rows)
    await session.flush()
    draft = Draft(kind=VersionKind.CONTRACT, template=template, terms=terms.model_dump(mode="json"))
    version = await add_version(session, contract, rows, draft, by=by, policy=policy, now=now)
    contract.present_version_id = version.id
    await take_step(session, ContractDrafted, contract, rows, version, by=by, now=now, **papers(version))
    return contract


async def _side_rows(session: AsyncSession, contract_id: str, sides: Sequence[Side]) -> list[ContractSide]:
    parties = await queries.parties(session, {side.party_id for side in sides})
    return [_side_row(contract_id, number, side, parties[side.party_id]) for number, side in enumerate(sides, start=1)]


def _side_row(contract_id: str, number: int, side: Side, party: Party) -> ContractSide:
    return ContractSide(
        contract_id=contract_id,
        number=number,
        code=side.code,
        organisation_id=side.organisation_id,
        party_id=side.party_id,
        name=party.name,
        name_en=party.name_en,
        credit_code=party.identifier if party.identifier_kind == CREDIT_CODE else None,
    )


def papers(version: ContractVersion) -> dict[str, Any]:
    """Return what the timeline keeps of a version that was drawn up: its hashes, its terms and its paper."""
    hashes = {"terms_hash": version.terms_hash, "bound_hash": version.bound_hash}
    return {"new": {**hashes, "terms": json.loads(version.terms)}, "files": [paper_of(version)]}


def paper_of(version: ContractVersion) -> TimelineFile:
    """Return the unsigned paper of a version as the timeline names it."""
    return TimelineFile(f"versions/{version.number}/document.pdf", version.document_hash)


async def revise(
    session: AsyncSession,
    contract: Contract,
    template: ContractTemplate,
    terms: BaseModel,
    *,
    by: Caller,
    policy: ContractPolicy,
    now: datetime,
) -> Contract:
    """Return the contract with other terms, before all have signed it; what was signed of the version before lapses.

    Raises ContractNotInState, ContractTooLong, TooManyVersions.
    """
    contract = await queries.locked(session, contract.id)
    contract.status = rules.next_status(contract.status, Action.REVISE)
    sides = (await queries.sides(session, [contract.id]))[contract.id]
    before = await close_version(session, contract, VersionAction.REPLACE, now)
    draft = Draft(kind=VersionKind.CONTRACT, template=template, terms=terms.model_dump(mode="json"))
    version = await add_version(session, contract, sides, draft, by=by, policy=policy, now=now)
    contract.present_version_id, contract.change_request = version.id, None
    contract.version += 1
    old, new = rules.changed_terms(json.loads(before.terms), json.loads(version.terms))
    hashes = {"terms_hash": version.terms_hash, "bound_hash": version.bound_hash}
    await take_step(
        session, ContractRevised, contract, sides, version, by=by, now=now,
        old={"terms_hash": before.terms_hash, "bound_hash": before.bound_hash, "terms": old},
        new={**hashes, "terms": new}, files=[paper_of(version)],
    )  # fmt: skip
    return contract


async def close_version(
    session: AsyncSession, contract: Contract, action: VersionAction, now: datetime
) -> ContractVersion:
    """Return the version of the contract itself that was to be signed, which cannot be any more."""
    version = (await queries.versions_by_id(session, [contract.present_version_id]))[contract.present_version_id]
    version.status = rules.next_version_status(version.status, action)
    version.ended_at = now
    await session.flush()
    return version


async def ask_change(session: AsyncSession, held: HeldContract, body: ChangeRequestIn, now: datetime) -> Contract:
    """Return the contract, which nobody signs until whoever drew it up has revised it; raise ContractNotInState."""
    contract = held.contract
    contract.status = rules.next_status(contract.status, Action.ASK_CHANGE)
    contract.change_request = {
        "organisation_id": held.caller.organisation_id,
        "text": body.text,
        "pointers": body.pointers,
        "asked_at": iso(now),
    }
    contract.version += 1
    version = (await queries.versions_by_id(session, [contract.present_version_id]))[contract.present_version_id]
    new = {"text": body.text, "pointers": body.pointers}
    await take_step(session, ContractChangeAsked, contract, held.sides, version, by=held.caller, now=now, new=new)
    return contract


async def refuse(session: AsyncSession, held: HeldContract, body: RefusalIn, now: datetime) -> Contract:
    """Return the contract, which nobody can sign any more; raise ContractNotInState."""
    contract = held.contract
    contract.status = rules.next_status(contract.status, Action.REFUSE)
    version = await close_version(session, contract, VersionAction.REFUSE, now)
    contract.refusal = version.refusal = refusal_of(held.caller, body, now)
    contract.ended_at = now
    contract.version += 1
    await take_step(
        session, ContractRefused, contract, held.sides, version, by=held.caller, now=now,
        new=body.model_dump(mode="json"), reason=body.reason.value,
    )  # fmt: skip
    return contract


def refusal_of(caller: Caller, body: RefusalIn, now: datetime) -> dict[str, Any]:
    """Return a refusal as it is kept."""
    return {**body.model_dump(mode="json"), "organisation_id": caller.organisation_id, "refused_at": iso(now)}


async def terminate(
    session: AsyncSession, contract: Contract, *, note: str, by: Caller | None, now: datetime
) -> Contract:
    """Return the contract, ended by what the domain above found, signed or not; raise ContractNotInState."""
    contract = await queries.locked(session, contract.id)
    status, contract.status = contract.status, rules.next_status(contract.status, Action.TERMINATE)
    open_version = await queries.open_version(session, contract.id)
    if open_version is not None:
        open_version.status = rules.next_version_status(open_version.status, VersionAction.REPLACE)
        open_version.ended_at = now
    contract.ended_at, contract.termination_note = now, note
    contract.version += 1
    sides = (await queries.sides(session, [contract.id]))[contract.id]
    version = (await queries.versions_by_id(session, [contract.present_version_id]))[contract.present_version_id]
    await take_step(
        session, ContractTerminated, contract, sides, version, by=by, now=now,
        old={"status": status.value}, new={"note": note},
    )  # fmt: skip
    return contract


async def expire(session: AsyncSession, version_id: str, now: datetime) -> None:
    """End a version whose time to be signed is over, with the contract where it is the contract's own."""
    found = (await queries.versions_by_id(session, [version_id]))[version_id]
    contract = await queries.locked(session, found.contract_id)
    version = await queries.open_version(session, contract.id)
    if version is None or version.id != version_id or version.expires_at > now:
        return
    version.status = rules.next_version_status(version.status, VersionAction.EXPIRE)
    version.ended_at = now
    contract.version += 1
    is_contract = version.kind is VersionKind.CONTRACT
    if is_contract:
        contract.status = rules.next_status(contract.status, Action.EXPIRE)
        contract.ended_at = now
    sides = (await queries.sides(session, [contract.id]))[contract.id]
    kind = ContractExpired if is_contract else ContractAmendmentExpired
    await take_step(session, kind, contract, sides, version, by=None, now=now)
