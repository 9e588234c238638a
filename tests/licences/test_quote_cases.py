"""Quotes worked out by hand; all amounts in fen."""

import pytest

from backend.core.errors import Problem
from backend.licences.codes import Due, LineCode
from backend.licences.terms.quote_rules import Quote
from tests.licences.fees import ENTRY, LUMP, SALES, UNITS, asked, by_volume, by_year, terms


def years(found: Quote) -> list[int]:
    return [year.amount_fen for year in found.years]


def test_1_a_free_licence_costs_nothing() -> None:
    found = asked(terms(form="free"), "2025-01-01", "2027-12-31")
    assert (found.total_fen, found.due_at_start_fen, years(found), found.payable) == (0, 0, [0, 0, 0], ())


def test_2_a_lump_sum_is_due_once_at_the_start_however_long_the_licence() -> None:
    found = asked(terms(LUMP), "2025-01-01", "2029-12-31")
    assert (found.total_fen, found.due_at_start_fen) == (20_000_000, 20_000_000)
    assert years(found) == [20_000_000, 0, 0, 0, 0]


def test_3_a_yearly_lump_sum_counts_by_days_in_a_part_year() -> None:
    # year 1: 1,000,000
    # year 2: 2026-01-01 to 2026-06-30 is 31+28+31+30+31+30 = 181 of 365 days
    #         1,000,000 * 181 / 365 = 495,890.41… -> 495,890
    chosen = terms(LUMP, lump_sum_fen=1_000_000, lump_sum_per="year", pro_rata=True)
    found = asked(chosen, "2025-01-01", "2026-06-30")
    assert (years(found), found.total_fen, found.due_at_start_fen) == ([1_000_000, 495_890], 1_495_890, 1_000_000)
    assert [owed.due for owed in found.payable] == [Due.AT_START, Due.YEAR_START]


def test_4_a_yearly_lump_sum_not_pro_rata_counts_whole_for_each_year_begun() -> None:
    # 2 years begun * 1,000,000
    chosen = terms(LUMP, lump_sum_fen=1_000_000, lump_sum_per="year")
    assert asked(chosen, "2025-01-01", "2026-01-01").total_fen == 2_000_000


def test_5_a_share_of_net_sales() -> None:
    # 1,234,567 * 3 % = 37,037.01 -> 37,037 a year; twice 74,074 (rounded year by year: not 74,074.02 in one)
    found = asked(terms(SALES), "2025-01-01", "2026-12-31", net_sales_fen=1_234_567)
    assert (years(found), found.total_fen, found.due_at_start_fen) == ([37_037, 37_037], 74_074, 0)


@pytest.mark.parametrize(("sales", "fee"), [(999, 0), (1_000, 1), (2_999, 1), (3_000, 2)])
def test_6_half_a_fen_is_rounded_up(sales: int, fee: int) -> None:
    # 0.05 % of 999 = 0.4995 -> 0; of 1,000 = 0.5 -> 1; of 2,999 = 1.4995 -> 1; of 3,000 = 1.5 -> 2
    assert asked(terms(SALES, rate_bp=5), "2025-01-01", "2025-12-31", net_sales_fen=sales).total_fen == fee


def test_7_so_much_for_each_unit() -> None:
    # 1,200 units * 250 = 300,000
    assert asked(terms(UNITS), "2025-01-01", "2025-12-31", units=1_200).total_fen == 300_000


def test_8_steps_by_volume_are_marginal() -> None:
    # the first 10,000,000 at 5 %:            500,000
    # from there to 50,000,000 at 4 %:        40,000,000 * 4 % = 1,600,000
    # the rest to 80,000,000 at 3 %:          30,000,000 * 3 % =   900,000
    #                                         together           3,000,000
    chosen = terms(SALES, rate_bp=500, steps=by_volume((10_000_000, 400), (50_000_000, 300)))
    found = asked(chosen, "2025-01-01", "2025-12-31", net_sales_fen=80_000_000)
    assert found.total_fen == 3_000_000
    steps = [line for line in found.lines if line.code is LineCode.ROYALTY]
    assert [(s.applied_to, s.above, s.up_to, s.rate_bp, s.exact) for s in steps] == [
        ("10000000", None, 10_000_000, 500, "500000"),
        ("40000000", 10_000_000, 50_000_000, 400, "1600000"),
        ("30000000", 50_000_000, None, 300, "900000"),
    ]


def test_9_the_bound_itself_is_still_in_the_lower_step() -> None:
    # 10,000,000 at 5 % = 500,000; 100 fen more at 1 % add 1
    chosen = terms(SALES, rate_bp=500, steps=by_volume((10_000_000, 100)))
    assert asked(chosen, "2025-01-01", "2025-12-31", net_sales_fen=10_000_000).total_fen == 500_000
    assert asked(chosen, "2025-01-01", "2025-12-31", net_sales_fen=10_000_100).total_fen == 500_001


def test_10_steps_by_year_hold_from_their_year_on() -> None:
    # 10,000,000 at 2 %, 2 %, then 3 % from year 3, 1 % from year 5:
    # 200,000 + 200,000 + 300,000 + 300,000 + 100,000 = 1,100,000
    chosen = terms(SALES, rate_bp=200, steps=by_year((3, 300), (5, 100)))
    found = asked(chosen, "2025-07-01", "2030-06-30", net_sales_fen=10_000_000)
    assert (years(found), found.total_fen) == ([200_000, 200_000, 300_000, 300_000, 100_000], 1_100_000)


@pytest.mark.parametrize(("sales", "fee"), [(1_000_000, 50_000), (2_000_000, 60_000)])
def test_11_the_minimum_holds_where_the_royalty_is_less(sales: int, fee: int) -> None:
    # 3 % of 1,000,000 = 30,000 < 50,000; 3 % of 2,000,000 = 60,000 > 50,000
    chosen = terms(SALES, minimum_per_year_fen=50_000)
    assert asked(chosen, "2025-01-01", "2025-12-31", net_sales_fen=sales).total_fen == fee


def test_12_a_part_year_with_a_minimum_shows_every_line_of_its_working() -> None:
    # 2025-03-01 to 2025-05-31 is 31+30+31 = 92 of 365 days
    # use      1,000,000 * 92/365 = 92,000,000/365 = 18,400,000/73 = 252,054.79…
    # royalty  3 % of it          = 552,000/73     =   7,561.64…
    # minimum  50,000 * 92/365    = 920,000/73     =  12,602.74… -> 12,603
    found = asked(
        terms(SALES, minimum_per_year_fen=50_000, pro_rata=True), "2025-03-01", "2025-05-31", net_sales_fen=1_000_000
    )
    assert [(line.code, line.exact, line.days, line.of_days, line.amount_fen) for line in found.lines] == [
        (LineCode.USE, "18400000/73", 92, 365, None),
        (LineCode.ROYALTY, "552000/73", None, None, None),
        (LineCode.ROYALTY_OF_YEAR, "552000/73", None, None, None),
        (LineCode.MINIMUM, "920000/73", 92, 365, None),
        (LineCode.PAYABLE, "920000/73", None, None, 12_603),
    ]
    assert found.total_fen == 12_603
    # not pro rata the minimum is due in full
    whole = asked(terms(SALES, minimum_per_year_fen=50_000), "2025-03-01", "2025-05-31", net_sales_fen=1_000_000)
    assert whole.total_fen == 50_000


def test_13_an_entry_fee_is_due_at_the_start_and_the_royalty_beside_it() -> None:
    # entry fee 5,000,000; 30 % of a profit of 2,000,000 = 600,000 a year, three years 1,800,000; together 6,800,000
    found = asked(terms(ENTRY, base="profit", rate_bp=3_000), "2025-01-01", "2027-12-31", profit_fen=2_000_000)
    assert (found.due_at_start_fen, found.total_fen) == (5_000_000, 6_800_000)
    assert years(found) == [5_600_000, 600_000, 600_000]


def test_14_a_licence_begun_on_29_february_has_its_years_from_28_february() -> None:
    # year 1: 2024-02-29 to 2025-02-27, 365 days, in full: 1 % of 365,000 = 3,650
    # year 2: 2025-02-28, 1 of 365 days: 365,000 / 365 = 1,000, 1 % of it = 10
    # year 5 begins on 2028-02-29 again
    chosen = terms(SALES, rate_bp=100)
    found = asked(chosen, "2024-02-29", "2025-02-28", net_sales_fen=365_000)
    assert (years(found), found.years[1].starts_on.isoformat()) == ([3_650, 10], "2025-02-28")
    longer = asked(chosen, "2024-02-29", "2028-02-29", net_sales_fen=365_000)
    assert [year.starts_on.isoformat() for year in longer.years][3:] == ["2027-02-28", "2028-02-29"]


def test_15_a_part_of_a_leap_year_counts_over_366_days() -> None:
    # 2024-01-01 to 2024-06-30 is 31+29+31+30+31+30 = 182 of 366 days
    # 36,600,000 * 182/366 = 18,200,000; 2 % of it = 364,000
    found = asked(terms(SALES, rate_bp=200), "2024-01-01", "2024-06-30", net_sales_fen=36_600_000)
    assert found.total_fen == 364_000


def test_16_units_of_a_part_year_are_not_rounded_before_the_fee_is() -> None:
    # 31 of 365 days: 1,000 * 31/365 = 84.93… units; at 7 fen 594.52… -> 595 (85 units would cost 595, 84 only 588)
    assert asked(terms(UNITS, unit_fee_fen=7), "2025-01-01", "2025-01-31", units=1_000).total_fen == 595


def test_17_the_bounds_of_steps_stay_what_they_are_in_a_part_year() -> None:
    # the full year: 500 * 100 + 500 * 60 = 80,000
    # 2025-01-01 to 2025-03-14 is 73 of 365 days: 200 units, all below the bound of 500: 200 * 100 = 20,000
    chosen = terms(UNITS, unit_fee_fen=100, steps=by_volume((500, 60), price="unit_fee_fen"))
    assert asked(chosen, "2025-01-01", "2025-12-31", units=1_000).total_fen == 80_000
    assert asked(chosen, "2025-01-01", "2025-03-14", units=1_000).total_fen == 20_000


def test_18_the_first_use_may_be_free() -> None:
    # nothing to 1,000,000; 5 % of the 2,000,000 above = 100,000
    chosen = terms(SALES, rate_bp=0, steps=by_volume((1_000_000, 500)))
    assert asked(chosen, "2025-01-01", "2025-12-31", net_sales_fen=3_000_000).total_fen == 100_000


def test_19_large_figures_are_exact() -> None:
    # 33.33 % of 8,999,999,999,999,999 = 2,999,699,999,999,999.6667 -> 2,999,700,000,000,000
    # as binary floating point the exact line could not even be written
    found = asked(terms(SALES, rate_bp=3_333), "2025-01-01", "2025-12-31", net_sales_fen=8_999_999_999_999_999)
    assert (found.payable[0].exact, found.total_fen) == ("2999699999999999.6667", 2_999_700_000_000_000)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "use", "code"),
    [
        ("2025-01-01", "2024-12-31", {"net_sales_fen": 1}, "quote_period_wrong"),
        ("2025-01-01", "2055-01-01", {"net_sales_fen": 1}, "quote_period_wrong"),
        ("2025-01-01", "2025-12-31", {"units": 1, "profit_fen": 1}, "quote_input_missing"),
        ("2025-01-01", "2054-12-31", {"net_sales_fen": 9_000_000_000_000_000}, "quote_too_large"),
    ],
)
def test_what_cannot_be_quoted_says_why(starts_on: str, ends_on: str, use: dict[str, int], code: str) -> None:
    with pytest.raises(Problem) as refused:
        asked(terms(SALES, rate_bp=2_000), starts_on, ends_on, **use)
    assert refused.value.code == code
    assert refused.value.document("en", "", "/")["detail"]


def test_thirty_years_and_a_single_day_can_be_quoted() -> None:
    assert len(asked(terms(SALES), "2025-01-01", "2054-12-31", net_sales_fen=100).years) == 30
    # 1 of 365 days of 3,650,000 is 10,000; 3 % of it 300
    assert asked(terms(SALES), "2025-01-01", "2025-01-01", net_sales_fen=3_650_000).total_fen == 300


def test_a_missing_figure_is_named() -> None:
    with pytest.raises(Problem) as refused:
        asked(terms(UNITS), "2025-01-01", "2025-12-31")
    assert [error.pointer for error in refused.value.errors] == ["/units"]


def test_contradicting_terms_are_not_quoted() -> None:
    with pytest.raises(Problem) as refused:
        asked(terms(LUMP, rate_bp=300), "2025-01-01", "2025-12-31")
    assert refused.value.code == "terms_contradict"
