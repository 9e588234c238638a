from dataclasses import replace
from datetime import date

import pytest

from backend.rights.codes import Act, LicenceType, Permission, Sureness
from backend.rights.ledger import Ledger, PermissionRequest
from backend.rights.permissions.rules import BY_CODE, RULES, Rule, decide
from tests.rights.ledgers import (
    LATER,
    OTHERS,
    OURS,
    PLEDGEE,
    THEIRS,
    TODAY,
    TOMORROW,
    ask,
    ledger,
    licence,
    open_licence,
    pledge,
    reasons,
    without,
)
from tests.rights.scenes import ACTS, LETTERS, PLEDGED_AND_OPEN, SCENES

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


def test_every_rule_has_a_scene_and_one_place() -> None:
    assert [rule.code for rule in RULES if rule.code not in SCENES] == []
    assert len(BY_CODE) == len(RULES)
    assert set(SCENES) == set(BY_CODE)


@every_rule
def test_a_rule_stands_against_what_it_is_for_and_nothing_does_without_it(rule: Rule) -> None:
    told, asked = SCENES[rule.code].ledger, SCENES[rule.code].ask
    decision = decide(told, asked)
    assert reasons(told, asked) == {rule.code: rule.leads_to}
    assert decision.answer is rule.leads_to
    left = without(rule.code, told, asked)
    assert (left.answer, left.reasons) == (Permission.ALLOWED, ())


@every_rule
def test_a_rule_stands_against_every_act_for_which_the_law_has_it(rule: Rule) -> None:
    assert {LETTERS[act] for act in rule.acts} == set(ACTS[rule.code])
    told, asked = SCENES[rule.code].ledger, SCENES[rule.code].ask
    for act in rule.acts:
        assert reasons(told, replace(asked, act=act)).get(rule.code) is rule.leads_to, act


@every_rule
def test_a_rule_spares_its_neighbours(rule: Rule) -> None:
    spared = SCENES[rule.code].spared
    assert spared
    for told, asked in spared:
        assert rule.code not in reasons(told, asked)


@every_rule
def test_a_rule_of_law_says_where_it_is_written_and_one_of_the_platform_is_not_called_law(rule: Rule) -> None:
    assert (rule.law is None) == (rule.sure is Sureness.PLATFORM)
    assert rule.said.detail.zh
    assert rule.said.cure.en


def test_nothing_stands_against_a_sound_right_in_one_hand() -> None:
    told = {act: reasons(ledger(), ask(act)) for act in Act if act is not Act.SUB_LICENSE}
    assert told.pop(Act.KEEP_OPEN_LICENCE) == {"nothing_to_keep": Permission.REFUSED}
    assert set(map(str, told.values())) == {"{}"}
    assert reasons(ledger(open_licence()), ask(Act.KEEP_OPEN_LICENCE)) == {}


@pytest.mark.parametrize(("_", "told", "bars"), PLEDGED_AND_OPEN, ids=[case[0] for case in PLEDGED_AND_OPEN])
def test_an_open_licence_on_a_pledged_right_stands_by_the_pledgees_word_on_its_terms(
    _: str, told: Ledger, bars: bool
) -> None:
    assert ("pledged_without_consent" in reasons(told, ask(Act.KEEP_OPEN_LICENCE))) is bars


IN_FUTURE = licence(LicenceType.EXCLUSIVE, date(2028, 1, 1))


@pytest.mark.parametrize(
    ("told", "asked", "bars"),
    [
        (ledger(open_licence(stop=LATER), IN_FUTURE), ask(Act.KEEP_OPEN_LICENCE), False),
        (ledger(open_licence(), IN_FUTURE), ask(Act.KEEP_OPEN_LICENCE), True),
        (ledger(open_licence(stop=LATER), IN_FUTURE), ask(Act.KEEP_OPEN_LICENCE, starts_on=date(2029, 1, 1)), False),
        (ledger(IN_FUTURE), ask(Act.DECLARE_OPEN_LICENCE, ends_on=date(2027, 12, 31)), False),
        (ledger(IN_FUTURE), ask(Act.DECLARE_OPEN_LICENCE, ends_on=date(2028, 1, 1)), True),
    ],
)
def test_an_exclusive_licence_bars_an_open_one_in_whose_days_it_falls(
    told: Ledger, asked: PermissionRequest, bars: bool
) -> None:
    assert ("exclusive_or_sole_in_force" in reasons(told, asked)) is bars


@pytest.mark.parametrize("act", [Act.ASSIGN, Act.PLEDGE, Act.ABANDON])
def test_what_is_done_for_good_meets_what_comes_later(act: Act) -> None:
    told = ledger(open_licence(LATER), pledge(LATER))
    assert len(reasons(told, ask(act, ends_on=TOMORROW))) == 2


@pytest.mark.parametrize("declared_by", [(OURS,), (OURS, OTHERS), (OURS, THEIRS, OTHERS)])
def test_an_open_licence_is_of_those_who_hold_the_right_now_no_more_and_no_fewer(declared_by: tuple[str, ...]) -> None:
    standing = open_licence(grantors=frozenset(declared_by))
    found = reasons(ledger(standing, holders=(OURS, THEIRS)), ask(Act.KEEP_OPEN_LICENCE))
    assert found == {"holders_changed": Permission.REFUSED}
    both = open_licence(grantors=frozenset({OURS, THEIRS}))
    assert reasons(ledger(both, holders=(OURS, THEIRS)), ask(Act.KEEP_OPEN_LICENCE)) == {}


def test_a_grant_dated_back_meets_what_held_then() -> None:
    told = ledger(licence(LicenceType.EXCLUSIVE, date(2024, 1, 1), date(2024, 7, 1)))
    then = {"starts_on": date(2024, 6, 30), "ends_on": date(2030, 1, 1)}
    assert reasons(told, ask(Act.GRANT_ORDINARY, **then)) == {"exclusive_licence_in_force": Permission.REFUSED}
    assert reasons(told, ask(Act.GRANT_ORDINARY, **then | {"starts_on": date(2024, 7, 1)})) == {}


def test_a_licence_without_an_end_meets_every_later_one() -> None:
    told = ledger(licence(LicenceType.ORDINARY, date(2035, 1, 1)))
    assert reasons(told, ask(Act.GRANT_EXCLUSIVE)) == {"ordinary_licence_in_force": Permission.REFUSED}
    assert reasons(told, ask(Act.GRANT_EXCLUSIVE, ends_on=date(2034, 12, 31))) == {}


def test_a_reason_says_since_when_and_about_what() -> None:
    because = decide(ledger(pledge(TODAY)), ask(Act.ASSIGN)).reasons[0]
    assert (because.hit.since, because.hit.about, because.hit.of) == (TODAY, ("rgt_pledge",), (PLEDGEE,))
