"""The codes of needs: stable, written as they are stored and shown."""

from enum import StrEnum


class NeedStatus(StrEnum):
    """Where a need stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    MATCHED = "matched"
    TAKEN_DOWN = "taken_down"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class NeedOutcome(StrEnum):
    """What became of a need."""

    CONTRACTED = "contracted"
    SOLVED_OTHERWISE = "solved_otherwise"
    GIVEN_UP = "given_up"


class BudgetVisibility(StrEnum):
    """Who is shown the budget: the asker's own organisation alone, or whoever is shown the need."""

    SECRET = "secret"  # noqa: S105 - a code, no password
    SHOWN = "shown"


class TakenDownBy(StrEnum):
    """What took a need down."""

    PLATFORM = "platform"
    NOT_VERIFIED = "not_verified"


class FaceKind(StrEnum):
    """How much of a need a viewer is shown."""

    OWN = "own"
    PLATFORM = "platform"
    FULL = "full"
    ABSTRACT = "abstract"


class Language(StrEnum):
    """The language in which a need is written."""

    ZH = "zh"
    EN = "en"
