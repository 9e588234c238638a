"""What may happen to a need: its steps as a table, what keeps it from being published, and when it is asked about."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from backend.core.errors import Reason, Text
from backend.needs.codes import Language, NeedStatus
from backend.needs.errors import NeedNotInState, NeedNotPublishable
from backend.patents.legal_events.term_rules import add_months
from search.similarity import language as compared_language


class Action(StrEnum):
    """A step of a need."""

    PUBLISH = "publish"
    TAKE_DOWN = "take_down"
    MATCH = "match"
    SUSPEND = "suspend"
    CLOSE = "close"


S = NeedStatus
LANGUAGES: Final = {compared_language.CHINESE: Language.ZH, compared_language.ENGLISH: Language.EN}
TRANSITIONS: Final[dict[tuple[NeedStatus, Action], NeedStatus]] = {
    (S.DRAFT, Action.PUBLISH): S.PUBLISHED,
    (S.DRAFT, Action.CLOSE): S.CLOSED,
    (S.PUBLISHED, Action.PUBLISH): S.PUBLISHED,
    (S.PUBLISHED, Action.TAKE_DOWN): S.TAKEN_DOWN,
    (S.PUBLISHED, Action.MATCH): S.MATCHED,
    (S.PUBLISHED, Action.SUSPEND): S.SUSPENDED,
    (S.PUBLISHED, Action.CLOSE): S.CLOSED,
    (S.MATCHED, Action.PUBLISH): S.MATCHED,
    (S.MATCHED, Action.MATCH): S.MATCHED,
    (S.MATCHED, Action.TAKE_DOWN): S.TAKEN_DOWN,
    (S.MATCHED, Action.SUSPEND): S.SUSPENDED,
    (S.MATCHED, Action.CLOSE): S.CLOSED,
    (S.TAKEN_DOWN, Action.PUBLISH): S.PUBLISHED,
    (S.TAKEN_DOWN, Action.CLOSE): S.CLOSED,
    (S.SUSPENDED, Action.PUBLISH): S.PUBLISHED,
    (S.SUSPENDED, Action.TAKE_DOWN): S.TAKEN_DOWN,
    (S.SUSPENDED, Action.CLOSE): S.CLOSED,
}
OPEN: Final = frozenset({S.PUBLISHED, S.MATCHED})
CHANGEABLE: Final = frozenset(S) - {S.CLOSED}
ERASABLE: Final = frozenset({S.DRAFT, S.CLOSED})
PAST_DAY: Final = Text("需求日期 {wanted_by} 已过。", "The day by which it is wanted, {wanted_by}, has passed.")
PAST_DAY_CURE: Final = Text("请修改或删除 wanted_by。", "Change `wanted_by`, or empty it.")
NOT_MENDED: Final = Text("被平台下架后尚未修改。", "It was not changed since the platform took it down.")
NOT_MENDED_CURE: Final = Text("请按 status_reason 修改。", "Change what `status_reason` names.")


class Part(StrEnum):
    """How much of a need the public is shown."""

    NOTHING = "nothing"
    ABSTRACT = "abstract"
    NEED = "need"


@dataclass(frozen=True, slots=True)
class Presence:
    """Who can see a need besides its asker: what the public is shown, and which organisations see it by name."""

    part: Part
    named: frozenset[str] = frozenset()


def presence(status: NeedStatus, *, confidential: bool, has_abstract: bool, named: frozenset[str]) -> Presence:
    """Return who can see a need of this state."""
    if status not in OPEN:
        return Presence(Part.NOTHING)
    if not confidential:
        return Presence(Part.NEED)
    return Presence(Part.ABSTRACT if has_abstract else Part.NOTHING, named)


def next_status(status: NeedStatus, action: Action) -> NeedStatus:
    """Return the status that the step leads to; raise NeedNotInState where the table knows none."""
    target = TRANSITIONS.get((status, action))
    if target is None:
        raise NeedNotInState(status=status.value, action=action.value)
    return target


def check_publishable(wanted_by: date | None, *, mended: bool, today: date) -> None:
    """Raise NeedNotPublishable where the need's day has passed or what it was taken down for still stands."""
    found = []
    if wanted_by is not None and wanted_by < today:
        facts = {"wanted_by": wanted_by.isoformat()}
        found.append(Reason("wanted_by_past", PAST_DAY, cure=PAST_DAY_CURE, facts=facts))
    if not mended:
        found.append(Reason("not_mended", NOT_MENDED, cure=NOT_MENDED_CURE))
    if found:
        raise NeedNotPublishable(reasons=found)


def first_asked_on(wanted_by: date | None, today: date, months: int) -> date:
    """Return when the asker is asked what became of a need: after its day, or months later where none is named."""
    return add_months(today, months) if wanted_by is None else max(wanted_by, today) + timedelta(days=1)


def language_of(text: str) -> Language | None:
    """Return the language in which a need is compared with listings, or None where it is neither of the two."""
    return LANGUAGES.get(compared_language.language_of(text))
