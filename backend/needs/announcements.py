"""Which events tell of a change of a need, and whom: a confidential need is nobody's business but theirs who see it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from backend.core.events.domain_event import PUBLIC, DomainEvent
from backend.needs import events
from backend.needs.events import NeedEvent
from backend.needs.models import Need
from backend.needs.rules import Part, Presence


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What of a need has another value: what others see of it, anything that its asker sees, its abstract."""

    shown: bool = False
    own: bool = False
    abstract: bool = False


UNTOUCHED: Final = Touched()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of a need: who could see it before and can now, which of its parts changed, and what step it was.

    `newly_named` are those of the organisations named now that were never told of it.
    """

    need: Need
    before: Presence
    after: Presence
    step: type[NeedEvent] | None
    touched: Touched = UNTOUCHED
    newly_named: Collection[str] = ()
    actor: str | None = None


def events_of(change: Change) -> list[DomainEvent[NeedEvent]]:
    """Return the events of a change in their order: what is gone comes first, so that what is there stands last."""
    found = [_gone(change), _step(change), _updated(change), *_of_names(change), _abstract(change)]
    return [event for event in found if event is not None]


def _event(
    change: Change, kind: type[NeedEvent], audience: Sequence[str], muted: Collection[str] = ()
) -> DomainEvent[NeedEvent]:
    return DomainEvent(
        kind(need_id=change.need.id, is_public=PUBLIC in audience), change.need.id, audience, change.actor, muted
    )


def _whoever_saw_it(change: Change, presence: Presence) -> list[str]:
    public = [PUBLIC] if presence.part is Part.NEED else []
    return [*public, change.need.organisation_id, *sorted(presence.named)]


def _gone(change: Change) -> DomainEvent[NeedEvent] | None:
    was, part = change.before.part, change.after.part
    if was is Part.ABSTRACT and part is Part.NOTHING:
        return _event(change, events.NeedAbstractWithdrawn, [PUBLIC])
    if was is Part.NEED and part is not Part.NEED and change.step is None:
        return _event(change, events.NeedWithdrawn, [PUBLIC])
    return None


def _step(change: Change) -> DomainEvent[NeedEvent] | None:
    """Return the event of the step; what removes a need is told to those who saw it, whatever else to the asker's."""
    if change.step is None:
        return None
    own = change.need.organisation_id
    if change.step.removes:
        by_own = change.actor is not None and change.step is events.NeedClosed
        muted = [own] if by_own else sorted(change.before.named)
        return _event(change, change.step, _whoever_saw_it(change, change.before), muted)
    if change.step is events.NeedPublished:
        return _event(change, change.step, _whoever_saw_it(change, change.after))
    return _event(change, change.step, [own])


def _updated(change: Change) -> DomainEvent[NeedEvent] | None:
    if change.step is not None or not (change.touched.shown or change.touched.own):
        return None
    if change.after.part is Part.NEED is not change.before.part:
        return _event(change, events.NeedPublished, _whoever_saw_it(change, change.after))
    audience = _whoever_saw_it(change, change.after) if change.touched.shown else [change.need.organisation_id]
    return _event(change, events.NeedUpdated, audience)


def _of_names(change: Change) -> list[DomainEvent[NeedEvent]]:
    """Return that it was shown to those who see it now, and concealed from those who do no more though it is open."""
    found = []
    if joined := sorted(change.after.named - change.before.named):
        own = change.need.organisation_id
        muted = [own, *sorted(set(joined) - set(change.newly_named))]
        found.append(_event(change, events.NeedShownToOrganisation, [own, *joined], muted))
    left = sorted(change.before.named - change.after.named)
    if left and change.after.part is not Part.NEED and not (change.step is not None and change.step.removes):
        found.append(_event(change, events.NeedConcealed, left))
    return found


def _abstract(change: Change) -> DomainEvent[NeedEvent] | None:
    if change.after.part is not Part.ABSTRACT:
        return None
    if change.before.part is not Part.ABSTRACT:
        return _event(change, events.NeedAbstractPublished, [PUBLIC])
    return _event(change, events.NeedAbstractUpdated, [PUBLIC]) if change.touched.abstract else None
