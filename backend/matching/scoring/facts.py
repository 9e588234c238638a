"""What of a need and of a listing is compared beside their words; what is not known is None, or an empty set."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a need asks for, as far as a side may know it."""

    deal_types: frozenset[str] = frozenset()
    stage_min: int | None = None
    budget_fen: int | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What a listing offers: `deal_types` are those that can be had now, `refused` those that nobody can have."""

    listing_id: str
    patent_id: str
    organisation_id: str
    deal_types: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    stage: int | None = None
    price_fen: int | None = None
    region: str | None = None
    expires_on: date | None = None
    legal_status: str | None = None
    checked_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is the same for all pairs that are compared at one moment."""

    today: date
    stale_after_days: int
    answered_in_time: dict[str, float]
    """By organisation the share of questions that it answered in time, where enough are known."""
