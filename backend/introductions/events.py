"""What happens to introductions, as events. None of them carries a word that anybody wrote."""

from collections.abc import Sequence
from typing import Final

from backend.core.events.domain_event import DomainEvent, EventPayload
from backend.introductions.models import Introduction

OWN_DOING: Final = "members see it where they did it"


class IntroductionEvent(EventPayload, audience="the two sides of the introduction"):
    """Something happened to an introduction."""

    introduction_id: str
    match_id: str
    need_id: str
    listing_id: str


class IntroductionAsked(IntroductionEvent, name="introduction.asked"):
    """One side of a match has asked the other for an introduction."""


class IntroductionAccepted(IntroductionEvent, name="introduction.accepted"):
    """An introduction was accepted: each side sees how to reach the other, and they can write to each other."""


class IntroductionDeclined(IntroductionEvent, name="introduction.declined"):
    """An introduction was declined."""


class IntroductionOverdue(
    IntroductionEvent, name="introduction.overdue", unnotified="the event of its clock, response.overdue, is told"
):
    """An introduction was not answered in time; it still can be."""


class IntroductionWithdrawn(IntroductionEvent, name="introduction.withdrawn"):
    """Whoever asked for an introduction has taken that back."""


class IntroductionLapsed(IntroductionEvent, name="introduction.lapsed"):
    """An introduction that was not answered is void, since its need or its listing is not shown any more."""


class IntroductionEnded(IntroductionEvent, name="introduction.ended"):
    """One side has ended an introduction that was accepted: nobody writes in it any more."""


class IntroductionMessageSent(IntroductionEvent, name="introduction.message_sent"):
    """One side has written to the other."""


class IntroductionContracted(IntroductionEvent, name="introduction.contracted"):
    """A licence took effect between the two sides after their introduction."""


class IntroductionContractVoid(
    IntroductionEvent, name="introduction.contract_void", unnotified="the licence's own event is told"
):
    """The licence that came of an introduction is void."""


def introduction_event(
    introduction: Introduction,
    kind: type[IntroductionEvent],
    actor: str | None = None,
    muted_for: Sequence[str] = (),
) -> DomainEvent[IntroductionEvent]:
    """Return the event of an introduction; it concerns its two sides."""
    payload = kind(
        introduction_id=introduction.id,
        match_id=introduction.match_id,
        need_id=introduction.need_id,
        listing_id=introduction.listing_id,
    )
    audience = sorted({introduction.requester_organisation_id, introduction.answerer_organisation_id})
    return DomainEvent(payload, introduction.id, audience, actor, muted_for)
