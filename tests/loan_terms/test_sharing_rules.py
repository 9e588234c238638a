"""Splits, compensations and recoveries: everything sums to the fen."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.loan_terms.arithmetic.sharing_rules import (
    compensation,
    recoveries,
    remaining,
    split,
    split_by,
)
from backend.loan_terms.codes import SharingRole
from tests.loan_terms.reference_model import SHARE_WEIGHTS

FEN = st.integers(0, 10**13)
CHONGQING = {
    SharingRole.GUARANTEE_COMPANY: 4_000,
    SharingRole.RE_GUARANTEE: 2_000,
    SharingRole.NATIONAL_FUND: 2_000,
    SharingRole.BANK: 2_000,
}
POOL = {SharingRole.POOL: 7_000, SharingRole.BANK: 3_000}


@st.composite
def shares(draw: st.DrawFn) -> dict[SharingRole, int]:
    """Return any shares of some roles that sum to 10,000 basis points."""
    roles = draw(st.lists(st.sampled_from(SharingRole), min_size=1, unique=True))
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=len(roles) - 1, max_size=len(roles) - 1)))
    return {role: high - low for role, low, high in zip(roles, [0, *cuts], [*cuts, 10_000], strict=True)}


@given(FEN, SHARE_WEIGHTS)
def test_a_split_sums_exactly_and_each_part_lies_within_one_fen_of_its_exact_one(
    amount: int, weights: list[int]
) -> None:
    found = split_by(amount, dict(enumerate(weights)))
    assert sum(found.values()) == amount
    for number, weight in enumerate(weights):
        assert found[number] >= 0
        assert abs(found[number] - Fraction(amount * weight, sum(weights))) < 1


def test_what_whole_fen_leave_over_goes_to_the_largest_remainders() -> None:
    assert split(100, {"a": 3_333, "b": 3_333, "c": 3_334}) == {"a": 33, "b": 33, "c": 34}
    assert split(1, {"a": 5_000, "b": 5_000}) == {"a": 1, "b": 0}
    assert split(10, CHONGQING) == dict(zip(CHONGQING, (4, 2, 2, 2), strict=True))


@pytest.mark.parametrize("wrong", [{"a": 9_999}, {"a": 10_001}, {"a": 11_000, "b": -1_000}, {}])
def test_shares_that_do_not_sum_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"10,000|never negative"):
        split(1, wrong)


@given(FEN, shares(), FEN)
def test_a_compensation_and_its_recoveries_sum_to_the_last_fen(
    loss: int, scheme: dict[SharingRole, int], recovered: int
) -> None:
    claims = compensation(loss, scheme)
    assert sum(claims.values()) == loss
    assert all(abs(claims[role] - Fraction(loss * bp, 10_000)) < 1 for role, bp in scheme.items())
    found = recoveries(recovered, claims)
    assert sum(found.parts.values()) + found.surplus_fen == recovered
    assert all(0 <= part <= claims[role] for role, part in found.parts.items())
    left = remaining(claims, [found.parts])
    assert min(left.values()) >= 0
    assert sum(left.values()) == max(0, loss - recovered)


def test_chongqing_by_hand() -> None:
    """799,998.97 yuan are lost: the scheme bears them by 4:2:2:2."""
    assert list(compensation(79_999_897, CHONGQING).values()) == [31_999_959, 15_999_980, 15_999_979, 15_999_979]


def test_what_lies_above_a_pool_stays_with_the_bank() -> None:
    found = compensation(2_000, POOL, {SharingRole.POOL: 1_000})
    assert found == {SharingRole.POOL: 1_000, SharingRole.BANK: 1_000}


def test_a_recovery_when_nothing_is_owed_is_all_surplus() -> None:
    assert recoveries(5, {SharingRole.BANK: 0}).surplus_fen == 5
