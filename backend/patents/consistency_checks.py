"""The register against itself: numbers in their one form, merged rows, and what follows from facts and events."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.core.events.log import append_many
from backend.patents import queries
from backend.patents.codes import HoldingState
from backend.patents.events import patent_updated
from backend.patents.fact_rules import NUMBERS, placed
from backend.patents.legal_events.derived_status import STANDING, settled
from backend.patents.legal_events.service import settle_all
from backend.patents.legal_events.status_rules import Fact, digest_of
from backend.patents.legal_events.withdrawal import counted
from backend.patents.models import Holding, LegalEvent, Listing, Patent
from backend.patents.numbers.canonical import NumberWrong

PATENT: Final = table_of(Patent)
EVENT: Final = table_of(LegalEvent)
HOLDING: Final = table_of(Holding)
LISTING: Final = table_of(Listing)
LIVING: Final = PATENT.c.merged_into.is_(None)
TERM: Final = ("office", "kind", "filing_date", "grant_date", "expiry_override")
STANDINGS: Final = sa.select(*(PATENT.c[name] for name in ("id", *TERM, *STANDING))).where(LIVING)
HISTORIES: Final = sa.select(EVENT).where(EVENT.c.patent_id.in_(sa.bindparam("ids", expanding=True)))
NUMBERED: Final = sa.select(PATENT.c.id, PATENT.c.office, *(PATENT.c[name] for name in NUMBERS))


async def numbers(site: Site, line: Line) -> None:
    """Every number is in its normal form with a right check digit, in the column of its sort."""
    async for rows, _ in pages(site.database, NUMBERED, PATENT.c.id):
        for row in rows:
            for name in NUMBERS:
                number = getattr(row, name)
                line.looked_at += number is not None
                if number is not None and (wrong := _number_flaw(name, number, row.office)):
                    line.differs(f"{row.id}: {name} {number}: {wrong}")


def _number_flaw(name: str, number: str, office: str) -> str | None:
    try:
        belongs, parsed = placed(name, number, office)
    except NumberWrong as error:
        return error.detail.en
    if parsed.office != office:
        return f"the number is of {parsed.office}, the patent of {office}"
    if parsed.canonical != number:
        return f"its normal form is {parsed.canonical}"
    return None if belongs == name else f"it is a {belongs}"


async def derived(site: Site, line: Line) -> None:
    """Status, term, annuity and next check are what the facts and legal events give."""
    async for rows, histories in pages(site.database, STANDINGS, PATENT.c.id, _histories):
        now = site.database.clock.now()  # after the rows were read: what they know was recorded before
        wrong = {}
        for row in rows:
            line.looked_at += 1
            if row.next_check is not None and row.next_check <= china_day(now):
                continue  # its day has come: the sweep settles it
            right = settled(row, histories[row.id], today=china_day(now), now=now)
            said = [
                f"{n} is {_text_of(getattr(row, n))}, not {_text_of(right[n])}"
                for n in STANDING
                if _is_not(row, right, n)
            ]
            if said:
                wrong[row.id] = f"{row.id}: {'; '.join(said)}"
        if wrong and site.repair:
            await _settle(site, list(wrong))
        for sentence in wrong.values():
            line.differs(sentence, repaired=site.repair)


def _is_not(row: sa.Row[Any], right: dict[str, Any], name: str) -> bool:
    return bool(getattr(row, name) != right[name])


def _text_of(value: Any) -> str:
    return "empty" if value is None else str(value)


async def _histories(session: AsyncSession, rows: Sequence[sa.Row[Any]]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = defaultdict(list)
    events: Any = await session.execute(HISTORIES, {"ids": [row.id for row in rows]})
    for event in events:
        if counted(event.details):
            found[event.patent_id].append(queries.fact_of(event))
    return found


async def _settle(site: Site, ids: Sequence[str]) -> None:
    """Settle the patents; one whose status stays tells of its other changes, so that whoever follows sees them."""
    async with site.database.write() as session:
        now = site.database.clock.now()
        wholes = await queries.lock_all(session, ids)
        versions = {whole.patent.id: whole.patent.version for whole in wholes}
        await settle_all(session, wholes, now)
        quiet = [whole for whole in wholes if whole.patent.version == versions[whole.patent.id]]
        for whole in quiet:
            whole.patent.version += 1
            whole.patent.updated_at = now
        await append_many(session, [patent_updated(whole.patent.id, whole.audience) for whole in quiet], now)


DIGESTED: Final = sa.select(EVENT.c.id, EVENT.c.kind, EVENT.c.effective_on, EVENT.c.details, EVENT.c.by_authority,
                            EVENT.c.digest)  # fmt: skip


async def digests(site: Site, line: Line) -> None:
    """Every legal event bears the hash by which it counts once."""
    async for rows, _ in pages(site.database, DIGESTED, EVENT.c.id):
        line.looked_at += len(rows)
        for row in rows:
            if bytes(row.digest) != digest_of(row.kind, row.effective_on, row.details, by_authority=row.by_authority):
                line.differs(f"{row.id}: its hash is not that of what it says")


AIM: Final = PATENT.alias("aim")
HELD: Final = HOLDING.c.state != HoldingState.ENDED
LIVELY: Final = LISTING.c.status.not_in(queries.OVER)
MERGED: Final = (
    sa.select(PATENT.c.id, PATENT.c.merged_into, PATENT.c.next_check, *(PATENT.c[name] for name in NUMBERS),
              AIM.c.merged_into.label("further"),
              sa.exists().where(HOLDING.c.patent_id == PATENT.c.id, HELD).label("held"),
              sa.exists().where(LISTING.c.patent_id == PATENT.c.id, LIVELY).label("listed"))
    .outerjoin(AIM, AIM.c.id == PATENT.c.merged_into)
    .where(PATENT.c.merged_into.is_not(None))
)  # fmt: skip


async def merged(site: Site, line: Line) -> None:
    """A merged row leads to a living one, and nothing living hangs on it."""
    async for rows, _ in pages(site.database, MERGED, PATENT.c.id):
        line.looked_at += len(rows)
        for row in rows:
            for flaw in _flaws(row):
                line.differs(f"{row.id}, merged into {row.merged_into}, {flaw}")


def _flaws(row: sa.Row[Any]) -> Iterator[str]:
    if row.further is not None:
        yield f"leads to a row that is itself merged into {row.further}"
    if any(getattr(row, name) for name in NUMBERS):
        yield "still has a number"
    if row.held:
        yield "still has a living holding"
    if row.listed:
        yield "still has a living listing"
    if row.next_check:
        yield "still waits for a day"
