"""What changes about rights: entries are recorded, ended and corrected, never overwritten."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.accounts.parties.directory import find_or_make_party
from backend.accounts.quotas.policy import QuotaPolicy
from backend.core.canonical import fingerprint
from backend.core.clock import china_day
from backend.core.errors import FieldError, Malformed, Text
from backend.core.ids import new_id
from backend.files.service import attach
from backend.patents import queries as patent_queries
from backend.patents.errors import NoSuchParty
from backend.patents.numbers.row_establishment import ensure_established
from backend.patents.queries import PatentAggregate
from backend.rights import queries
from backend.rights.codes import LicenceType, Origin, Permission, RightKind
from backend.rights.entries.checks import check_against, check_entry
from backend.rights.entries.termination import end_entry
from backend.rights.errors import DatesReversed, EndPutOff, EvidenceMissing, RightOver, TermsChanged
from backend.rights.events import RightRecorded, append_event
from backend.rights.ledger import Ledger, PermissionRequest
from backend.rights.models import RightEntry
from backend.rights.permissions import grants
from backend.rights.permissions.requests import ask_of
from backend.rights.permissions.rules import decide
from backend.rights.schemas import RightEnding, RightIn

EVIDENCE: Final = "right"
COPIED: Final = frozenset(
    {"kind", "origin", "territory", "fields", "sub_licensing", "own_working", "carves_out", "ends_on", "effective_on",
     "announced_on", "source", "number", "terms_hash", "confirmed"}
)  # fmt: skip
OWN_WORD: Final = Text("在平台授予须由本机构行使，他人以同意参与。", "Grant for yourself; others take part by consent.")


async def party_named(
    session: AsyncSession, caller: Caller, party_id: str | None, party_name: str | None, now: datetime
) -> Party | None:
    """Return the party that the caller names by id or name, or None where it names none; raise NoSuchParty."""
    own = caller.organisation_id
    if party_name is not None:
        return await find_or_make_party(session, party_name, by=own, now=now)
    if party_id is None:
        return None
    party = await party_known(session, caller, party_id)
    if party is None:
        raise NoSuchParty
    return party


async def party_known(session: AsyncSession, caller: Caller | None, party_id: str) -> Party | None:
    """Return the party where the caller may know of it: an organisation's, one that it entered, to offices any."""
    party = await session.get(Party, party_id)
    if party is None or party.organisation_id is not None or patent_queries.is_office(caller):
        return party
    return party if caller is not None and party.created_by == caller.organisation_id else None


async def record(
    session: AsyncSession, whole: PatentAggregate, caller: Caller, given: RightIn, quotas: QuotaPolicy,
    now: datetime, beside: Sequence[RightEntry] = (), **marks: Any,
) -> RightEntry:  # fmt: skip
    """Return the new entry. What was granted here is refused where the ledger does not permit it.

    A fact established elsewhere is always recorded; what stood against it is noted on it. What it stands `beside` has
    it carved out already, by the id among its `marks`.
    """
    check_entry(given, china_day(now))
    if given.origin is Origin.HERE:
        await ensure_established(session, whole, caller, quotas, now)
    party = await party_named(session, caller, given.party_id, given.party_name, now)
    ledger = await queries.ledger_of(session, whole, now)
    grantors = await _grantors(session, whole, caller, given, ledger, party.id if party else None, now)
    ask = ask_of(given, party, grantors, china_day(now))
    check_against(ledger, given, ask)
    leave_it = {row.id for row in beside}
    ledger = replace(ledger, entries=tuple(e for e in ledger.entries if e.id not in leave_it))
    entry = _entry(whole, caller, given, ask, now, **marks)
    if entry.ended_on is not None and entry.ended_on < entry.starts_on:
        raise DatesReversed
    if given.origin is Origin.HERE:
        ask = replace(ask, terms_hash=_bound(entry, given.terms_hash), subject=entry.corrects, ends_on=_last_day(entry))
        decision = await grants.check(session, ledger, ask, terms_of(entry))
        await grants.use_consents(session, decision.consents, entry.id, now)
    elif given.kind in (RightKind.LICENCE, RightKind.PLEDGE):
        found = decide(ledger, ask)
        against = [because for because in found.reasons if because.rule.leads_to is not Permission.NEEDS_CONFIRMATION]
        entry.conflicts = [{"code": b.rule.code, "about": list(b.hit.about)} for b in against]
    session.add(entry)
    if entry.corrects is not None:
        await grants.hand_over(session, entry.corrects, entry.id)
    for row in beside:
        await grants.claim_again(session, row)
    await grants.claim(session, entry)
    files = given.evidence_files
    await attach(session, caller, files, kind=EVIDENCE, subject=entry.id, pointer="/evidence_files", now=now)
    await append_event(session, whole, entry, RightRecorded, now, caller.user_id)
    return entry


def _last_day(entry: RightEntry) -> date | None:
    """Return the last day of what is granted; an end that was recorded before stands."""
    last = entry.ended_on and entry.ended_on - timedelta(days=1)
    return min((day for day in (entry.ends_on, last) if day is not None), default=None)


def terms_of(entry: RightEntry) -> dict[str, Any]:
    """Return what others consent to before a right is granted here: by whom to whom, of what sort, scope and term."""
    return {
        "kind": entry.kind.value,
        "licence_type": entry.licence_type.value if entry.licence_type else None,
        "party_id": entry.party_id,
        "grantors": sorted(entry.grantors),
        "licence": entry.details.get("under"),
        "territory": sorted(entry.territory),
        "fields": sorted(entry.fields),
        "working": sorted(entry.working),
        "sub_licensing": entry.sub_licensing,
        "own_working": entry.own_working,
        "carves_out": sorted(entry.carves_out),
        "starts_on": entry.starts_on.isoformat(),
        "ends_on": entry.ends_on.isoformat() if entry.ends_on else None,
        "secured_fen": entry.details.get("secured_fen"),
    }


def _bound(entry: RightEntry, claimed: str | None) -> str:
    """Return the hash of the entry's own terms; raise TermsChanged where the grantor speaks of others."""
    digest = entry.terms_hash = fingerprint(terms_of(entry))
    if claimed is not None and claimed != digest:
        raise TermsChanged(expected=digest)
    return digest


async def _grantors(
    session: AsyncSession, whole: PatentAggregate, caller: Caller, given: RightIn, ledger: Ledger, to_party: str | None,
    now: datetime,
) -> list[str]:  # fmt: skip
    if given.licence is not None:
        return [e.party_id for e in ledger.entries if e.id == given.licence and e.party_id]
    own, named = sorted({holding.party_id for holding in whole.held_by(caller.organisation_id)}), set(given.grantors)
    if given.origin is Origin.HERE:
        if not named <= set(own):
            raise Malformed(errors=[FieldError("/grantors", "not_yours", OWN_WORD)])
        return sorted(named) or own
    for party_id in sorted(named - {holding.party_id for holding, _ in whole.holders}):
        await party_named(session, caller, party_id, None, now)  # a predecessor that never was entered as a holder
    everyone = {holding.party_id for holding in queries.living(whole)}
    return sorted(named) or own or sorted(everyone - {to_party} or everyone)


def _entry(
    whole: PatentAggregate, caller: Caller, given: RightIn, ask: PermissionRequest, now: datetime, **marks: Any
) -> RightEntry:
    details: dict[str, Any] = {}
    if given.secured_fen is not None:
        details["secured_fen"] = given.secured_fen
    if given.note is not None:
        details["note"] = given.note
    if given.licence is not None:
        details["under"] = given.licence
    is_licence = given.kind is RightKind.LICENCE
    return RightEntry(
        **{"id": new_id("rgt"), **marks},
        patent_id=whole.patent.id,
        licence_type=(given.licence_type or LicenceType.ORDINARY) if is_licence else None,
        party_id=ask.to_party,
        grantors=sorted(ask.by),
        working=[way.value for way in given.working],
        starts_on=given.starts_on or given.effective_on,
        recorded_at=now,
        recorded_by=caller.organisation_id,
        details=details,
        **given.model_dump(include=set(COPIED)),
    )


def check_standing(entry: RightEntry, today: date) -> None:
    """Raise RightOver where the entry is over or was corrected: nothing more can be said of it."""
    is_over = entry.ended_on is not None and entry.ended_on <= today  # an end ahead may still be brought forward
    if is_over or entry.corrected_at is not None:
        raise RightOver


async def end(
    session: AsyncSession, whole: PatentAggregate, caller: Caller, entry: RightEntry, given: RightEnding, now: datetime
) -> RightEntry:
    """Return the entry, which holds no more from a day on; whoever ends another's right shows by what.

    Raises RightOver, DatesReversed, EndPutOff, EvidenceMissing.
    """
    check_standing(entry, china_day(now))
    if given.ended_on < entry.starts_on:
        raise DatesReversed
    stop = queries.period_of(entry).stop
    if stop is not None and given.ended_on > stop:
        raise EndPutOff
    if not given.evidence_files and not await _ends_its_own(session, caller, entry):
        raise EvidenceMissing
    files = given.evidence_files
    await attach(session, caller, files, kind=EVIDENCE, subject=entry.id, pointer="/evidence_files", now=now)
    await end_entry(session, whole, entry, given.ended_on, given.reason, by=caller, now=now)
    return entry


async def _ends_its_own(session: AsyncSession, caller: Caller, entry: RightEntry) -> bool:
    party = await session.get(Party, entry.party_id) if entry.party_id else None
    its_own = party is not None and party.organisation_id == caller.organisation_id
    return its_own or patent_queries.is_office(caller)


async def grant(
    session: AsyncSession, whole: PatentAggregate, entry: RightEntry, now: datetime, *, told: Sequence[str],
    actor: str | None = None,
) -> RightEntry:  # fmt: skip
    """Enter a grant that another domain makes, having asked the ledger under the patent's lock (`granting.check`).

    That domain's own event tells the organisations `told` of it.
    """
    session.add(entry)
    await grants.claim(session, entry)
    await append_event(session, whole, entry, RightRecorded, now, actor, muted_for=told)
    return entry
