import itertools
from datetime import timedelta

import pytest

from backend.accounts.codes import OrganisationKind, OrganisationStatus, Role
from backend.accounts.rules import (
    ACCOUNT,
    PAIR,
    PLACE,
    TRANSITIONS,
    Action,
    asks_credit_code,
    at_least,
    credit_code_flaw,
    fold_credit_code,
    name_key,
    password_flaw,
)

GOOD = "91110000600037341L"
EARLY = "91350100M0001TGQXM"  # given out, although its check digit computes to 1


def with_check_digit(body: str) -> str:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    total = sum(alphabet.index(c) * w for c, w in zip(body, weights, strict=True))
    return body + alphabet[-total % 31]


def test_a_credit_code_with_the_right_check_digit_passes_and_no_single_wrong_character_does():
    code = GOOD
    assert credit_code_flaw(code) is None
    for place in range(18):
        for other in "0123456789ABCDEFGHJKLMNPQRTUWXY":
            if other != code[place]:
                assert credit_code_flaw(code[:place] + other + code[place + 1 :]) is not None


@pytest.mark.parametrize("body", ["12500000450400177", "N2500117MF1234567", "A1110000MB1234567", "Y1500000000000001"])
def test_codes_of_every_registering_office_are_taken(body):
    assert credit_code_flaw(with_check_digit(body)) is None


def test_an_early_code_fails_by_its_check_digit_only():
    assert credit_code_flaw(EARLY) == "credit_code_check_digit"


@pytest.mark.parametrize(
    "code", ["", "91110000600037341", "91110000600037341LL", "9111000060003734IL", "９1110000600037341L"]
)
def test_what_has_not_the_form_of_a_code_is_named_so(code):
    assert credit_code_flaw(code) == "credit_code_form"


def test_any_width_case_and_spacing_is_one_code():
    assert fold_credit_code(" ９１１１００００ ６０００３７３４１ｌ") == GOOD
    assert fold_credit_code("91110000-600037341-l") == GOOD


def test_the_code_is_asked_of_mainland_entities_only():
    assert asks_credit_code(OrganisationKind.UNIVERSITY, "CN")
    assert not asks_credit_code(OrganisationKind.UNIVERSITY, "HK")
    assert not asks_credit_code(OrganisationKind.INDIVIDUAL, "CN")


def test_names_are_one_whatever_width_case_and_blanks():
    assert name_key("重庆 大学（ＣＱＵ）") == name_key("重庆大学(cqu)")


@pytest.mark.parametrize(
    ("password", "flaw"),
    [
        ("short", "password_too_short"),
        ("PASSWORD123", "password_too_common"),
        ("aaaaaaaaaaaa", "password_too_common"),
        ("Wang.Xiaoming@example.com", "password_is_your_name"),
        ("wang.xiaoming", "password_is_your_name"),
        ("欧阳示例的一个长句子", None),
        ("no rules of composition", None),
    ],
)
def test_a_password_is_long_and_not_the_first_to_be_guessed(password, flaw):
    assert password_flaw(password, "wang.xiaoming@example.com", "王小明") == flaw


def test_every_status_and_step_of_verification_is_decided():
    possible = {pair: to.value for pair, to in TRANSITIONS.items()}
    for status, action in itertools.product(OrganisationStatus, Action):
        expected = {
            ("pending", "verify"): "verified", ("pending", "refuse"): "refused", ("pending", "correct"): "pending",
            ("refused", "verify"): "verified", ("refused", "correct"): "pending", ("verified", "refuse"): "refused",
        }.get((status.value, action.value))  # fmt: skip
        assert possible.get((status, action)) == expected


def test_an_owner_may_what_an_editor_may_and_an_editor_what_a_viewer_may():
    ranks = [Role.VIEWER, Role.EDITOR, Role.OWNER]
    for low, high in itertools.combinations(ranks, 2):
        assert at_least(high, low)
        assert not at_least(low, high)


@pytest.mark.parametrize("slowing", [PAIR, ACCOUNT, PLACE])
def test_each_further_guess_doubles_the_wait_up_to_the_longest_and_time_forgives(slowing):
    assert slowing.wait(slowing.free) == timedelta()
    assert slowing.wait(slowing.free + 1) == timedelta(seconds=2)
    assert slowing.wait(slowing.free + 3) == timedelta(seconds=8)
    assert slowing.wait(slowing.free + 500) == slowing.longest
    assert slowing.count(7, timedelta()) == 8
    assert slowing.count(7, slowing.forgiven_after * 3) == 5
    assert slowing.count(7, timedelta(days=9)) == 1
