"""How the ledger and its answers are shown to who asks."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from backend.files.schemas import FileRef
from backend.patents.codes import HoldingState
from backend.patents.presenters import holder_out, holders_as_of
from backend.patents.queries import PatentAggregate
from backend.patents.schemas import HolderOut
from backend.rights.codes import Permission
from backend.rights.historical_state import end_known
from backend.rights.ledger import Ledger
from backend.rights.models import Consent, RightEntry
from backend.rights.permissions.rules import Because, Decision
from backend.rights.permissions.schemas import ConsentOut, PermissionOut, ReasonOut
from backend.rights.schemas import ConflictOut, RightOut, StandingOut

PRIVATE: Final[dict[str, Any]] = {
    "recorded_by": None, "source": None, "number": None, "details": {}, "terms_hash": None, "conflicts": [],
    "confirmed": [], "ended_because": None, "evidence_files": [],
}  # fmt: skip


def right_out(
    row: RightEntry,
    names: Mapping[str, str],
    files: Sequence[FileRef],
    seen: AbstractSet[str] | None,
    *,
    whole_of_it: bool,
    known_at: datetime | None = None,
) -> RightOut:
    """Return the entry; `whole_of_it` for holders, offices and the party itself, for others what the office announced.

    Of the other entries that it speaks of, others are told those that they see besides; `seen`: None, all. Its end and
    its correction are those that were on record at `known_at`; None: all that is.
    """
    values = {name: getattr(row, name) for name in RightOut.model_fields if hasattr(row, name)}
    values |= {
        "party_name": names.get(row.party_id or ""),
        "conflicts": [ConflictOut(**conflict) for conflict in row.conflicts],
        "evidence_files": list(files),
    } | ({} if known_at is None else _as_known(row, known_at))
    if whole_of_it or seen is None:
        return RightOut(**values)
    values["carves_out"] = [right_id for right_id in row.carves_out if right_id in seen]
    values |= {name: values[name] if values[name] in seen else None for name in ("corrects", "corrected_by")}
    return RightOut(**values | PRIVATE)


def _as_known(row: RightEntry, known_at: datetime) -> dict[str, Any]:
    """Return the end that was on record at a moment, and a correction only where it was."""
    ended_on, because = end_known(row, known_at)
    is_corrected = row.corrected_at is not None and row.corrected_at <= known_at
    corrected_by = row.corrected_by if is_corrected else None
    return {"ended_on": ended_on, "ended_because": because, "corrected_by": corrected_by}


def _held_then(
    whole: PatentAggregate, day: date, known_at: datetime, states: Mapping[str, HoldingState]
) -> Iterator[HolderOut]:
    for holding, name in whole.holders:
        if holders_as_of(holding, day, known_at):
            ends_later = holding.end_recorded_at is not None and holding.end_recorded_at > known_at
            then = {"state": states[holding.id]} | ({"ended_on": None} if ends_later else {})
            yield holder_out(whole, holding, name).model_copy(update=then)


def standing(
    whole: PatentAggregate,
    ledger: Ledger,
    day: date,
    known_at: datetime,
    *,
    sees_all: bool,
    states: Mapping[str, HoldingState] | None,
) -> StandingOut:
    """Return what the register tells of the right, and who holds it; `states`: of the holdings, in the past."""
    register = ledger.register
    living = (holder_out(whole, holding, name) for holding, name in whole.living)
    return StandingOut(
        legal_status=register.legal_status,
        status_since=register.status_since,
        granted=register.is_granted,
        expiry_date=register.expiry,
        annuity=register.annuity,
        annuity_unpaid_since=register.unpaid_since,
        annuity_paid_through=register.paid_through,
        suspended_since=register.suspended_since,
        invalidation_pending_since=register.invalidation_since,
        evaluation_report=register.report,
        agreement_id=ledger.agreement.id if ledger.agreement and sees_all else None,
        holders=list(living if states is None else _held_then(whole, day, known_at, states)),
    )


def _reason(because: Because, language: str, *, sees_all: bool) -> ReasonOut:
    rule, hit = because.rule, because.hit
    needs: Any = {Permission.NEEDS_CONSENT: "consent", Permission.NEEDS_CONFIRMATION: "confirmation"}.get(rule.leads_to)
    of = list(hit.of) if sees_all else []
    return ReasonOut(
        code=rule.code,
        leads_to=rule.leads_to,
        detail=rule.said.detail.say(language, {}),
        rule=rule.law,
        sure=rule.sure,
        cure=rule.said.cure.say(language, {}),
        since=hit.since,
        needs=needs,
        of=[rule.said.by] if needs == "confirmation" else of,
        about=list(hit.about) if sees_all else [],
    )


def _public(reasons: Sequence[Because], announced: frozenset[str]) -> list[Because]:
    """One reason of each sort: how many private entries there are, and since when, is nobody else's business."""
    found: dict[str, Because] = {}
    for because in reasons:
        is_open = all(entry in announced for entry in because.hit.about)
        plain = because if is_open else replace(because, hit=replace(because.hit, since=None))
        if because.rule.code not in found or is_open:
            found[because.rule.code] = plain
    return list(found.values())


def permission(
    act: Any, decision: Decision, language: str, *, sees_all: bool, announced: frozenset[str] = frozenset()
) -> PermissionOut:
    """Return the answer to one act; parties and entries are named to those who see them anyway."""
    told = decision.reasons if sees_all else _public(decision.reasons, announced)
    reasons = [_reason(because, language, sees_all=sees_all) for because in told]
    return PermissionOut(act=act, answer=decision.answer, reasons=reasons)


def consent(row: Consent, name: str, files: Sequence[FileRef]) -> ConsentOut:
    """Return the consent as those concerned see it."""
    values = {field: getattr(row, field) for field in ConsentOut.model_fields if hasattr(row, field)}
    return ConsentOut(**values, party_name=name, evidence_files=list(files))
