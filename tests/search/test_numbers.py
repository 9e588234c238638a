"""Numbers and classes are found in any spelling, and no other number is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.numbers import compact, levels, numbers_in, spellings, symbol
from search.text import fold
from tests.search.conftest import Find, Put, patent


@pytest.mark.parametrize(
    "asked",
    [
        "CN201710601862.3", "cn201710601862.3", "ZL201710601862.3", "ZL 2017 1 0601862.3", "2017106018623",
        "201710601862", "CN 201710601862", "２０１７１０６０１８６２．３", "CN110007813A", "CN110007813", "110007813A",
        "CN 110007813 A", "US10724438B2", "US 10724438", "求购 ZL201710601862.3 这项专利",
    ],
)  # fmt: skip
async def test_a_number_is_found_in_any_spelling(put: Put, find: Find, asked: str) -> None:
    mine = patent("mine", "播种机", numbers=("201710601862.3", "CN110007813A", "US10724438B2"))
    await put(mine, patent("other", "收割机", numbers=("CN201710601863.8", "CN110007814A", "US10724439B2")))
    assert (await find(asked))[0] == "mine"
    assert "other" not in await find(asked)


@pytest.mark.parametrize("asked", ["CN201710601862.4", "201710601872", "CN110007813B", "10601862"])
async def test_a_number_forgives_nothing(put: Put, find: Find, asked: str) -> None:
    await put(patent("mine", "播种机", numbers=("CN201710601862.3", "CN110007813A")))
    assert await find(asked) == []


async def test_an_old_number_is_found_with_and_without_its_check_digit(put: Put, find: Find) -> None:
    await put(patent("mine", "播种机", numbers=("CN95115608.X",)))
    for asked in ("95115608.X", "95115608x", "CN95115608", "ZL95115608.X"):
        assert await find(asked) == ["mine"]


@pytest.mark.parametrize("asked", ["H01M 10/0525", "h01m10/0525", "Ｈ０１Ｍ１０／０５２５", "H01M10", "H01M", "H01"])
async def test_a_class_is_found_in_any_spelling_and_at_any_level(put: Put, find: Find, asked: str) -> None:
    await put(patent("mine", "外壳", ipc=("H01M10/0525",)), patent("other", "外壳", ipc=("H02M10/0525",)))
    assert await find(asked) == ["mine"]


async def test_what_looks_like_a_class_may_be_a_word(put: Put, find: Find) -> None:
    await put(patent("molecule", "C60衍生物"), patent("class", "外壳", ipc=("C60B1/00",)))
    assert set(await find("C60")) == {"molecule", "class"}


@given(st.from_regex(r"(19|20)\d\d[1-3]\d{7}\.[\dX]", fullmatch=True), st.sampled_from(["", "CN", "ZL", "cn ", "ZL "]))
def test_every_spelling_of_an_application_number_is_understood(number: str, country: str) -> None:
    for written in (number, number.replace(".", ""), f"{number[:4]} {number[4]} {number[5:]}"):
        [(found, _, _)] = numbers_in(fold(country + written))
        assert found in spellings(number)


@given(st.text())
def test_any_text_has_a_compact_form_and_levels(text: str) -> None:
    assert compact(compact(text)) == compact(text)
    assert symbol(symbol(text)) == symbol(text)
    assert all(symbol(text).startswith(level) for level in levels(text))
    assert compact(text) in spellings(text)
