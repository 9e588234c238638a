"""Nobody singles a deal out of the comparables: not by subtraction, and not with the help of its own deals."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.appraisal.comparables.rules import (
    Cell,
    Deal,
    Quartiles,
    band_of,
    is_due,
    may_be_published,
    quartiles,
    rounded,
)

CELL = Cell("chemistry", "ordinary_licence", 2025)


def deal(number: int, holder: int = 0, licensee: int = 0, price: int = 1_000_000) -> Deal:
    return Deal(f"lic_{number}", CELL, f"holder {holder}", f"licensee {licensee}", price)


def five(first: int = 0, price: int = 1_000_000) -> list[Deal]:
    """Return five deals of three holders and three licensees, of whom none has more than two."""
    return [deal(first + n, n % 3, n % 3, price * (n + 1)) for n in range(5)]


def test_a_cell_is_published_from_five_deals_three_holders_and_three_licensees_on() -> None:
    assert may_be_published(five())
    assert not may_be_published(five()[:4])
    assert not may_be_published([deal(n, n % 2, n % 3) for n in range(6)])
    assert not may_be_published([deal(n, n % 3, n % 2) for n in range(6)])


def test_nobody_has_more_than_half_of_a_cell() -> None:
    assert not may_be_published([deal(n, max(0, n - 2), n) for n in range(5)])  # three of five are one holder's
    assert not may_be_published([deal(n, n, max(0, n - 2)) for n in range(5)])
    assert may_be_published([deal(n, max(0, n - 2), n) for n in range(6)])  # three of six


def test_figures_stand_on_a_coarse_scale() -> None:
    amounts = (0, 3, 11, 99, 1_234_567, 1_749_999, 60_000, 849)
    assert [rounded(amount) for amount in amounts] == [0, 10, 10, 100, 1_000_000, 1_500_000, 50_000, 700]
    assert quartiles(five()) == Quartiles(2_000_000, 3_000_000, 3_000_000)  # of one to five million; four lies between
    assert [band_of(count) for count in (5, 9, 10, 49, 50, 900)] == [
        "5_to_9", "5_to_9", "10_to_19", "20_to_49", "50_or_more", "50_or_more",
    ]  # fmt: skip


@dataclass
class Publisher:
    """The publications of one cell as the sweep makes them, month by month."""

    counted: set[str] = field(default_factory=set)
    shown: list[tuple[list[Deal], Quartiles]] = field(default_factory=list)

    def month(self, deals: list[Deal]) -> None:
        if is_due(deals, self.counted):
            self.counted |= {one.id for one in deals}
            self.shown.append((deals, quartiles(deals)))


MONTHS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 10**9)), max_size=7),
        st.sets(st.integers(0, 60), max_size=3),  # deals that fall away
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(MONTHS)
def test_the_difference_of_two_publications_leaves_three_unknown_deals_of_two_others_to_whoever_knows_its_own(
    months: list[tuple[list[tuple[int, int, int]], set[int]]],
) -> None:
    publisher, living, number = Publisher(), dict[int, Deal](), 0
    for made, fallen in months:
        for holder, licensee, price in made:
            living[number] = deal(number, holder, licensee, price)
            number += 1
        for gone in fallen:
            living.pop(gone, None)
        publisher.month(list(living.values()))
    before: set[str] = set()
    for deals, _ in publisher.shown:
        fresh = [one for one in deals if one.id not in before]
        for side in ("holder_id", "licensee_id"):
            for attacker in {getattr(one, side) for one in fresh}:
                others = [one for one in fresh if getattr(one, side) != attacker]
                assert len(others) >= 3
                assert len({getattr(one, side) for one in others}) >= 2
        before |= {one.id for one in deals}


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**12), st.integers(0, 4), st.integers(0, 4), st.integers(0, 4))
def test_what_one_more_deal_cost_changes_nothing_that_is_shown(
    price: int, holder: int, licensee: int, own: int
) -> None:
    """A holder makes up to four deals of its own around another's: no publication follows, whatever that one cost."""
    publisher = Publisher()
    publisher.month(five())
    mine = [deal(100 + n, 9, n, 1) for n in range(own)]
    publisher.month([*five(), deal(50, holder, licensee, price), *mine])
    assert len(publisher.shown) == 1


@settings(max_examples=200, deadline=None)
@given(st.integers(5, 40))
def test_a_holder_that_floods_a_cell_with_its_own_deals_has_nothing_published(own: int) -> None:
    publisher = Publisher()
    publisher.month(five())
    flood = [deal(100 + n, 9, n, 1) for n in range(own)]
    publisher.month([*five(), deal(50, 1, 1, 777_777), *flood])
    assert len(publisher.shown) == 1


def test_a_deal_that_falls_away_leaves_with_the_next_publication_and_never_by_itself() -> None:
    publisher = Publisher()
    publisher.month(five())
    publisher.month(five()[1:])  # the attacker sees no change from which it could tell what the first had cost
    assert len(publisher.shown) == 1
    publisher.month([*five()[1:], *five(10)[:4]])
    assert len(publisher.shown) == 1
    publisher.month([*five()[1:], *five(10)])
    assert [len(deals) for deals, _ in publisher.shown] == [5, 9]


def test_a_deal_that_comes_back_is_not_new() -> None:
    publisher = Publisher()
    publisher.month(five())
    publisher.month([*five()[2:], *five(10)])
    publisher.month([*five(), *five(10)])
    assert len(publisher.shown) == 2


@settings(max_examples=200, deadline=None)
@given(st.permutations(range(5)), st.integers(0, 2))
def test_whoever_knows_all_prices_but_one_learns_it_within_a_step_of_the_scale_at_most(
    order: list[int], unknown: int
) -> None:
    """Every price of a step of the scale gives the same figures."""

    def shown(price: int) -> Quartiles:
        deals = five()
        return quartiles([*deals[:unknown], deal(unknown, unknown, unknown, price), *deals[unknown + 1 :]])

    assert {shown(price) for price in range(2_500_001, 3_500_000, 99_999 + order[0])} == {shown(3_000_000)}
