"""Nobody reads or alters a token of ours."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from backend.core.security.tokens import seal, sign, unseal, unsign

KEY, OTHER = b"k" * 32, b"o" * 32
numbers = st.integers(0, 2**64 - 1)
json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
)


@given(number=numbers)
def test_a_sealed_number_comes_back_for_its_purpose_and_key_only(number):
    token = seal(KEY, "event", number)
    assert len(token) == 26
    assert seal(KEY, "event", number) == token
    assert unseal(KEY, "event", token) == number
    assert unseal(KEY, "position", token) is None
    assert unseal(OTHER, "event", token) is None


@given(number=numbers, place=st.integers(0, 25), letter=st.characters())
def test_an_altered_seal_is_none_of_ours(number, place, letter):
    token = seal(KEY, "event", number)
    altered = token[:place] + letter + token[place + 1 :]
    assert (unseal(KEY, "event", altered) is None) == (altered != token)


@given(number=st.integers(0, 2**40))
def test_a_seal_does_not_tell_how_far_two_numbers_lie_apart(number):
    one, next_one = seal(KEY, "event", number), seal(KEY, "event", number + 1)
    assert sum(a == b for a, b in zip(one, next_one, strict=True)) < 15


@given(value=json.filter(lambda v: v is not None))
def test_a_signed_value_comes_back_for_its_purpose_and_key_only(value):
    token = sign(KEY, "list", value)
    assert unsign(KEY, "list", token) == value
    assert unsign(KEY, "other", token) is None
    assert unsign(OTHER, "list", token) is None


@given(number=st.integers(0, 2**60), word=st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=4))
def test_a_signed_value_is_not_to_be_read(number, word):
    raw = base64.urlsafe_b64decode(sign(KEY, "list", [number, word]) + "===")
    assert word.encode() not in raw
    assert str(number + 10**6).encode() not in base64.urlsafe_b64decode(sign(KEY, "list", number + 10**6) + "===")


@given(value=json, place=st.integers(0), letter=st.characters())
def test_an_altered_signed_value_is_none_of_ours(value, place, letter):
    token = sign(KEY, "list", value)
    place %= len(token)
    altered = token[:place] + letter + token[place + 1 :]
    assert altered == token or unsign(KEY, "list", altered) is None


@given(token=st.text(max_size=80))
def test_no_text_breaks_the_reading_of_tokens(token):
    assert unseal(KEY, "event", token) is None
    assert unsign(KEY, "list", token) is None
