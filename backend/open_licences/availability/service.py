"""Whether an announced open licence can be taken here: asked again in the transaction of every change that may bar it.

A bar makes it unavailable at once and opens the declarant's duties: to withdraw, and to tell the licensees (Guidelines
for Patent Examination 2023, Part V ch. 11, 2(2)). The declaration itself ends only by the law's own ways.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.queries import is_verified
from backend.core.clock import china_day
from backend.core.database.columns import iso
from backend.core.errors import Reason, Text
from backend.core.events.handlers import EventContext
from backend.open_licences import queries as open_queries
from backend.open_licences.availability import projection as availability_projection
from backend.open_licences.events import (
    OpenLicenceResumed,
    OpenLicenceSuspended,
    append_event,
)
from backend.open_licences.models import Duty, OpenLicence
from backend.open_licences.policy import OpenLicencePolicy, open_licence_policy
from backend.open_licences.states import OPEN, OpenStatus
from backend.patents import queries as patent_queries
from backend.patents.queries import PatentAggregate
from backend.rights.codes import Act, Permission
from backend.rights.ledger import Ledger, PermissionRequest
from backend.rights.permissions.rules import Because, decide
from backend.rights.queries import ledger_for, ledger_of

WITHDRAW: Final = "withdraw"
NOTIFY: Final = "notify_licensees"
TERM_OVER: Final = {
    "code": "term_over",
    "detail": {"zh": "开放许可期限已届满。", "en": "The term of the open licence is over."},
    "rule": "Implementing Regulations of the Patent Law, art. 85",
    "cure": {"zh": "权利人可重新声明。", "en": "The holder may declare anew."},
    "since": None,
}
NOT_VERIFIED: Final = {
    "code": "organisation_not_verified",
    "detail": {"zh": "声明机构目前未通过核验。", "en": "The organisation that declared it is not verified now."},
    "rule": None,
    "cure": {"zh": "该机构通过核验后即恢复。", "en": "It can be taken once the organisation is verified again."},
    "since": None,
}
OF_NO_LAW: Final = frozenset({TERM_OVER["code"], NOT_VERIFIED["code"]})  # they ask nothing of the declarant


def ask_to_keep(declared: OpenLicence, ledger: Ledger, today: date) -> PermissionRequest:
    """Return the question whether the announced open licence may go on."""
    return PermissionRequest(
        act=Act.KEEP_OPEN_LICENCE,
        on=today,
        by=frozenset(holder.party_id for holder in ledger.holders),
        ends_on=max(declared.ends_on or today, today),
        terms_hash=declared.terms_hash,
        subject=declared.id,
    )


def _stored_reason(because: Because) -> dict[str, Any]:
    said = because.rule.said
    return {
        "code": because.rule.code,
        "detail": said.detail._asdict(),
        "rule": because.rule.law,
        "cure": said.cure._asdict(),
        "since": iso(because.hit.since),
    }


def reasons_of(declared: OpenLicence) -> list[Reason]:
    """Return why the open licence cannot be taken, as a problem tells it."""
    return [
        Reason(r["code"], Text(**r["detail"]), r["rule"], Text(**r["cure"]), r["since"]) for r in declared.unavailable
    ]


def _against(declared: OpenLicence, ledger: Ledger, today: date) -> list[dict[str, Any]]:
    if declared.ends_on is not None and declared.ends_on < today:
        return [TERM_OVER]
    decision = decide(ledger, ask_to_keep(declared, ledger, today))
    return [] if decision.answer is Permission.ALLOWED else [_stored_reason(because) for because in decision.reasons]


def lawful_bars(declared: OpenLicence) -> list[str]:
    """Return the codes of what bars the open licence by law, which opens its declarant's duties."""
    return [reason["code"] for reason in declared.unavailable if reason["code"] not in OF_NO_LAW]


async def reassess(
    session: AsyncSession, declared: OpenLicence, whole: PatentAggregate, policy: OpenLicencePolicy, now: datetime
) -> None:
    """Bring an announced open licence's availability in line with the ledger, with all that follows."""
    await align(session, declared, whole, await ledger_of(session, whole, now), policy, now)


async def align(
    session: AsyncSession,
    declared: OpenLicence,
    whole: PatentAggregate,
    ledger: Ledger,
    policy: OpenLicencePolicy,
    now: datetime,
) -> None:
    """Do that by a ledger read under the patent's lock in this transaction."""
    today = china_day(now)
    against = _against(declared, ledger, today) if declared.status in OPEN else []
    if declared.status in OPEN and not await is_verified(session, declared.organisation_id):
        against = [*against, NOT_VERIFIED]
    available = declared.status in OPEN and not against
    declared.checked_on = today
    was, before, barred_before = declared.available, declared.unavailable, lawful_bars(declared)
    if (available, against) == (was, before):
        return
    declared.available, declared.unavailable = available, against
    declared.version += 1
    await availability_projection.show(session, declared)
    if declared.status not in OPEN:
        return
    first = not was and not before  # just announced
    bars = lawful_bars(declared)
    if bars and not barred_before:
        await open_duties(session, declared, bars, policy, now)
    if barred_before and not bars and TERM_OVER not in against:
        await end_duties(session, declared, "lifted", now)
    if not (available and first):
        await append_event(session, declared, whole, OpenLicenceResumed if available else OpenLicenceSuspended, now)


async def open_duties(
    session: AsyncSession, declared: OpenLicence, because: list[str], policy: OpenLicencePolicy, now: datetime
) -> None:
    """Open what the declarant has to do because of these bars, until a day."""
    due_on = china_day(now) + timedelta(days=policy.withdrawal_duty_days)
    withdraws = declared.status is OpenStatus.ANNOUNCED  # where its withdrawal is filed, that is done
    notifies = await open_queries.licensees_of(session, declared.id)
    standing = (await open_queries.duties_of(session, [declared.id])).get(declared.id, [])
    open_now = {duty.kind for duty in standing if duty.ended_at is None}
    kinds = [*([WITHDRAW] if withdraws else []), *([NOTIFY] if notifies else [])]
    for kind in sorted(set(kinds) - open_now, reverse=True):
        session.add(Duty(open_licence_id=declared.id, kind=kind, because=because, opened_at=now, due_on=due_on))


async def end_duties(
    session: AsyncSession, declared: OpenLicence, outcome: str, now: datetime, *, kind: str | None = None
) -> None:
    """Mark the declarant's open duties as done, or as lifted with the bar."""
    for duty in (await open_queries.duties_of(session, [declared.id])).get(declared.id, []):
        if duty.ended_at is None and kind in (None, duty.kind):
            duty.ended_at, duty.outcome = now, outcome


async def reassess_patent(session: AsyncSession, patent_id: str, context: EventContext) -> None:
    """Ask again about the patent's announced open licence, where it has one, for handlers of an event."""
    declared = await open_queries.standing_of(session, patent_id)
    if declared is None:
        return
    whole = await patent_queries.load_for(session, patent_id, context)
    if whole is not None:
        ledger = await ledger_for(session, whole, context)
        await align(session, declared, whole, ledger, open_licence_policy(context.settings), context.now)
