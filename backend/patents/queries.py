"""How patents are found, and what stands around one; every list begins with a scope."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Organisation, OrganisationStatus, Party
from backend.core.events.domain_event import PUBLIC
from backend.core.events.handlers import EventContext
from backend.patents.assessments.queries import counts
from backend.patents.codes import EventKind, Finding, HoldingState, LegalStatus, ListingStatus, SuspensionBasis
from backend.patents.legal_events.status_rules import Fact
from backend.patents.legal_events.term_rules import add_months
from backend.patents.legal_events.withdrawal import counted
from backend.patents.models import Assessment, Holding, LegalEvent, Listing, Patent
from backend.patents.numbers.canonical import Number, NumberWrong, parse_number
from backend.patents.numbers.lookup import has_number
from backend.patents.schemas import RegisterFilter
from backend.patents.visibility import OFFICES, listed, visible_to
from backend.patents.visibility import apart_from_index as apart_from_index
from backend.patents.visibility import is_office as is_office

OVER: Final = (ListingStatus.DELISTED, ListingStatus.REFUSED)


@dataclass(slots=True)
class PatentAggregate:
    """A patent with what stands around it: its holders with their names, its living listing, its newest assessment."""

    patent: Patent
    listing_id: str | None = None
    listing_status: ListingStatus | None = None
    grade: str | None = None
    assessed_on: date | None = None
    holders: list[tuple[Holding, str]] = field(default_factory=list)
    platform_ids: dict[str, str | None] = field(default_factory=dict)  # of its holders' parties, their organisations

    def held_by(self, organisation_id: str) -> list[Holding]:
        """Return the organisation's living holdings."""
        return [h for h, _ in self.living if h.organisation_id == organisation_id]

    @property
    def living(self) -> list[tuple[Holding, str]]:
        """The holdings that have not ended."""
        return [(h, name) for h, name in self.holders if h.state is not HoldingState.ENDED]

    @property
    def organisations(self) -> list[str]:
        """Whom its events concern: the organisations that hold it; of a row that is not established, its author."""
        if not self.patent.is_established:
            return [self.patent.private_to] if self.held_by(self.patent.private_to) else []
        return sorted({h.organisation_id for h, _ in self.living if h.organisation_id})

    def concerned(self, *organisation_ids: str | None) -> list[str]:
        """Return whom an event of it concerns, these organisations besides its holders where the row is established."""
        if not self.patent.is_established:
            return self.organisations
        return sorted({*self.organisations, *(one for one in organisation_ids if one)})

    @property
    def is_listed(self) -> bool:
        """Whether everyone may see it."""
        return self.listing_status is ListingStatus.LISTED and self.patent.is_established

    @property
    def audience(self) -> list[str]:
        """Who may know what happens to it."""
        return [PUBLIC, *self.organisations] if self.is_listed else self.organisations


NEWEST: Final = (
    sa.select(col(Assessment.id))
    .where(col(Assessment.patent_id) == col(Patent.id), counts())
    .order_by(col(Assessment.assessed_on).desc(), col(Assessment.id).desc())
    .limit(1)
    .correlate(Patent)
    .scalar_subquery()
)
_COLUMNS: Final[tuple[Any, ...]] = (
    Patent,
    col(Listing.id),
    col(Listing.status),
    col(Assessment.grade),
    col(Assessment.assessed_on),
)


def _with_surroundings(patents: sa.Select[Any]) -> sa.Select[Any]:
    listing = sa.and_(col(Listing.patent_id) == col(Patent.id), col(Listing.status).not_in(OVER))
    return patents.outerjoin(Listing, listing).outerjoin(Assessment, col(Assessment.id) == NEWEST)


OFFICE: Final = (col(Organisation.kind).in_(OFFICES), col(Organisation.status) == OrganisationStatus.VERIFIED)
OWN: Final = aliased(Holding)  # the caller's, by whose index the own register is read in order
WHOLE: Final = _with_surroundings(sa.select(*_COLUMNS))
OWN_WHOLE: Final = _with_surroundings(sa.select(*_COLUMNS).join(OWN, col(OWN.patent_id) == col(Patent.id)))
ONE: Final = WHOLE.where(col(Patent.id) == sa.bindparam("patent_id"))
LOCKED: Final = ONE.with_for_update(of=Patent)
HOLDERS: Final = (
    sa.select(Holding, col(Party.name), col(Party.organisation_id))
    .join(Party, col(Party.id) == col(Holding.party_id))
    .where(col(Holding.patent_id).in_(sa.bindparam("patent_ids", expanding=True)))
    .order_by(col(Holding.id))
)

EVENTS: Final = sa.select(LegalEvent).where(col(LegalEvent.patent_id).in_(sa.bindparam("patent_ids", expanding=True)))


def held_by(organisation_id: str) -> sa.ColumnElement[bool]:
    """Which patents an organisation holds."""
    statement = sa.select(col(Holding.patent_id)).where(
        col(Holding.organisation_id) == organisation_id, col(Holding.state) != HoldingState.ENDED
    )
    return col(Patent.id).in_(statement)


def may_see(caller: Caller | None, whole: PatentAggregate) -> bool:
    """Whether the caller may see the patent: offices all, holders their own, everyone those that are listed.

    A row that is not established shows to its author and the offices alone.
    """
    concerns = caller is not None and caller.organisation_id in whole.organisations
    return concerns or whole.is_listed or is_office(caller)


def register_of(caller: Caller) -> sa.ColumnElement[bool]:
    """The caller's register: what its organisation holds; of the offices, everything."""
    own = sa.true() if is_office(caller) else held_by(caller.organisation_id)
    return sa.and_(col(Patent.merged_into).is_(None), own)


async def around(session: AsyncSession, rows: Iterable[Any]) -> list[PatentAggregate]:
    """Return the patents of `WHOLE`'s rows with their holders, in the rows' order."""
    wholes = [PatentAggregate(row[0], row[1], row[2], row[3], row[4]) for row in rows]
    by_id = {whole.patent.id: whole for whole in wholes}
    if by_id:
        for holding, name, organisation_id in (await session.execute(HOLDERS, {"patent_ids": list(by_id)})).all():
            by_id[holding.patent_id].holders.append((holding, name))
            by_id[holding.patent_id].platform_ids[holding.party_id] = organisation_id
    return wholes


async def load(session: AsyncSession, patent_id: str, *, lock: bool = False) -> PatentAggregate | None:
    """Return one patent, whoever asks, with what stands around it; `lock` holds it until the transaction ends."""
    statement = LOCKED if lock else ONE
    rows = (
        await session.execute(statement, {"patent_id": patent_id}, execution_options={"populate_existing": lock})
    ).all()
    found = await around(session, rows)
    return found[0] if found else None


def loaded(whole: PatentAggregate) -> dict[Hashable, Any]:
    """Return a locked patent as handlers of an event find it that it concerns."""
    return {(PatentAggregate, whole.patent.id): whole}


async def load_for(session: AsyncSession, patent_id: str, context: EventContext) -> PatentAggregate | None:
    """Return the patent, locked, loaded once for all handlers of an event."""
    return await context.once((PatentAggregate, patent_id), lambda: load(session, patent_id, lock=True))


async def load_beside(session: AsyncSession, patent_id: str, held_id: str) -> PatentAggregate | None:
    """Return another patent, locked; None where it is busy and waiting would break the order of locks."""
    statement = ONE.with_for_update(of=Patent, skip_locked=patent_id < held_id)
    options = {"populate_existing": True}
    rows = (await session.execute(statement, {"patent_id": patent_id}, execution_options=options)).all()
    found = await around(session, rows)
    return found[0] if found else None


async def load_all(session: AsyncSession, patent_ids: Iterable[str]) -> list[PatentAggregate]:
    """Return the patents, whoever asks, with what stands around them; unknown ids are passed over."""
    return await around(session, (await session.execute(WHOLE.where(col(Patent.id).in_(set(patent_ids))))).all())


async def lock_all(session: AsyncSession, patent_ids: Iterable[str]) -> list[PatentAggregate]:
    """Return the patents, locked in the order of their ids, with what stands around them."""
    statement = WHOLE.where(col(Patent.id).in_(set(patent_ids))).order_by(col(Patent.id)).with_for_update(of=Patent)
    rows = (await session.execute(statement, execution_options={"populate_existing": True})).all()
    return await around(session, rows)


async def by_number(session: AsyncSession, caller: Caller | None, number: Number) -> PatentAggregate | None:
    """Return the patent that has the number, where the caller may see it.

    Of what the caller may not see the database gives nothing, so that the time taken tells nothing either.
    """
    statement = WHOLE.where(has_number(number), visible_to(caller)).order_by(col(Patent.private_to), col(Patent.id))
    found = await around(session, (await session.execute(statement.limit(1))).all())
    return found[0] if found else None


def register(caller: Caller, asked: RegisterFilter, *, today: date, interval_months: int) -> tuple[sa.Select[Any], Any]:
    """The rows of `WHOLE` in the caller's register that the filters ask for, and the key to page them by."""
    key = col(Patent.id) if is_office(caller) else col(OWN.patent_id)
    own = sa.and_(col(OWN.organisation_id) == caller.organisation_id, col(OWN.state) != HoldingState.ENDED)
    statement = WHOLE.where(col(Patent.merged_into).is_(None)) if is_office(caller) else OWN_WHOLE.where(own)
    statement = statement.where(*_plain_filters(asked))
    if asked.holder is not None:
        statement = statement.where(_held_by_any(asked.holder))
    if asked.q is not None:
        statement = statement.where(_text(asked.q))
    if asked.assessed is not None:
        statement = statement.where(col(Assessment.id).is_not(None) == asked.assessed)
    if asked.assessment_due is not None:
        lately = add_months(today, -interval_months)
        due = sa.or_(col(Assessment.id).is_(None), col(Assessment.assessed_on) <= lately)
        statement = statement.where(due if asked.assessment_due else sa.not_(due))
    if asked.listed is not None:
        statement = statement.where(listed() if asked.listed else sa.not_(listed()))
    return statement, key


def _plain_filters(asked: RegisterFilter) -> Iterable[sa.ColumnElement[bool]]:
    filing, expiry, checked = col(Patent.filing_date), col(Patent.expiry_date), col(Patent.status_checked_on)
    conditions: tuple[tuple[Any, Callable[[Any], sa.ColumnElement[bool]]], ...] = (
        (asked.legal_status, col(Patent.legal_status).in_),
        (asked.kind, col(Patent.kind).in_),
        (asked.grade, col(Assessment.grade).in_),
        (asked.ipc, lambda prefix: sa.cast(col(Patent.ipc), sa.Text).like(f'%"{prefix.upper()}%')),
        (asked.filed_from, filing.__ge__),
        (asked.filed_to, filing.__le__),
        (asked.expires_before, expiry.__lt__),
        (asked.status_checked_before, checked.__lt__),
    )
    return [condition(value) for value, condition in conditions if value]


def _held_by_any(holder: str) -> sa.ColumnElement[bool]:
    whose = col(Party.organisation_id) if holder.startswith("org_") else col(Party.id)
    statement = sa.select(col(Holding.patent_id)).join(Party, col(Party.id) == col(Holding.party_id))
    statement = statement.where(whose == holder, col(Holding.state) != HoldingState.ENDED)
    return col(Patent.id).in_(statement)


def _text(piece: str) -> sa.ColumnElement[bool]:
    try:
        return has_number(parse_number(piece))
    except NumberWrong:
        return sa.or_(*(col(c).icontains(piece, autoescape=True) for c in (Patent.title, Patent.title_en)))


async def facts_by_office(session: AsyncSession, organisation_id: str | None) -> bool:
    """Whether the facts were entered by the platform or an authority."""
    if organisation_id is None:
        return False
    statement = sa.select(col(Organisation.id)).where(col(Organisation.id) == organisation_id, *OFFICE)
    return (await session.execute(statement)).first() is not None


async def offices(session: AsyncSession) -> frozenset[str]:
    """Return the organisations whose word is the authority's: the platform and the authorities."""
    statement = sa.select(col(Organisation.id)).where(*OFFICE)
    return frozenset(await session.scalars(statement))


async def facts_of(
    session: AsyncSession, patent_ids: Sequence[str], known_at: datetime | None = None
) -> dict[str, list[Fact]]:
    """Return every legal event of each patent as the rules read it; what was withdrawn counts no more, or not yet."""
    found: dict[str, list[Fact]] = {patent_id: [] for patent_id in patent_ids}
    for event in await session.scalars(EVENTS, {"patent_ids": list(patent_ids)}):
        if counted(event.details, known_at):
            found[event.patent_id].append(fact_of(event))
    return found


def fact_of(event: LegalEvent) -> Fact:
    """Return a legal event as the rules read it."""
    return Fact(
        kind=event.kind,
        effective_on=event.effective_on,
        recorded_at=event.recorded_at,
        by_authority=event.by_authority,
        source=event.source,
        announced_on=event.announced_on,
        status=LegalStatus(event.details["status"]) if event.kind is EventKind.STATUS_REPORTED else None,
        year=event.details.get("year"),
        id=event.id,
        holders_before=tuple(event.details.get("from_holders", ())),
        holders_after=tuple(event.details.get("to_holders", ())),
        finding=Finding(event.details["finding"]) if "finding" in event.details else None,
        basis=SuspensionBasis(event.details["basis"]) if "basis" in event.details else None,
    )
