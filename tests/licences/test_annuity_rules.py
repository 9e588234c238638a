from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.licences.codes import LicenceSource
from backend.licences.models import Licence
from backend.licences.recordal.annuity_rules import (
    Ground,
    Implementation,
    ReducedAnnuity,
    reduced_annuities,
)
from backend.licences.recordal.annuity_tables import (
    AnnuityFee,
    AnnuityReduction,
    Dated,
    annuity_fees,
    annuity_reductions,
)
from backend.licences.recordal.service import annuities
from backend.patents.codes import PatentKind
from backend.patents.models import Patent

FILED = date(2018, 5, 10)  # patent years begin on 10 May: year 8 in 2025
PERIOD = Implementation(effective_on=date(2025, 1, 15), ends_on=date(2029, 1, 14), recorded_on=date(2025, 3, 1))
OPEN = LicenceSource.OPEN_LICENCE
INVENTION = (PatentKind.INVENTION, FILED, date(2021, 6, 1), date(2038, 5, 10))


def found(period: Implementation = PERIOD, **more: Any) -> tuple[ReducedAnnuity, ...]:
    tables = {"fees": annuity_fees(), "reductions": annuity_reductions()}
    return reduced_annuities(*INVENTION, period, ground=OPEN, **(tables | more))


def test_annuities_not_yet_due_at_the_recordal_and_within_the_period_are_reduced() -> None:
    # year 8 and 9: 2,000 yuan, 15 % = 300; years 10 and 11: 4,000 yuan, 15 % = 600; year 12 is due after the period
    assert [(a.year, a.due_on, a.full_fen, a.reduction_fen, a.payable_fen) for a in found()] == [
        (8, date(2025, 5, 10), 200_000, 30_000, 170_000),
        (9, date(2026, 5, 10), 200_000, 30_000, 170_000),
        (10, date(2027, 5, 10), 400_000, 60_000, 340_000),
        (11, date(2028, 5, 10), 400_000, 60_000, 340_000),
    ]


def test_an_annuity_due_by_the_recordal_day_is_not_reduced() -> None:
    assert found(Implementation(date(2025, 1, 15), date(2029, 1, 14), recorded_on=date(2025, 5, 10)))[0].year == 9
    assert found(Implementation(date(2025, 1, 15), date(2029, 1, 14), recorded_on=date(2025, 5, 9)))[0].year == 8


def test_an_annuity_due_before_the_licence_took_effect_is_not_reduced() -> None:
    assert found(Implementation(date(2026, 5, 10), date(2029, 1, 14), recorded_on=date(2025, 1, 1)))[0].year == 9
    assert found(Implementation(date(2026, 5, 11), date(2029, 1, 14), recorded_on=date(2025, 1, 1)))[0].year == 10


def test_the_last_day_of_the_period_is_within_it() -> None:
    assert found(Implementation(date(2025, 1, 15), date(2028, 5, 10), date(2025, 3, 1)))[-1].year == 11
    assert found(Implementation(date(2025, 1, 15), date(2028, 5, 9), date(2025, 3, 1)))[-1].year == 10


@pytest.mark.parametrize(("ended_on", "last"), [(date(2027, 5, 10), 9), (date(2027, 5, 11), 10), (None, 11)])
def test_a_licence_given_up_reduces_nothing_that_falls_due_after_its_last_day(ended_on: date | None, last: int) -> None:
    kind, filed_on, granted_on, expiry = INVENTION
    patent = Patent(kind=kind, filing_date=filed_on, grant_date=granted_on, expiry_date=expiry)
    taken = Licence(
        source=LicenceSource.OPEN_LICENCE,
        effective_on=PERIOD.effective_on,
        ends_on=PERIOD.ends_on,
        ended_on=ended_on,
        recorded_on=PERIOD.recorded_on,
    )
    assert annuities(taken, patent)[-1].year == last


@pytest.mark.parametrize(
    ("withdrawn_on", "reduced"),
    [
        (date(2026, 5, 9), [8]),  # in patent year 8: year 9 is no longer reduced
        (date(2026, 5, 10), [8, 9]),  # on the day on which patent year 9 begins
        (date(2027, 5, 9), [8, 9]),
    ],
)
def test_from_the_patent_year_after_the_withdrawal_nothing_is_reduced(withdrawn_on: date, reduced: list[int]) -> None:
    period = Implementation(PERIOD.effective_on, PERIOD.ends_on, PERIOD.recorded_on, withdrawn_on)
    assert [a.year for a in found(period) if a.reduction_fen] == reduced
    assert [a.payable_fen for a in found(period) if not a.reduction_fen][-1] == 400_000


def test_of_several_grounds_only_the_highest_counts() -> None:
    first = found(other={"fee_relief": 8_500, "pilot": 1_000})[0]
    assert first.grounds == (
        Ground("fee_relief", 8_500, taken=True),
        Ground("open_licence", 1_500, taken=False),
        Ground("pilot", 1_000, taken=False),
    )
    assert (first.reduction_fen, first.payable_fen) == (170_000, 30_000)
    lower = found(other={"pilot": 1_500})[0]
    assert [ground.name for ground in lower.grounds if ground.taken] == ["open_licence"]


def test_after_the_withdrawal_another_ground_still_counts() -> None:
    period = Implementation(PERIOD.effective_on, PERIOD.ends_on, PERIOD.recorded_on, date(2025, 6, 1))
    assert found(period, other={"pilot": 1_000})[1].grounds == (Ground("pilot", 1_000, taken=True),)


def test_the_rate_is_the_one_of_the_due_day() -> None:
    early = Implementation(date(2022, 1, 1), date(2025, 12, 31), date(2022, 2, 1))
    assert [(a.due_on.year, a.reduction_fen) for a in found(early)] == [
        (2022, 0),
        (2023, 0),
        (2024, 0),  # due on 10 May 2024, before 24 July 2024
        (2025, 30_000),
    ]
    later = (AnnuityReduction("open_licence", 2_000, Dated(date(2026, 1, 1), None, "a later notice", "C")),)
    assert [a.reduction_fen for a in found(reductions=later)] == [0, 40_000, 80_000, 80_000]


def test_a_year_that_the_table_does_not_know_has_no_amount() -> None:
    beyond = reduced_annuities(
        PatentKind.INVENTION,
        date(2018, 5, 10),
        date(2021, 6, 1),
        date(2041, 5, 10),  # a compensated term
        Implementation(date(2037, 1, 1), date(2040, 1, 1), date(2037, 1, 2)),
        ground=OPEN,
        fees=annuity_fees(),
        reductions=annuity_reductions(),
    )
    assert [(a.year, a.full_fen) for a in beyond] == [(20, 800_000), (21, None), (22, None)]
    assert (beyond[1].payable_fen, beyond[1].fee_mark) == (None, None)


def test_a_fee_says_where_it_comes_from_and_that_it_is_not_confirmed() -> None:
    first = found()[0]
    assert first.fee_mark == "G"
    assert "not confirmed" in (first.fee_source or "")
    other = (AnnuityFee(PatentKind.INVENTION, 1, 20, 33_335, Dated(None, None, "the office's table", "C")),)
    # 15 % of 33,335 = 5,000.25 -> 5,000
    assert next((a.reduction_fen, a.fee_mark) for a in found(fees=other)) == (5_000, "C")


@pytest.mark.parametrize(("kind", "years"), [("invention", 20), ("utility_model", 10), ("design", 15)])
def test_every_year_of_a_term_has_one_fee_and_fees_never_fall(kind: str, years: int) -> None:
    rows = [row for row in annuity_fees() if row.kind == kind]
    known = [year for row in rows for year in range(row.first_year, row.last_year + 1)]
    assert known == list(range(1, years + 1))
    assert [row.fee_fen for row in rows] == sorted(row.fee_fen for row in rows)


def test_a_ground_is_a_share() -> None:
    with pytest.raises(ValueError, match="basis points"):
        found(other={"pilot": 10_001})


@given(st.dictionaries(st.sampled_from("abc"), st.integers(0, 10_000)), st.dates(date(2021, 1, 1), date(2037, 1, 1)))
def test_nobody_pays_more_than_the_full_fee_nor_less_than_the_highest_ground_leaves(
    other: dict[str, int], recorded_on: date
) -> None:
    for annuity in found(Implementation(recorded_on, date(2038, 1, 1), recorded_on), other=other):
        assert sum(ground.taken for ground in annuity.grounds) == bool(annuity.grounds)
        highest = max((ground.reduction_bp for ground in annuity.grounds), default=0)
        assert annuity.full_fen is not None
        assert annuity.reduction_fen == annuity.full_fen * highest // 10_000
        assert annuity.payable_fen == annuity.full_fen - annuity.reduction_fen
