"""What is known of a patent at one moment, as the indicators read it; what is not known is None."""

from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from backend.appraisal.codes import Source
from backend.patents.codes import Finding, LegalStatus, PatentKind

T = TypeVar("T")
OWN_WORD: Final = frozenset(
    {Source.HOLDER_EVENT, Source.HOLDER_ROW, Source.HOLDER_STATEMENT, Source.ASSESSMENT}
)  # what rests on what a holder says of its own patent


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """A fact that is known: its value, where it comes from, and of which day it is."""

    value: T
    source: Source
    on: date | None = None


class Challenge(StrEnum):
    """What became of attacks on the right."""

    NONE = "none"
    REQUESTED = "requested"
    SURVIVED = "survived"
    IN_PART = "in_part"


class Licensed(StrEnum):
    """The licence that stands and leaves others least."""

    UNLICENSED = "unlicensed"
    NON_EXCLUSIVE = "non_exclusive"
    SOLE = "sole"
    EXCLUSIVE = "exclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All facts that the indicators read. That nothing is recorded is no fact: it leaves a field None.

    A burden that is on record is known. That there is none is known by an extract of the register only, since whoever
    does not record one must not stand better for it.
    """

    kind: PatentKind
    on: date
    status: Known[LegalStatus] | None = None
    expiry: Known[date] | None = None
    claim_words: Known[int] | None = None
    report: Known[Finding] | None = None
    challenge: Known[Challenge] | None = None
    annuities_paid: Known[bool] | None = None
    restricted: Known[bool] | None = None
    pledged: Known[bool] | None = None
    licensed: Known[Licensed] | None = None
    holders: Known[int] | None = None
    disputed: Known[bool] | None = None
    stage: Known[int] | None = None
    subclasses: Known[int] | None = None
    filed: Known[date] | None = None
    grade_rank: Known[int] | None = None
    licences: Known[int] | None = None
    income_fen: Known[int] | None = None
    market_fen: Known[int] | None = None
    offered: Known[int] | None = None
    years_maintained: Known[int] | None = None


def without_own_word(facts: Facts) -> Facts:
    """Return the facts that do not rest on a holder's own word."""
    known: dict[str, Any] = {field.name: getattr(facts, field.name) for field in fields(facts)}
    own = [name for name, fact in known.items() if isinstance(fact, Known) and fact.source in OWN_WORD]
    left_out: dict[str, Any] = dict.fromkeys(own)
    return replace(facts, **left_out)
