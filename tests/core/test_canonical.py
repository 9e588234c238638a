import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.canonical import LARGEST, NotCanonical, canonical, fingerprint


def test_keys_are_ordered_as_rfc_8785_orders_its_own_example() -> None:
    # RFC 8785, 3.2.3: by UTF-16 code units, so that the emoji (a surrogate pair) comes before the Hebrew letter's block
    given_keys = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    order = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    expected = ",".join(f'"{key if key != chr(13) else chr(92) + "r"}":"{given_keys[key]}"' for key in order)
    assert canonical(given_keys) == f"{{{expected}}}".encode()


def test_text_is_escaped_as_in_rfc_8785() -> None:
    # RFC 8785, 3.2.2.2, its example string
    assert canonical({"string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/", "literals": [None, True, False]}) == (
        b'{"literals":[null,true,false],"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_the_hash_is_the_sha_256_of_the_canonical_bytes() -> None:
    # printf '%s' '{"a":1,"b":2}' | sha256sum
    known = "43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777"
    assert fingerprint({"b": 2, "a": 1}) == known
    assert hashlib.sha256(b'{"a":1,"b":2}').hexdigest() == known
    # of nothing but braces: printf '{}' | sha256sum
    assert fingerprint({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_chinese_is_hashed_as_it_is_written() -> None:
    assert canonical({"说明": "净销售额的3%"}) == '{"说明":"净销售额的3%"}'.encode()


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        (1.0, ""),
        ({"rate": [{"of": 0.5}]}, "/rate/0/of"),
        ({"a/b~": float("nan")}, "/a~1b~0"),
        ({"fen": 2**53}, "/fen"),
        ({"fen": -(2**53)}, "/fen"),
        ({1: 2}, "/1"),
        (["\ud800"], "/0"),
        ({"\ud800": 1}, "/?"),
        ({"day": object()}, "/day"),
    ],
)
def test_what_has_no_one_spelling_is_refused_with_its_place(value: Any, pointer: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical(value)
    assert refused.value.pointer == pointer
    assert refused.value.why


def test_the_largest_money_fits() -> None:
    assert canonical([9_000_000_000_000_000, LARGEST, -LARGEST]) == b"[9000000000000000,%d,-%d]" % (LARGEST, LARGEST)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=12,
)


def turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return [turned(inner) for inner in value] if isinstance(value, list) else value


@given(JSON)
def test_the_order_of_writing_does_not_count(value: Any) -> None:
    assert fingerprint(value) == fingerprint(turned(value))
