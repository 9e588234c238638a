"""How needs are drafted and changed, and who is told of any change of one; nothing else writes their tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.quotas.rules import Quota
from backend.core.clock import china_day
from backend.core.errors import FieldError, Malformed, Text
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append, append_many
from backend.core.ids import new_id
from backend.needs import queries, rules
from backend.needs.announcements import UNTOUCHED, Change, Touched, events_of
from backend.needs.codes import BudgetVisibility, NeedStatus
from backend.needs.errors import NeedNotInState, NeedReferenceTaken
from backend.needs.events import NeedCreated, NeedEvent
from backend.needs.models import Need, NeedShown
from backend.needs.policy import Acting, NeedPolicy
from backend.needs.rules import Part, Presence
from backend.needs.schemas import NEVER_EMPTY, NeedIn, NeedPatch

BUDGET: Final = frozenset({"budget_min_fen", "budget_max_fen"})
NEVER_NULL: Final = Text("此项不能为空。", "This cannot be emptied.")
BUDGET_ORDER: Final = Text("预算下限高于上限。", "The least is above the most.")
ONLY_CONFIDENTIAL: Final = Text("只有保密需求可以定向公开。", "Only a confidential need is shown by name.")
NOT_NAMEABLE: Final = Text(
    "不能向该机构定向公开：只能是已核验的运营中心或可持有专利的机构，且不是本机构。",
    "It cannot be shown to this one: name verified operation centres and holders, not your own organisation.",
)


async def create(session: AsyncSession, acting: Acting, given: NeedIn, now: datetime) -> Need:
    """Return a new draft. Raises Malformed, NeedReferenceTaken, QuotaUsedUp."""
    await acting.use(session, Quota.NEEDS)
    need = Need(
        id=new_id("need"),
        organisation_id=acting.organisation_id,
        created_by=acting.user_id,
        status=NeedStatus.DRAFT,
        created_at=now,
        **given.model_dump(exclude={"shown_to"}),
    )
    await _check(session, need, given.shown_to)
    session.add(need)
    await session.flush()
    await _name(session, need, given.shown_to, now)
    event = DomainEvent(NeedCreated(need_id=need.id), need.id, [need.organisation_id], acting.user_id)
    await append(session, event, now)
    return need


async def edit(
    session: AsyncSession, acting: Acting, need: Need, patch: NeedPatch, policy: NeedPolicy, now: datetime
) -> Need:
    """Return the need with the named things changed.

    Raises NeedNotInState, NeedNotPublishable, Malformed, NeedReferenceTaken, QuotaUsedUp.
    """
    if need.status not in rules.CHANGEABLE:
        raise NeedNotInState(status=need.status.value, action="change")
    values = patch.model_dump(exclude_unset=True)
    emptied = [name for name in NEVER_EMPTY if name in values and values[name] is None]
    if emptied:
        raise Malformed(errors=[FieldError(f"/{name}", "missing", NEVER_NULL) for name in emptied])
    names: list[str] | None = values.pop("shown_to", None)
    before = await presence_of(session, need)
    changed = {name for name, value in values.items() if getattr(need, name) != value}
    shown = _shown_of(need, changed)
    for name in changed:
        setattr(need, name, values[name])
    shown |= _shown_of(need, changed)
    if "confidential" in changed and not need.confidential and names is None:
        names = []  # it is everybody's now; whoever makes it confidential again names them anew
    await _check(session, need, names)
    renamed = names is not None and await _name(session, need, names, now)
    if not changed and not renamed:
        return need
    if "wanted_by" in changed:
        _ask_anew(need, policy, now)
    need.mended, need.version = need.mended or bool(shown), need.version + 1
    touched = Touched(shown=bool(shown), own=True, abstract="abstract" in changed)
    await announce(session, need, before, None, now, acting=acting, touched=touched)
    return need


def _shown_of(need: Need, changed: set[str]) -> set[str]:
    """Return those of the changed things that others see, where they see the need."""
    hidden = {"reference"}
    if need.budget_visibility is BudgetVisibility.SECRET:
        hidden |= BUDGET
    if not need.confidential:
        hidden |= {"abstract"}
    return changed - hidden


def _ask_anew(need: Need, policy: NeedPolicy, now: datetime) -> None:
    """Have an open need's asker be asked after its new day; raise NeedNotPublishable where that has passed."""
    if need.status in rules.OPEN:
        rules.check_publishable(need.wanted_by, mended=True, today=china_day(now))
        need.ask_on = rules.first_asked_on(need.wanted_by, china_day(now), policy.asked_after_months)
        need.times_asked = 0


async def _check(session: AsyncSession, need: Need, names: Sequence[str] | None) -> None:
    """Raise Malformed or NeedReferenceTaken where what the need says does not fit together."""
    wrong = []
    least, most = need.budget_min_fen, need.budget_max_fen
    if least is not None and most is not None and least > most:
        wrong.append(FieldError("/budget_max_fen", "budget_order", BUDGET_ORDER))
    if names and not need.confidential:
        wrong.append(FieldError("/shown_to", "not_confidential", ONLY_CONFIDENTIAL))
    elif names:
        good = await queries.may_be_named(session, names) - {need.organisation_id}
        wrong += [
            FieldError(f"/shown_to/{place}", "cannot_be_shown", NOT_NAMEABLE)
            for place, name in enumerate(names)
            if name not in good
        ]
    if wrong:
        raise Malformed(errors=wrong)
    if need.reference is not None:
        with session.no_autoflush:
            taken = await queries.has_reference(session, need.organisation_id, need.reference, need.id)
        if taken:
            raise NeedReferenceTaken


async def _name(session: AsyncSession, need: Need, names: Sequence[str], now: datetime) -> bool:
    """Have these organisations, and no others, be named in the need; return whether any of them is new or gone."""
    known = await queries.namings(session, need.id)
    changed = False
    for name in names:
        row = known.get(name)
        if row is None:
            session.add(NeedShown(need_id=need.id, organisation_id=name, named_at=now))
        elif row.ended_at is not None:
            row.named_at, row.ended_at = now, None
        else:
            continue
        changed = True
    for name, row in known.items():
        if row.ended_at is None and name not in names:
            row.ended_at, changed = now, True
    return changed


async def show_also_to(session: AsyncSession, need: Need, organisation_id: str, now: datetime) -> bool:
    """Name one more organisation in a need that is confidential; return whether it was not named yet."""
    names = (await queries.names_of(session, [need.id])).get(need.id, [])
    if not need.confidential or organisation_id in names:
        return False
    return await _name(session, need, [*names, organisation_id], now)


async def presence_of(session: AsyncSession, need: Need) -> Presence:
    """Return who can see the need besides its asker."""
    await session.flush()
    names = (await queries.names_of(session, [need.id])).get(need.id, [])
    return rules.presence(
        need.status,
        confidential=need.confidential,
        has_abstract=need.abstract is not None,
        named=frozenset(names),
    )


async def announce(
    session: AsyncSession,
    need: Need,
    before: Presence,
    step: type[NeedEvent] | None,
    now: datetime,
    *,
    acting: Acting | None = None,
    actor: str | None = None,
    touched: Touched = UNTOUCHED,
) -> None:
    """Tell of a change of the need whoever could see it or can now; raise QuotaUsedUp where too many are named."""
    after = await presence_of(session, need)
    if after.part is not before.part:
        need.public_at = None if after.part is Part.NOTHING else now
    newly_named = await _first_named(session, need, after, now)
    if newly_named and acting is not None:
        await acting.use(session, Quota.NEED_SHOWINGS, len(newly_named))
    change = Change(
        need=need,
        before=before,
        after=after,
        step=step,
        touched=touched,
        newly_named=newly_named,
        actor=acting.user_id if acting else actor,
    )
    await append_many(session, events_of(change), now)


async def _first_named(session: AsyncSession, need: Need, after: Presence, now: datetime) -> list[str]:
    """Return the organisations that see the need by name and were never told of it; they are from now on."""
    if not after.named:
        return []
    rows = await queries.namings(session, need.id)
    fresh = [row for name, row in rows.items() if name in after.named and row.notified_at is None]
    for row in fresh:
        row.notified_at = now
    return sorted(row.organisation_id for row in fresh)
