"""What of a year's sums is published, and what whoever knows some of the requests can find out by subtraction."""

import random
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.financing_figures.case_rules import ROW_OF, TOTAL, Case, Deal, Place, due_on, last_due
from backend.financing_figures.codes import FinancingGrouping, Measure, Row
from backend.financing_figures.publication_rules import (
    PUBLISHED_BY_ITSELF,
    Figures,
    in_blocks,
    in_steps,
    published,
    safe_cells,
)
from backend.financing_figures.tally_rules import Counting, Tallies, Tally

BANKS = ("b1", "b2", "b3", "b4")
CLUSTERS = ("c1", "c2", "c3", None)
FIGURE_OF = {
    Measure.REQUESTED: "requests", Measure.OFFERED: "offered", Measure.ACCEPTED: "accepted",
    Measure.DISBURSED: "disbursed",
}  # fmt: skip


def case(enterprise: int, cluster: str | None = "c1", banks: Iterable[str] = BANKS[:3], amount: int = 100) -> Case:
    banks = tuple(banks)
    deal = Deal(bank_id=banks[enterprise % len(banks)], amount_fen=amount, days=9)
    return Case(
        enterprise_id=f"e{enterprise:03}", requested_fen=amount, region="500000", cluster=cluster,
        banks=frozenset(banks), days_to_offer=dict.fromkeys(banks, 5), deal=deal,
    )  # fmt: skip


def counted(cases: Iterable[Case]) -> Tallies:
    counting = Counting()
    counting.add(sorted(cases, key=lambda one: one.enterprise_id))
    return counting.finish()


def figures(cases: Iterable[Case]) -> dict[Place, Figures]:
    return published(counted(cases))


@st.composite
def years(draw: st.DrawFn) -> list[Case]:
    """Draw requests of few enterprises, so that what is too few comes up often."""
    chance = random.Random(draw(st.integers(0, 10**9)))
    enterprises = draw(st.integers(1, 14))
    homes = [chance.choice(("500000", "510000", None)) for _ in range(enterprises)]
    return [_one(chance, homes) for _ in range(draw(st.integers(0, 40)))]


def _one(chance: random.Random, homes: list[str | None]) -> Case:
    number = chance.randrange(len(homes))
    banks = chance.sample(BANKS, chance.randrange(1, 4))
    offers = {bank: chance.randrange(30) for bank in banks if chance.random() < 0.8}
    deal = None
    if offers and chance.random() < 0.8:
        lent = chance.randrange(1, 90) if chance.random() < 0.8 else None
        deal = Deal(
            bank_id=next(iter(offers)), amount_fen=chance.randrange(1, 90), days=chance.randrange(40),
            disbursed_fen=lent, days_to_disbursement=None if lent is None else 50, is_overdue=chance.random() < 0.2,
        )  # fmt: skip
    return Case(
        enterprise_id=f"e{number:03}", requested_fen=chance.randrange(1, 90), region=homes[number],
        cluster=chance.choice(CLUSTERS), first_loan=chance.choice((True, False, None)), banks=frozenset(banks),
        guarantors=frozenset({"g1"} if chance.random() < 0.3 else ()), days_to_offer=offers, deal=deal,
    )  # fmt: skip


def members(cases: Iterable[Case], place: Place, measure: Measure) -> list[Case]:
    """Return the requests of a set, found without the code that adds them up."""
    at_place = {
        Row.TOTAL: lambda _: True,
        Row.CLUSTER: lambda one: (one.cluster or "") == place.code,
        Row.REGION: lambda one: (one.region or "") == place.code,
        Row.BANK: lambda one: place.code in one.banks,
    }[place.row]
    of_bank = place.code if place.row is Row.BANK else None
    in_set = {
        Measure.REQUESTED: lambda _: True,
        Measure.OFFERED: lambda one: any(of_bank in (None, bank) for bank in one.days_to_offer),
        Measure.ACCEPTED: lambda one: one.deal is not None and of_bank in (None, one.deal.bank_id),
        Measure.DISBURSED: lambda one: (
            one.deal is not None and one.deal.disbursed_fen is not None and of_bank in (None, one.deal.bank_id)
        ),
    }[measure]
    return [one for one in cases if at_place(one) and in_set(one)]


def known(one: Case, who: str, measure: Measure) -> bool:
    """Whether a bank, guarantor or enterprise knows what a request adds to a set."""
    if who in (one.enterprise_id, *one.guarantors):
        return True
    if measure in (Measure.REQUESTED, Measure.OFFERED):
        return who in one.banks
    return one.deal is not None and who == one.deal.bank_id


def enterprises(cases: Iterable[Case]) -> set[str]:
    return {one.enterprise_id for one in cases}


def shown_sets(cases: list[Case]) -> Iterator[tuple[Place, Measure]]:
    for place, found in figures(cases).items():
        yield from ((place, measure) for measure, name in FIGURE_OF.items() if getattr(found, name) is not None)


@settings(max_examples=300, deadline=None)
@given(years())
def test_whoever_subtracts_what_it_knows_is_left_with_nothing_or_with_three_enterprises(cases: list[Case]) -> None:
    insiders = [*BANKS, "g1", *enterprises(cases)]
    for place, measure in shown_sets(cases):
        those = members(cases, place, measure)
        assert len(enterprises(those)) >= 5
        for who in insiders if place.row is not Row.BANK else []:
            left = enterprises(one for one in those if not known(one, who, measure))
            assert not left or len(left) >= 3, (place, measure, who)


@settings(max_examples=300, deadline=None)
@given(years())
def test_what_published_cells_leave_of_the_sum_is_nothing_or_of_five_enterprises(cases: list[Case]) -> None:
    shown = set(shown_sets(cases))
    for measure in PUBLISHED_BY_ITSELF:
        for grouping in (FinancingGrouping.CLUSTER, FinancingGrouping.REGION):
            places = [place for place, of in shown if of is measure and place.row is ROW_OF[grouping]]
            counted_there = [one for place in places for one in members(cases, place, measure)]
            rest = [one for one in members(cases, TOTAL, measure) if one not in counted_there]
            if places and rest:
                assert len(enterprises(rest)) >= 5, (measure, grouping)
                for bank in BANKS:
                    left = enterprises(one for one in rest if not known(one, bank, measure))
                    assert not left or len(left) >= 3


@settings(max_examples=200, deadline=None)
@given(years())
def test_numbers_are_blocks_and_amounts_move_by_no_less_than_the_largest_enterprise(cases: list[Case]) -> None:
    for place, found in figures(cases).items():
        assert not any((getattr(found, name) or 0) % 5 for name in FIGURE_OF.values())
        those = members(cases, place, Measure.REQUESTED)
        amounts = [
            sum(one.requested_fen for one in those if one.enterprise_id == who) for who in enterprises(those)
        ]  # fmt: skip
        assert abs((found.requested_fen or 0) - sum(amounts)) <= 5 * max(amounts)
        assert 2 * max(amounts) <= sum(amounts)


def test_four_enterprises_or_two_banks_are_too_few() -> None:
    assert figures(case(number) for number in range(4)) == {}
    assert figures(case(number, banks=BANKS[:2]) for number in range(9)) == {}
    assert TOTAL in figures(case(number) for number in range(5))


def test_an_enterprise_with_more_than_half_of_it_is_not_added_up() -> None:
    assert figures([*(case(number) for number in range(5)), *[case(9)] * 6]) == {}
    assert figures([*(case(number, amount=10) for number in range(5)), case(9, amount=51)]) == {}


def test_a_bank_that_knows_all_but_one_enterprise_gets_no_sum() -> None:
    of_one = [case(number, banks=("b1", "b2", "b3")) for number in range(6)]
    assert figures([*of_one, case(7, banks=("b4",))]) == {}
    others = [case(number, banks=("b4",)) for number in (7, 8, 9)]
    assert TOTAL in figures([*of_one, *others])


def test_a_cell_that_would_let_another_be_found_by_subtraction_is_left_out_too() -> None:
    large = [case(number, "c1") for number in range(9)]
    small = [case(number, "c2") for number in range(10, 16)]
    alone = figures([*large, *small])
    assert {place.code for place in alone if place.row is Row.CLUSTER} == {"c1", "c2"}
    with_one = figures([*large, *small, case(20, "c3")])
    assert {place.code for place in with_one if place.row is Row.CLUSTER} == {"c1"}  # what is left is c2 with c3
    assert with_one[TOTAL].requests == in_blocks(16)


def test_of_requests_of_which_few_were_accepted_the_acceptances_are_not_shown() -> None:
    cases = [case(number) for number in range(9)]
    few = [*cases[:4], *(Case(**{**_fields(one), "deal": None}) for one in cases[4:])]
    found = figures(few)[TOTAL]
    assert (found.requests, found.accepted, found.accepted_fen, found.median_days_to_acceptance) == (
        10,
        None,
        None,
        None,
    )
    assert (figures(cases)[TOTAL].accepted, figures(cases)[TOTAL].median_days_to_acceptance) == (10, 9)


def _fields(one: Case) -> dict[str, object]:
    return {name: getattr(one, name) for name in Case.__dataclass_fields__}


def test_a_named_bank_is_counted_for_offices_from_five_enterprises_on() -> None:
    cases = [case(number) for number in range(15)]
    tallies = counted(cases)
    assert {place.code for place in safe_cells(tallies, FinancingGrouping.BANK, Measure.ACCEPTED)} == {"b1", "b2", "b3"}
    fewer = counted([case(number) for number in range(13)])
    assert (
        safe_cells(fewer, FinancingGrouping.BANK, Measure.ACCEPTED) == set()
    )  # 5 of b1, but 4 of b2 and 4 of b3 are joined


@pytest.mark.parametrize("size", [1, 5, 7, 24])
def test_how_many_requests_a_page_has_does_not_matter(size: int) -> None:
    cases = [case(number // 2, CLUSTERS[number % 4]) for number in range(24)]
    one, two = Counting(), Counting()
    one.add(cases)
    for start in range(0, 24, size):
        two.add(cases[start : start + size])
    assert one.finish() == two.finish()


@pytest.mark.parametrize(
    ("most", "amount", "shown"),
    [(100, 640, 600), (101, 640, 600), (201, 1_260, 1_500), (3, 31, 30), (6, 31, 30), (500, 2_749, 2_500)],
)
def test_amounts_are_rounded_to_a_step_that_no_enterprise_exceeds(most: int, amount: int, shown: int) -> None:
    assert in_steps(Tally(amount_fen=amount, most_fen=most)) == shown
    assert in_steps(Tally()) is None


def test_a_year_is_counted_once_it_is_settled() -> None:
    assert due_on(2026, 90).isoformat() == "2027-04-01"
    assert last_due(due_on(2026, 90), 90) == 2026
    assert last_due(due_on(2026, 90).replace(day=1, month=3), 90) == 2025
