from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.patents.numbers.canonical import NumberRole, NumberWrong, check_digit, parse_number


def real_numbers(shared: Path) -> list[str]:
    return (shared / "data/registers/application_numbers_20190712.txt").read_text().split()


def code_of(text: str) -> str:
    with pytest.raises(NumberWrong) as wrong:
        parse_number(text)
    return wrong.value.code


def test_every_real_application_number_passes(shared: Path) -> None:
    numbers = real_numbers(shared)
    assert len(numbers) == 16_183
    assert all(parse_number(n).canonical == f"{n[:-1]}.{n[-1]}" for n in numbers)


def test_every_real_number_with_any_one_digit_changed_fails(shared: Path) -> None:
    passed = []
    for n, number in enumerate(real_numbers(shared)):
        place = n % len(number)
        for digit in "0123456789X" if place == len(number) - 1 else "0123456789":
            if digit != number[place]:
                try:
                    passed.append(parse_number(number[:place] + digit + number[place + 1 :]))
                except NumberWrong:
                    continue
    assert passed == []


@pytest.mark.parametrize(("digits", "check"), [("201710601862", "3"), ("95115608", "X"), ("97101765", "4")])
def test_published_examples_have_their_check_digit(digits: str, check: str) -> None:
    assert check_digit(digits) == check


@pytest.mark.parametrize(
    "spelling",
    [
        "201710601862.3",
        "2017106018623",
        "CN201710601862.3",
        "ZL 2017 1 0601862.3",
        "ｃｎ２０１７１０６０１８６２．３",
        " zl2017106018623\u2002",
    ],
)
def test_every_spelling_is_one_number(spelling: str) -> None:
    assert parse_number(spelling).canonical == "201710601862.3"


@pytest.mark.parametrize(
    ("spelling", "canonical", "role"),
    [
        ("95115608x", "95115608.X", NumberRole.APPLICATION),
        ("cn 107123456 a", "CN107123456A", NumberRole.PUBLICATION),
        ("107123456B", "CN107123456B", NumberRole.GRANT),
        ("CN2345678Y", "CN2345678Y", NumberRole.GRANT),
        ("CN85100001A", "CN85100001A", NumberRole.PUBLICATION),
        ("CN107123456", "CN107123456", NumberRole.UNKNOWN),
        ("US 10,123,456 B2", "US10123456B2", NumberRole.UNKNOWN),
        ("PCT/CN2019/123456", "PCT/CN2019/123456", NumberRole.APPLICATION),
    ],
)
def test_each_sort_of_number_has_its_form(spelling: str, canonical: str, role: NumberRole) -> None:
    number = parse_number(spelling)
    assert (number.canonical, number.role) == (canonical, role)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2.02E+12", "number_ruined_by_spreadsheet"),
        ("201710601862.4", "check_digit_wrong"),
        ("201710601862", "check_digit_missing"),
        ("20171060186", "number_length_wrong"),
        ("188510601862.3", "number_year_wrong"),
        ("201740601862.3", "number_type_wrong"),
        ("CN307123456A", "number_kind_code_wrong"),
        ("锂电池", "number_not_recognised"),
        ("", "number_not_recognised"),
    ],
)
def test_each_thing_wrong_has_its_code(text: str, code: str) -> None:
    assert code_of(text) == code


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_says_why_not(text: str) -> None:
    try:
        number = parse_number(text)
    except NumberWrong as wrong:
        said = wrong.detail + wrong.cure
    else:
        said = (number.canonical,)
        assert parse_number(number.canonical, number.office) == number
    assert all(said)


@given(st.integers(2004, 2030), st.sampled_from("12389"), st.integers(0, 9_999_999), st.integers(0, 11))
def test_neighbouring_digits_exchanged_are_found(year: int, kind: str, serial: int, place: int) -> None:
    digits = f"{year}{kind}{serial:07d}"
    number = digits + check_digit(digits)
    assert parse_number(number).canonical == f"{digits}.{number[-1]}"
    swapped = list(number)
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    if swapped != list(number):
        with pytest.raises(NumberWrong):
            parse_number("".join(swapped))
