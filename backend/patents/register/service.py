"""Entries in the register: a patent is one row for everybody, found by its numbers."""

from collections.abc import Container, Mapping
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.accounts.parties.directory import find_or_make_parties, party_of
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import use_quota
from backend.accounts.rules import name_key
from backend.core.clock import china_day
from backend.core.errors import FieldError, Malformed, Text
from backend.core.events.log import append
from backend.core.http.problems import ChangedMeanwhile
from backend.patents import queries
from backend.patents.access import Side, check_writes, sides
from backend.patents.codes import HoldingState
from backend.patents.errors import NumberBelongsToAnotherPatent, OfficeDecides, StatedByAuthority
from backend.patents.events import patent_registered, patent_updated
from backend.patents.fact_rules import EMPTY, FACTS, NUMBERS, disagreements, fill_or_conflict, read_numbers
from backend.patents.holdings.rules import check_whole
from backend.patents.holdings.service import add, append_assertions, new_holding
from backend.patents.legal_events import service as events_service
from backend.patents.models import Patent
from backend.patents.numbers.lookup import check_free, find_by_numbers
from backend.patents.provenance_rules import by_hand, remarked, stated
from backend.patents.queries import PatentAggregate
from backend.patents.register.entry_lookup import create, locate
from backend.patents.register.merge import check_both_edited, check_one_patent, merge
from backend.patents.schemas import PatentIn, PatentPatch, Share

OVERRIDE: Final = ("expiry_override", "expiry_override_reason")
DECIDE: Final = frozenset({"kind", "filing_date", "publication_date", "grant_date", "expiry_override"})
DAYS: Final = ("filing_date", "publication_date", "grant_date", "status_checked_on")
LATER: Final = Text("该日期尚未到来。", "That day has not come yet.")
NEEDED: Final = Text("不能清空。", "This cannot be cleared.")
NO_NUMBER: Final = Text("至少要保留一个号码。", "At least one number must stay.")
NO_HOLDER: Final = Text("请填写权利人。", "Name the holders.")
AUTHORITY: Final = Text("该项由主管机关或平台登记。", "The authority or the platform states this.")
REASON: Final = Text("请说明理由。", "Give the reason.")


def _read(given: Mapping[str, Any], office: str, today: date) -> dict[str, Any]:
    """Return the facts with canonical numbers and the kind that they tell; raise Malformed with all that is wrong."""
    numbers, kind, wrong = read_numbers({name: given.get(name) for name in NUMBERS}, office)
    wrong += disagreements(given, kind)
    wrong += [FieldError(f"/{n}", "in_the_future", LATER) for n in DAYS if given.get(n) and given[n] > today]
    if wrong:
        raise Malformed(errors=wrong)
    facts = {name: given[name] for name in FACTS if name in given}
    if kind and facts.get("kind") is None:
        facts["kind"] = kind
    return facts | numbers


async def enter(
    session: AsyncSession, caller: Caller, given: PatentIn, quotas: QuotaPolicy, now: datetime
) -> tuple[PatentAggregate, bool, list[str]]:
    """Return the patent that has the numbers, whether it is new, and the names of the facts that were not taken.

    Raises Malformed, NumberBelongsToAnotherPatent, SharesExceedWhole.
    """
    await use_quota(session, caller, Quota.PATENTS, quotas)
    facts = _read(given.model_dump(), given.office, china_day(now))
    if queries.is_office(caller) and not given.holders:
        raise Malformed(errors=[FieldError("/holders", "missing", NO_HOLDER)])
    own = None if queries.is_office(caller) else await party_of(session, caller.organisation_id)
    known = await locate(session, caller, own, given.office, facts, now)
    whole, is_new = (known, False) if known else await create(session, caller, own, given.office, facts, now)
    speaks = is_new or bool(sides(caller, whole) & {Side.OFFICE, Side.ENTERED})
    changes, not_taken = facts, list[str]()
    if not is_new:
        check_writes(caller, whole)
        changes, not_taken = await _fill(session, whole, facts, caller, quotas, may_overwrite=speaks)
    whole.patent.set_by = _marked(whole.patent, caller, facts, changes, not_taken)
    begun = await _hold(session, whole, caller, given, now, for_others=speaks)
    if not speaks:
        not_taken += _unheard(whole, given)
    patent, actor = whole.patent, caller.user_id
    await events_service.state_facts(
        session,
        patent,
        caller,
        changes=changes,
        legal_status=given.legal_status if speaks else None,
        checked_on=given.status_checked_on,
        now=now,
    )
    turned = await events_service.recompute_status(session, patent, whole.audience, now, is_new=is_new, actor=actor)
    if is_new:
        await append(session, patent_registered(patent.id, whole.audience, actor), now)
    elif changes:
        await _append_update(session, whole, caller, now, counted=turned)
    await append_assertions(session, whole, begun, now, actor=actor, is_new=is_new)
    return whole, is_new, not_taken


def _marked(
    patent: Patent, caller: Caller, facts: Mapping[str, Any], changes: Container[str], not_taken: Container[str]
) -> dict[str, str] | None:
    """Return the marks of the facts once they are entered by hand; what an office repeats, it states as well."""
    by_office = queries.is_office(caller)
    said = (name for name in FACTS if facts.get(name) not in EMPTY and name not in not_taken)
    return remarked(patent.set_by, [n for n in said if n in changes or by_office], by_hand(by_office=by_office))


async def _fill(
    session: AsyncSession,
    whole: PatentAggregate,
    facts: Mapping[str, Any],
    caller: Caller,
    quotas: QuotaPolicy,
    *,
    may_overwrite: bool,
) -> tuple[dict[str, Any], list[str]]:
    patent = whole.patent
    kept = set() if queries.is_office(caller) else stated(patent.set_by)
    changes, not_taken = fill_or_conflict(patent, facts, may_overwrite=may_overwrite, kept=kept)
    if clash := [name for name in not_taken if name in NUMBERS]:
        raise NumberBelongsToAnotherPatent(number=getattr(patent, clash[0]))
    await check_free(session, patent, [changes[name] for name in NUMBERS if name in changes], caller, quotas)
    for name, value in changes.items():
        setattr(patent, name, value)
    return changes, not_taken


def _unheard(whole: PatentAggregate, given: PatentIn) -> list[str]:
    """What a later holder says of others and of the status is not taken from it."""
    status = given.legal_status not in (None, whole.patent.legal_status)
    return [name for name, said in (("legal_status", status), ("holders", len(given.holders) > 1)) if said]


def _identity(patent: Patent, facts: Mapping[str, Any]) -> dict[str, Any]:
    names = (*NUMBERS, "kind", "title", "filing_date")
    return {name: facts[name] if name in facts else getattr(patent, name) for name in names}


async def _hold(
    session: AsyncSession, whole: PatentAggregate, caller: Caller, given: PatentIn, now: datetime, *, for_others: bool
) -> list[Any]:
    """Have the caller's organisation, and where it speaks for them the other holders named, hold the patent."""
    wanted: list[tuple[Party, str, Share | None, str | None]] = []
    shares = {name_key(holder.name): holder.share for holder in given.holders}
    everybody = [None if share is None else (share.numerator, share.denominator) for share in shares.values()]
    if not queries.is_office(caller):
        own = await party_of(session, caller.organisation_id)
        everybody += [] if own.name_key in shares else [None]
        wanted.append((own, own.name, shares.pop(own.name_key, None), given.evidence))
    check_whole(everybody)
    if for_others and shares:
        names = {name_key(h.name): h.name for h in given.holders if name_key(h.name) in shares}
        parties = await find_or_make_parties(session, names.values(), by=caller.organisation_id, now=now)
        wanted += [(parties[name], name, shares[key], None) for key, name in names.items()]
    held = {holding.party_id for holding, _ in whole.living}
    begun = []
    for party, name, share, evidence in wanted:
        if party.id in held:
            continue
        held.add(party.id)
        holding = new_holding(
            whole.patent, party, state=HoldingState.ASSERTED, share=share, by=caller.organisation_id, now=now,
            evidence=evidence,
        )  # fmt: skip
        add(session, whole, holding, party, name)
        begun.append(holding)
    return begun


async def _append_update(
    session: AsyncSession, whole: PatentAggregate, caller: Caller, now: datetime, *, counted: bool
) -> None:
    """Append that facts have changed; `counted`: its new status has raised the version already."""
    if not counted:
        whole.patent.version += 1
        whole.patent.updated_at = now
    await append(session, patent_updated(whole.patent.id, whole.audience, caller.user_id), now)


async def change(
    session: AsyncSession,
    whole: PatentAggregate,
    caller: Caller,
    given: PatentPatch,
    quotas: QuotaPolicy,
    now: datetime,
) -> PatentAggregate:
    """Return the patent with the facts sent changed; a number that another row has merges the two.

    Raises Malformed, OfficeDecides, StatedByAuthority, NumberBelongsToAnotherPatent, ChangedMeanwhile.
    """
    patent = whole.patent
    changes = _changes(given.model_dump(exclude_unset=True), patent, caller, china_day(now))
    if not changes:
        return whole
    by_office = queries.is_office(caller)
    if not by_office and (theirs := sorted(stated(patent.set_by) & changes.keys())):
        raise StatedByAuthority(errors=[FieldError(f"/{name}", "stated_by_authority", AUTHORITY) for name in theirs])
    patent.set_by = remarked(patent.set_by, [n for n in FACTS if n in changes], by_hand(by_office=by_office))
    numbers = {str(changes[name]): name for name in NUMBERS if changes.get(name)}
    found = await find_by_numbers(session, caller, patent.office, list(numbers))
    await check_free(session, patent, numbers.keys() - found.keys(), caller, quotas)
    others = [await _other(session, caller, patent, changes, found[n], n) for n in found if found[n] != patent.id]
    taken = {numbers[number] for number, patent_id in found.items() if patent_id != patent.id}
    for name, value in changes.items():
        if name not in taken:
            setattr(patent, name, value)
    turned = False
    if not changes.keys().isdisjoint(DECIDE):
        await events_service.state_facts(session, patent, caller, changes=changes, now=now)
        turned = await events_service.recompute_status(session, patent, whole.audience, now, actor=caller.user_id)
    await _append_update(session, whole, caller, now, counted=turned)
    if others:
        check_both_edited(caller, [whole, *others], next(iter(numbers)))
    for other in {other.patent.id: other for other in others}.values():
        whole = await merge(session, whole, other, now, actor=caller.user_id)
    return whole


def _changes(sent: dict[str, Any], patent: Patent, caller: Caller, today: date) -> dict[str, Any]:
    """Return what the fields sent change in the row, numbers in canonical form."""
    _check_patch(sent, patent, caller)
    facts = _read({**_dated(patent), **sent}, patent.office, today)
    wanted = {name: facts[name] for name in FACTS if name in sent or (name == "kind" and facts.get(name))}
    wanted |= {name: facts.get(name) for name in NUMBERS if name in sent or name in facts}
    wanted |= {name: sent[name] for name in OVERRIDE if name in sent}
    changes = {name: value for name, value in wanted.items() if getattr(patent, name) != value}
    if not any(_identity(patent, changes)[name] for name in NUMBERS):
        raise Malformed(errors=[FieldError("", "missing", NO_NUMBER)])
    return changes


async def _other(
    session: AsyncSession, caller: Caller, patent: Patent, changes: Mapping[str, Any], other_id: str, number: str
) -> PatentAggregate:
    """Return the row that has the number, locked and fit to be merged; one that is busy elsewhere is not waited for."""
    other = await queries.load_beside(session, other_id, patent.id)
    if other is None or other.patent.merged_into:
        raise ChangedMeanwhile
    check_one_patent(caller, SimpleNamespace(**_identity(patent, changes)), other.patent, number)
    return other


def _dated(patent: Patent) -> dict[str, Any]:
    """The facts that a change may come to contradict."""
    return {name: getattr(patent, name) for name in (*NUMBERS, "kind", "filing_date", "publication_date", "grant_date")}


def _check_patch(sent: Mapping[str, Any], patent: Patent, caller: Caller) -> None:
    if any(name in sent for name in OVERRIDE) and not queries.is_office(caller):
        raise OfficeDecides
    wrong = [FieldError("/title", "missing", NEEDED)] if "title" in sent and sent["title"] is None else []
    override = {name: sent.get(name, getattr(patent, name)) for name in OVERRIDE}
    if override["expiry_override"] and not override["expiry_override_reason"]:
        wrong.append(FieldError("/expiry_override_reason", "missing", REASON))
    if wrong:
        raise Malformed(errors=wrong)
