"""Who bears which share of a loss, and who gets which share of a recovery. Every split sums to the fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from backend.loan_terms.arithmetic.rounding_rules import BASIS_POINTS
from backend.loan_terms.codes import SharingRole

K = TypeVar("K")


def split_by(amount_fen: int, weights: Mapping[K, int]) -> dict[K, int]:
    """Return the parts of an amount in proportion to weights: each within one fen of its exact part, never negative.

    What whole fen leave over goes, a fen each, to the largest remainders, of equal ones to those that stand first.
    """
    whole = sum(weights.values())
    if amount_fen < 0 or whole <= 0 or min(weights.values()) < 0:
        raise ValueError("an amount and its weights are never negative, and some weight is there")
    parts = {key: amount_fen * weight // whole for key, weight in weights.items()}
    order = sorted(weights, key=lambda key: -(amount_fen * weights[key] % whole))
    for key in order[: amount_fen - sum(parts.values())]:
        parts[key] += 1
    return parts


def split(amount_fen: int, shares_bp: Mapping[K, int]) -> dict[K, int]:
    """Return the parts of an amount by shares that sum to 10,000 basis points."""
    if sum(shares_bp.values()) != BASIS_POINTS:
        raise ValueError("shares sum to 10,000 basis points")
    return split_by(amount_fen, shares_bp)


def compensation(
    loss_fen: int, shares_bp: Mapping[SharingRole, int], caps_fen: Mapping[SharingRole, int] | None = None
) -> dict[SharingRole, int]:
    """Return what each role bears of a loss; what lies above a role's cap stays with the bank."""
    borne = split(loss_fen, shares_bp)
    for role, cap in (caps_fen or {}).items():
        over = max(0, borne.get(role, 0) - cap)
        if over and role is not SharingRole.BANK:
            borne[role] -= over
            borne[SharingRole.BANK] = borne.get(SharingRole.BANK, 0) + over
    return borne


@dataclass(frozen=True, slots=True)
class Recovery:
    """Who gets what of money that comes in after a compensation; the surplus is the debtor's or the pledgors'."""

    parts: Mapping[SharingRole, int]
    surplus_fen: int


def recoveries(amount_fen: int, claims: Mapping[SharingRole, int]) -> Recovery:
    """Return who gets what of a recovery: in proportion to what each bore, and nobody more than that."""
    owed = sum(claims.values())
    if not owed:
        return Recovery(dict.fromkeys(claims, 0), amount_fen)
    shared = min(amount_fen, owed)
    return Recovery(split_by(shared, claims), amount_fen - shared)


def remaining(claims: Mapping[SharingRole, int], parts: Sequence[Mapping[SharingRole, int]]) -> dict[SharingRole, int]:
    """Return what is left of each claim after what came in."""
    return {role: claim - sum(part.get(role, 0) for part in parts) for role, claim in claims.items()}
