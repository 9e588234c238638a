"""What happens to pledged patents is noticed once each, told to pledgee and pledgors, and listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.core.errors import Text
from backend.core.events.log import append
from backend.patents.codes import EventKind
from backend.pledges import queries
from backend.pledges.codes import WatchKind
from backend.pledges.events import PledgeWatched, pledge_event
from backend.pledges.models import Pledge, PledgeWatch

WATCH: Final = table_of(PledgeWatch)
OF_LEGAL_EVENT: Final = {
    EventKind.ANNUITY_MISSED: WatchKind.ANNUITY_MISSED,
    EventKind.INVALIDATION_REQUESTED: WatchKind.INVALIDATION_REQUESTED,
    EventKind.INVALIDATED: WatchKind.INVALIDATED,
    EventKind.INVALIDATED_IN_PART: WatchKind.INVALIDATED,
    EventKind.SUSPENDED: WatchKind.SUSPENDED,
    EventKind.LAPSED: WatchKind.RIGHT_ENDED,
    EventKind.SURRENDERED: WatchKind.RIGHT_ENDED,
    EventKind.EXPIRED: WatchKind.RIGHT_ENDED,
    EventKind.HOLDER_CHANGED: WatchKind.HOLDER_CHANGED,
}
MAY_PAY: Final = Text(
    "可要求出质人缴纳年费，或代为缴纳后计入费用。",
    "Ask the pledgor to pay it, or pay it and count it as costs.",
)
MAY_ASK_MORE: Final = Text(
    "可要求补充担保或提前清偿（民法典第433条）。", "Ask for further security or early payment (Civil Code, art. 433)."
)
ADVICE: Final[dict[WatchKind, Text]] = {
    WatchKind.ANNUITY_DUE: MAY_PAY,
    WatchKind.ANNUITY_MISSED: MAY_PAY,
    WatchKind.INVALIDATION_REQUESTED: Text(
        "请关注无效审理，并评估是否要求补充担保。", "Follow the proceedings; consider asking for further security."
    ),
    WatchKind.INVALIDATED: MAY_ASK_MORE,
    WatchKind.SUSPENDED: Text("中止期间质押手续暂停办理。", "While suspended, the office takes no pledge procedures."),
    WatchKind.RIGHT_ENDED: MAY_ASK_MORE,
    WatchKind.HOLDER_CHANGED: Text(
        "请核对转让是否经同意，并要求以价款提前清偿或提存。",
        "See whether you consented, and have the price go to early repayment or deposit.",
    ),
    WatchKind.LICENCE_ENDED: Text("许可收入可能减少，请重新评估价值。", "Income may fall; have the value looked at."),
    WatchKind.LICENCE_WITHOUT_CONSENT: Text(
        "该许可在质押登记后授予而未经同意（民法典第444条）。",
        "It was granted after the registration without your consent (Civil Code, art. 444).",
    ),
    WatchKind.INSOLVENCY: Text("请及时向管理人申报债权。", "Lodge your claim with the administrator in time."),
    WatchKind.REAPPRAISAL_DUE: Text("请重新评估质物价值。", "Have the collateral appraised again."),
    WatchKind.RELEASE_OVERDUE: Text("债务已清偿，请办理质押注销。", "The debt is paid: have the pledge released."),
}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that happened to a pledged patent; `about` tells it from another of its kind."""

    kind: WatchKind
    about: str


async def notice(
    session: AsyncSession, pledge: Pledge, audience: Sequence[str], patent_id: str, occurrence: Occurrence,
    now: datetime,
) -> None:  # fmt: skip
    """Record what happened to a pledged patent and announce it, once for each occurrence."""
    row = {
        "pledge_id": pledge.id,
        "patent_id": patent_id,
        "kind": occurrence.kind,
        "about": occurrence.about,
        "noticed_at": now,
    }
    put = insert_into(session, WATCH).values(row).on_conflict_do_nothing().returning(WATCH.c.number)
    if (await session.execute(put)).first() is None:
        return
    payload = PledgeWatched(pledge_id=pledge.id, offer_id=pledge.offer_id, patent_id=patent_id, kind=occurrence.kind)
    await append(session, pledge_event(payload, audience), now)


async def notice_on_patent(session: AsyncSession, patent_id: str, occurrence: Occurrence, now: datetime) -> None:
    """Note what happened to a patent for each registered pledge of it."""
    standing = await queries.standing_on(session, [patent_id])
    audiences = await queries.audiences_of(session, [pledge for pledge, _ in standing])
    for pledge, patent in standing:
        await notice(session, pledge, audiences[pledge.id], patent.patent_id, occurrence, now)
