"""Parties that an organisation enters by hand, and what changes about them."""

from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.errors import PartyStands
from backend.accounts.events import PartyEntered, party_updated
from backend.accounts.models import Party
from backend.accounts.parties.directory import CREDIT_CODE_FLAWS
from backend.accounts.parties.name_changes import rename
from backend.accounts.rules import MAINLAND, credit_code_flaw, fold_credit_code, name_key
from backend.accounts.schemas import NewParty, PartyChange
from backend.core.database.bulk_writes import put
from backend.core.errors import FieldError, Malformed, Text
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.ids import new_id

BOTH: Final = Text("identifier 与 identifier_kind 须同时填写。", "Give identifier and identifier_kind together.")
NOT_ASKED: Final = Text("仅境内法人有统一社会信用代码。", "Only mainland legal persons have a credit code.")
EMPTIED: Final = Text("不能清空。", "This cannot be emptied.")


async def enter_party(session: AsyncSession, body: NewParty, caller: Caller, now: datetime) -> Party:
    """Return the new party, seen by the caller's organisation."""
    by = caller.organisation_id
    party = Party(id=new_id("pty"), name_key=name_key(body.name), created_by=by, created_at=now, **body.model_dump())
    _check_identifier(party)
    await put(session, party)
    await append(session, DomainEvent(PartyEntered(), party.id, [by]), now)
    return party


def _check_identifier(party: Party) -> None:
    if (party.identifier is None) != (party.identifier_kind is None):
        raise Malformed(errors=[FieldError("/identifier", "identifier_incomplete", BOTH)])
    if party.identifier is None or party.identifier_kind != "credit_code":
        return
    if party.country != MAINLAND or party.person != "legal":
        raise Malformed(errors=[FieldError("/identifier_kind", "credit_code_not_asked", NOT_ASKED)])
    party.identifier = fold_credit_code(party.identifier)
    flaw = credit_code_flaw(party.identifier)
    if flaw == "credit_code_form" or (flaw and party.identifier_override is None):
        raise Malformed(errors=[FieldError("/identifier", flaw, CREDIT_CODE_FLAWS[flaw])])


async def change_party(
    session: AsyncSession, party: Party, body: PartyChange, *, caller: Caller, now: datetime, today: date
) -> None:
    """Change what was sent; raise PartyStands where the party is not the caller's to change."""
    if party.organisation_id is not None or party.created_by != caller.organisation_id:
        raise PartyStands
    sent = body.model_dump(exclude_unset=True, exclude={"renamed_on"})
    if sent.get("name", "") is None or sent.get("country", "") is None:
        raise Malformed(errors=[FieldError("", "missing", EMPTIED)])
    name, name_en = sent.pop("name", party.name), sent.pop("name_en", party.name_en)
    for field, value in sent.items():
        setattr(party, field, value)
    _check_identifier(party)
    renamed = (name, name_en) != (party.name, party.name_en)
    rename(session, party, name, name_en, on=body.renamed_on or today, now=now)
    await append(session, party_updated(party.id, caller.organisation_id, caller.user_id, renamed=renamed), now)
