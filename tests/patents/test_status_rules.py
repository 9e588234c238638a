from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.patents.codes import EventKind, LegalStatus
from backend.patents.legal_events.status_rules import LIVING, TRANSITIONS, Fact, Standing, is_stale, status_at

E, S = EventKind, LegalStatus
ALWAYS = datetime(2200, 1, 1, tzinfo=UTC)


def fact(kind: EventKind, on: str, *, known: str | None = None, office: bool = True, status: S | None = None) -> Fact:
    day = date.fromisoformat(on)
    learnt = datetime.combine(date.fromisoformat(known or on), datetime.min.time(), UTC)
    return Fact(kind, day, learnt, office, "gazette", status=status, id=f"{kind}{on}")


def status(facts: list[Fact], on: str, known: str = "2199-01-01", expiry: str | None = None) -> S:
    ends = date.fromisoformat(expiry) if expiry else None
    learnt = datetime.combine(date.fromisoformat(known), datetime.min.time(), UTC)
    return status_at(facts, valid_on=date.fromisoformat(on), known_at=learnt, expiry=ends).status


GRANTED = fact(E.GRANTED, "2019-05-05")
LAPSED = fact(E.LAPSED, "2023-03-01", known="2023-11-01")

facts = st.lists(
    st.builds(
        Fact,
        kind=st.sampled_from(EventKind),
        effective_on=st.dates(date(2015, 1, 1), date(2020, 1, 1)),
        recorded_at=st.datetimes(datetime(2015, 1, 1), datetime(2020, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
        by_authority=st.booleans(),
        source=st.just("gazette"),
        announced_on=st.none(),
        status=st.sampled_from(LegalStatus),
        id=st.uuids().map(str),
    ),
    max_size=12,
)
days = st.dates(date(2015, 1, 1), date(2020, 1, 1))


def test_a_lapse_holds_from_the_due_day_though_it_is_learnt_later() -> None:
    told = [GRANTED, LAPSED]
    assert status(told, "2023-06-01", known="2023-06-01") is S.IN_FORCE
    assert status(told, "2023-06-01", known="2023-12-01") is S.LAPSED
    assert status(told, "2023-02-28", known="2023-12-01") is S.IN_FORCE


def test_an_invalidated_patent_never_was_and_may_be_restored() -> None:
    void = fact(E.INVALIDATED, "2024-01-01")
    assert status([GRANTED, void], "2020-01-01") is S.INVALIDATED
    assert status([GRANTED, void], "2020-01-01", known="2023-01-01") is S.IN_FORCE
    assert status([GRANTED, void, fact(E.RESTORED, "2025-01-01")], "2025-06-01") is S.IN_FORCE


def test_the_term_ends_by_itself() -> None:
    assert status([GRANTED], "2038-02-28", expiry="2038-03-01") is S.IN_FORCE
    assert status([GRANTED], "2038-03-01", expiry="2038-03-01") is S.EXPIRED
    assert status([GRANTED, LAPSED], "2038-03-01", expiry="2038-03-01") is S.LAPSED


def test_a_holder_does_not_overrule_an_authority() -> None:
    ended = [GRANTED, LAPSED]
    for said in (
        fact(E.RESTORED, "2024-01-01", office=False),
        fact(E.STATUS_REPORTED, "2024-01-01", office=False, status=S.IN_FORCE),
    ):
        assert status([*ended, said], "2024-06-01") is S.LAPSED
    assert status([*ended, fact(E.RESTORED, "2024-01-01")], "2024-06-01") is S.IN_FORCE


def test_a_report_made_before_the_lapse_was_learnt_does_not_undo_it() -> None:
    report = fact(E.STATUS_REPORTED, "2023-06-01", status=S.IN_FORCE)
    assert status([GRANTED, report, LAPSED], "2023-07-01") is S.LAPSED
    later = fact(E.STATUS_REPORTED, "2024-06-01", status=S.IN_FORCE)
    assert status([GRANTED, LAPSED, later], "2024-07-01") is S.IN_FORCE


@pytest.mark.parametrize("before", LegalStatus)
@pytest.mark.parametrize("kind", EventKind)
def test_only_the_table_moves_a_status(before: S, kind: EventKind) -> None:
    start = fact(E.STATUS_REPORTED, "2019-01-01", status=before)
    after = status([start, fact(kind, "2019-02-01", status=before)], "2019-03-01")
    expected = TRANSITIONS.get((before, kind), before)
    assert after is expected
    if before not in LIVING and kind is not E.RESTORED:
        given = set(S) - LIVING if before is S.ENDED_UNKNOWN else {S.INVALIDATED}  # the reason of an end without one
        assert after in {before, *given}


@given(facts, days, st.randoms())
def test_the_order_of_recording_in_the_list_does_not_count(told: list[Fact], on: date, random: object) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert status_at(told, valid_on=on, known_at=ALWAYS) == status_at(shuffled, valid_on=on, known_at=ALWAYS)


@given(facts, days, days)
def test_what_is_learnt_later_does_not_change_what_was_known(told: list[Fact], on: date, when: date) -> None:
    moment = datetime.combine(when, datetime.min.time(), UTC)
    known = [f for f in told if f.recorded_at <= moment]
    assert status_at(told, valid_on=on, known_at=moment) == status_at(known, valid_on=on, known_at=ALWAYS)


@given(facts, days)
def test_the_status_of_a_day_does_not_hang_on_later_days_unless_it_never_was(told: list[Fact], on: date) -> None:
    until_then = [f for f in told if f.effective_on <= on]
    full = status_at(told, valid_on=on, known_at=ALWAYS)
    assert full.status is S.INVALIDATED or full == status_at(until_then, valid_on=on, known_at=ALWAYS)


@given(facts, days)
def test_an_event_seen_twice_counts_once(told: list[Fact], on: date) -> None:
    assert status_at(told + told, valid_on=on, known_at=ALWAYS) == status_at(told, valid_on=on, known_at=ALWAYS)


def test_a_status_is_stale_when_nobody_vouched_for_it_lately() -> None:
    today = date(2026, 7, 1)
    assert is_stale(S.IN_FORCE, date(2025, 12, 1), today=today, after_days=180)
    assert is_stale(S.PENDING, None, today=today, after_days=180)
    assert not is_stale(S.IN_FORCE, date(2026, 5, 1), today=today, after_days=180)
    assert not is_stale(S.EXPIRED, None, today=today, after_days=180)
    assert status_at([], valid_on=today, known_at=ALWAYS) == Standing(S.UNKNOWN)


def _standing(*told: Fact) -> Standing:
    return status_at(told, valid_on=date(2025, 1, 1), known_at=ALWAYS)


def test_an_end_that_an_authority_tells_after_somebody_else_is_the_authoritys_from_then_on() -> None:
    own = fact(E.LAPSED, "2023-03-01", office=False)
    by_office = fact(E.SURRENDERED, "2023-06-01")
    undone = fact(E.RESTORED, "2023-09-01", office=False)
    assert _standing(GRANTED, own, undone).status is S.IN_FORCE
    found = _standing(GRANTED, own, by_office, undone)
    assert (found.status, found.since) == (S.SURRENDERED, date(2023, 6, 1))
    never = fact(E.WITHDRAWN, "2023-06-01")  # of an application: nothing that a granted patent can come to
    assert _standing(GRANTED, own, never).status is S.LAPSED


def test_a_report_that_it_has_ended_does_not_move_the_day_of_the_end() -> None:
    own = fact(E.LAPSED, "2023-03-01", office=False)
    report = fact(E.STATUS_REPORTED, "2023-07-20", status=S.LAPSED)
    found = _standing(GRANTED, own, report)
    assert (found.status, found.since) == (S.LAPSED, date(2023, 3, 1))
    undone = fact(E.RESTORED, "2023-09-01", office=False)
    assert _standing(GRANTED, own, report, undone).status is S.LAPSED


def test_nobodys_own_invalidation_takes_an_authoritys_end_over() -> None:
    lapsed, undone = fact(E.LAPSED, "2023-03-01"), fact(E.RESTORED, "2023-09-01", office=False)
    own = fact(E.INVALIDATED, "2023-04-01", office=False)
    assert _standing(GRANTED, lapsed, own, undone).status is S.LAPSED
    void = fact(E.INVALIDATED, "2023-04-01")
    later = fact(E.INVALIDATED, "2023-05-01", office=False)
    assert _standing(GRANTED, void, later, undone).status is S.INVALIDATED


DEAD = fact(E.STATUS_REPORTED, "2023-06-01", status=S.ENDED_UNKNOWN)
DEAD_BY_OTHERS = fact(E.STATUS_REPORTED, "2023-06-01", office=False, status=S.ENDED_UNKNOWN)
REASONS = {E.LAPSED: S.LAPSED, E.SURRENDERED: S.SURRENDERED, E.EXPIRED: S.EXPIRED, E.INVALIDATED: S.INVALIDATED}


def test_a_right_that_is_called_dead_is_in_force_no_more_until_somebody_as_sure_says_so_later() -> None:
    found = _standing(GRANTED, DEAD)
    assert (found.status, found.since) == (S.ENDED_UNKNOWN, date(2023, 6, 1))
    for office, status_then in ((True, S.IN_FORCE), (False, S.ENDED_UNKNOWN)):
        restored = fact(E.RESTORED, "2024-01-01", office=office)
        report = fact(E.STATUS_REPORTED, "2024-01-01", office=office, status=S.IN_FORCE)
        assert _standing(GRANTED, DEAD, restored).status is status_then
        assert _standing(GRANTED, DEAD, report).status is status_then
        assert _standing(GRANTED, DEAD_BY_OTHERS, restored).status is S.IN_FORCE
        assert _standing(GRANTED, DEAD_BY_OTHERS, report).status is S.IN_FORCE
    paid = fact(E.ANNUITY_PAID, "2024-01-01")
    assert _standing(GRANTED, DEAD, paid, GRANTED).status is S.ENDED_UNKNOWN


def test_an_application_that_was_called_dead_is_pending_again_when_it_is_restored() -> None:
    published, restored = fact(E.PUBLISHED, "2019-05-05"), fact(E.RESTORED, "2024-01-01")
    assert _standing(published, DEAD, restored).status is S.PENDING


@pytest.mark.parametrize("kind", REASONS)
@pytest.mark.parametrize("on", ["2022-06-01", "2024-06-01"])
@pytest.mark.parametrize("dead", [DEAD, DEAD_BY_OTHERS])
def test_the_reason_of_an_end_takes_the_place_of_a_bare_one_whenever_it_holds(
    kind: EventKind, on: str, dead: Fact
) -> None:
    reason = fact(kind, on, known="2024-07-01")
    found = _standing(GRANTED, dead, reason)
    assert (found.status, found.since) == (REASONS[kind], date.fromisoformat(on))
    report = fact(E.STATUS_REPORTED, on, known="2024-07-01", status=REASONS[kind])
    assert _standing(GRANTED, dead, report).status is REASONS[kind]
    bare_again = fact(E.STATUS_REPORTED, "2024-08-01", status=S.ENDED_UNKNOWN)
    assert _standing(GRANTED, reason, bare_again).status is REASONS[kind]


@pytest.mark.parametrize(("kind", "ended"), [(E.WITHDRAWN, S.WITHDRAWN), (E.REFUSED, S.REFUSED)])
def test_an_application_that_was_called_dead_was_withdrawn_or_refused(kind: EventKind, ended: S) -> None:
    published, reason = fact(E.PUBLISHED, "2019-05-05"), fact(kind, "2023-01-01", known="2024-01-01")
    for dead in (DEAD, DEAD_BY_OTHERS):
        assert _standing(published, dead, reason).status is ended
        assert _standing(published, dead, fact(kind, "2024-01-01")).status is ended


def test_nobodys_own_reason_takes_an_authoritys_bare_end_over() -> None:
    own, void = fact(E.LAPSED, "2023-08-01", office=False), fact(E.INVALIDATED, "2023-08-15", office=False)
    before = fact(E.LAPSED, "2023-01-01", office=False)
    undone = fact(E.RESTORED, "2023-09-01", office=False)
    report = fact(E.STATUS_REPORTED, "2023-09-01", office=False, status=S.IN_FORCE)
    assert _standing(GRANTED, DEAD, own).status is S.LAPSED
    assert _standing(GRANTED, before, DEAD).status is S.LAPSED
    for back in (undone, report):
        for told in ([own], [own, void], [before], [void]):
            assert _standing(GRANTED, DEAD, *told, back).status not in LIVING
        withdrawn = fact(E.WITHDRAWN, "2018-01-01", office=False)
        assert _standing(withdrawn, DEAD, back).status is S.ENDED_UNKNOWN
        assert _standing(GRANTED, DEAD, own, back).status is S.ENDED_UNKNOWN


def test_who_calls_a_right_dead_after_its_term_tells_of_no_other_end() -> None:
    assert status([GRANTED, DEAD], "2023-06-01", expiry="2023-06-01") is S.EXPIRED
    assert status([GRANTED, DEAD], "2039-01-01", expiry="2038-03-01") is S.ENDED_UNKNOWN
