"""Who gets what of a sum: shares of a loss, of proceeds, of recoveries. Every split sums to the fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from backend.loan_terms.arithmetic.repayment_rules import Allocation, Debt, allocate
from backend.loan_terms.arithmetic.rounding_rules import BASIS_POINTS
from backend.loan_terms.codes import CompensatesAt, SharingRole

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


@dataclass(frozen=True, slots=True)
class Proceeds:
    """What the proceeds of a disposal count for; the surplus is the pledgors', by their shares."""

    allocation: Allocation
    pledgors: Mapping[str, int]


def proceeds(amount_fen: int, debt: Debt, pledgors_bp: Mapping[str, int]) -> Proceeds:
    """Return who gets what of a disposal: costs, interest, principal, and the surplus to the pledgors."""
    allocation = allocate(amount_fen, debt)
    return Proceeds(allocation, split(allocation.surplus_fen, pledgors_bp))


def loss(compensates_at: CompensatesAt, debt_fen: int, proceeds_fen: int) -> int:
    """Return what a scheme shares: all that is owed where it compensates at default, else what a disposal left over."""
    return debt_fen if compensates_at is CompensatesAt.DEFAULT else max(0, debt_fen - proceeds_fen)


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


def subrogation(debt_fen: int, paid: Mapping[K, int], creditor: K) -> dict[K, int]:
    """Return whose claim is how much of a debt: who paid the creditor steps into its place to that amount."""
    others = {key: amount for key, amount in paid.items() if key != creditor and amount}
    rest = debt_fen - sum(others.values())
    if rest < 0 or min(paid.values(), default=0) < 0:
        raise ValueError("nobody pays more than is owed")
    return {**others, creditor: rest}


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
