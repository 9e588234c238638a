"""Text that comes in can be kept and shown, whichever way it comes: JSON, forms, addresses, headers, files."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.text_rules import clean, clean_line, seen
from tests.core.described import document
from tests.scenarios.members import PASSWORD, Member, register_organisation, registration_body

pytestmark = pytest.mark.both_databases

DOCUMENT = document()
SCHEMAS = DOCUMENT["components"]["schemas"]
# A string with none of these is anybody's text.
FREE: Final = ("pattern", "enum", "const", "format", "contentMediaType")
ZERO, TURNED, UNSEEN = "a\0b", "a\u202eb", "a\u200bb"
SECRET: Final = {"password", "current_password", "code"}  # whose letters are nobody's business
SOUGHT: Final = {"q"}  # what is looked for is looked for without what nobody sees
REFUSED: Final = {"control_character", "turning_character", "invisible_character", "value_error"}  # last: no such code
PROSE: Final = {
    "abstract", "abstract_en", "first_claim", "summary", "summary_en", "introduction", "other", "message",
    "fee_explanation", "problem", "tried", "text", "purpose", "note", "counter_guarantee", "conditions",
}  # fmt: skip
Place = tuple[str | int, ...]


def texts(schema: dict[str, Any], place: Place = (), met: frozenset[str] = frozenset()) -> Iterator[Place]:
    """Yield the place of every free text in a body."""
    if "$ref" in schema:
        name = schema["$ref"].split("/")[-1]
        yield from () if name in met else texts(SCHEMAS[name], place, met | {name})
    for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from texts(one, place, met)
    if schema.get("type") == "string" and not any(word in schema for word in FREE):
        yield place
    for name, one in schema.get("properties", {}).items():
        yield from texts(one, (*place, name), met)
    if "items" in schema:
        yield from texts(schema["items"], (*place, 0), met)


def body_with(place: Place, text: str) -> Any:
    for step in reversed(place):
        text = [text] if step == 0 else {step: text}  # type: ignore[assignment]
    return text


BODIES = sorted(
    {
        (method.upper(), path, place)
        for path, operations in DOCUMENT["paths"].items()
        for method, operation in operations.items()
        for kind, content in operation.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json"
        for place in texts(content["schema"])
    },
    key=repr,
)
PARAMETERS = [
    (path, parameter)
    for path, operations in DOCUMENT["paths"].items()
    if "get" in operations
    for parameter in operations["get"].get("parameters", ())
]


async def codes_at(client: httpx.AsyncClient, member: Member, text: str, *spared: str) -> list[str]:
    """Return each free text of a body that takes this one, or that tells of it in another way than at its place."""
    wrong = []
    for method, path, place in BODIES:
        if {str(step) for step in place} & set(spared):
            continue
        url = re.sub(r"{\w+}", "x", path)  # an id of no form, so that nothing but the request's form is told of
        headers = {**member.headers, "If-Match": '"1"'}
        answer = await client.request(method, url, json=body_with(place, text), headers=headers)
        pointer = "/" + "/".join(str(step) for step in place)
        codes = {e["code"] for e in answer.json().get("errors", ()) if e["pointer"] == pointer}
        if answer.status_code not in (401, 403) and not codes & REFUSED:  # 401, 403: what mail servers or offices do
            wrong.append(f"{method} {path} {pointer}: {answer.status_code} {codes}")
    return sorted(wrong)


@pytest.fixture(scope="module")
def members() -> dict[int, Member]:
    return {}


async def member_of(client: httpx.AsyncClient, members: dict[int, Member]) -> Member:
    app = id(client._transport.app)  # type: ignore[attr-defined]
    if app not in members:
        members[app] = await register_organisation(client)
    return members[app]


async def test_no_field_takes_a_zero_byte(client: httpx.AsyncClient, members: dict[int, Member]) -> None:
    assert len(BODIES) > 80
    assert await codes_at(client, await member_of(client, members), ZERO) == []


async def test_no_field_but_a_secret_takes_what_turns_the_text_behind_it(
    client: httpx.AsyncClient, members: dict[int, Member]
) -> None:
    assert await codes_at(client, await member_of(client, members), TURNED, *SECRET, *SOUGHT) == []


async def test_no_name_or_other_line_hides_what_nobody_sees(
    client: httpx.AsyncClient, members: dict[int, Member]
) -> None:
    assert await codes_at(client, await member_of(client, members), UNSEEN, *SECRET, *SOUGHT, *PROSE) == []


async def test_no_address_takes_a_zero_byte(client: httpx.AsyncClient, members: dict[int, Member]) -> None:
    headers = (await member_of(client, members)).headers
    for path, parameter in PARAMETERS:
        url = re.sub(r"{\w+}", "x", path)
        if parameter.get("in") == "path":
            url = re.sub(r"{\w+}", "x", path.replace(f"{{{parameter['name']}}}", "a%00b"))
        elif parameter.get("in") == "query":
            url += f"?{parameter['name']}=a%00b"
        else:
            continue
        answer = await client.get(url, headers=headers)
        assert answer.status_code == 422, (url, answer.text)
    for url in ("/v1/parties?%00=1", "/v1/parties?q=a&q=%C2%85", "/problems/%00", "/v1/parties/%07"):
        assert (await client.get(url, headers=headers)).json()["errors"][0]["code"] == "control_character"


@pytest.mark.parametrize(
    "field", ["username", "password", "organisation_id", "client_id", "client_secret", "refresh_token"]
)
async def test_no_field_of_a_form_takes_a_zero_byte(client: httpx.AsyncClient, field: str) -> None:
    grant = {"username": "password", "password": "password", "organisation_id": "password"}.get(
        field, "client_credentials"
    )
    form = {"username": "a@example.com", "password": "b", "client_secret": "c", "grant_type": grant, field: ZERO}
    answer = await client.post("/v1/oauth/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert answer.json()["errors"] == [
        {"pointer": f"/{field}", "code": "control_character", "detail": "不允许控制字符。"}
    ]
    named = await client.post("/v1/oauth/token", content=b"grant%00=x", headers={"Content-Type": FORM})
    assert named.json()["errors"][0]["pointer"] == "/grant\ufffd"


FORM: Final = "application/x-www-form-urlencoded"
PARTED: Final = "multipart/form-data; boundary=zz"


def part(name: bytes, value: bytes, more: bytes = b"") -> bytes:
    return b'--zz\r\nContent-Disposition: form-data; name="' + name + b'"' + more + b"\r\n\r\n" + value + b"\r\n"


@pytest.mark.parametrize(
    ("path", "parts", "pointer"),
    [
        ("/v1/files", part(b"description", b"a\0b"), "/description"),
        ("/v1/files", part(b"desc\0ription", b"ab"), "/desc\ufffdription"),
        ("/v1/files", part(b"sha256", b"\0"), "/sha256"),
        ("/v1/imports", part(b"kind", b"pat\0ents"), "/kind"),
        ("/v1/imports", part(b"kind", b"patents") + part(b"mapping", b'{"a\0": null}'), "/mapping"),
    ],
)
async def test_no_part_of_a_form_takes_a_zero_byte(
    client: httpx.AsyncClient, members: dict[int, Member], path: str, parts: bytes, pointer: str
) -> None:
    file = part(b"file", "申请号,专利名称\n1,2\n".encode(), b'; filename="a\0\xe2\x80\xaeb.csv"')
    headers = {**(await member_of(client, members)).headers, "Content-Type": PARTED}
    answer = await client.post(path, content=parts + file + b"--zz--\r\n", headers=headers)
    assert answer.status_code == 422, answer.text
    assert (pointer, "control_character") in {(e["pointer"], e["code"]) for e in answer.json()["errors"]}


async def test_names_of_files_and_programs_are_kept_as_a_person_sees_them(
    client: httpx.AsyncClient, members: dict[int, Member]
) -> None:
    member = await member_of(client, members)
    name = b'; filename="a\0\xe2\x80\xae\xe3\x85\xa4b\xe2\x80\x8b.txt"'
    headers = {**member.headers, "Content-Type": PARTED}
    kept = await client.post("/v1/files", content=part(b"file", b"text", name) + b"--zz--\r\n", headers=headers)
    assert kept.json()["filename"] == "ab.txt"
    table = part(b"kind", b"patents") + part(b"file", "申请号,专利名称\n1,2\n".encode(), name)
    assert (await client.post("/v1/imports", content=table + b"--zz--\r\n", headers=headers)).json()[
        "filename"
    ] == "ab.txt"
    form = {"grant_type": "password", "username": member.user_email, "password": PASSWORD}
    signed_in = await client.post("/v1/oauth/token", data=form, headers={"User-Agent": b"Browser\0\x85\xad/1"})
    assert signed_in.status_code == 200, signed_in.text
    sessions = (await client.get("/v1/me/sessions", headers=member.headers)).json()["items"]
    assert "Browser/1" in {one["agent"] for one in sessions}


@pytest.mark.parametrize(
    "name",
    ["重庆\u200b大学", "\ufeff重庆大学", "重庆\u2066大学", "重庆\u00ad大学", "重庆大学\ufe0f", "\u3164", "a\u2028b"],
)
@pytest.mark.parametrize(
    ("language", "said"), [("zh", "不允许不可见的字符。"), ("en", "Invisible characters are not allowed")]
)
async def test_nobody_bears_the_name_of_another_with_something_hidden_in_it(
    client: httpx.AsyncClient, name: str, language: str, said: str
) -> None:
    answer = await client.post(
        "/v1/organisations", json=registration_body(name=name), headers={"Accept-Language": language}
    )
    errors = answer.json()["errors"]
    assert {(error["pointer"], error["code"]) for error in errors} == {("/name", "invisible_character")}
    assert said in errors[0]["detail"]


async def test_a_long_text_keeps_the_joiners_that_its_script_needs(client: httpx.AsyncClient) -> None:
    text = "می\u200cخواهم \u200f(١) क्\u200dष"
    made = await client.post("/v1/organisations", json=registration_body(introduction=text))
    assert made.json()["introduction"] == text
    turned = await client.post("/v1/organisations", json=registration_body(introduction="見\u202eて"))
    assert {e["code"] for e in turned.json()["errors"]} == {"turning_character"}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ('{"kind": "enterprise", "kind": "university"}', ["/kind"]),
        ('{"kind": "enterprise", "\\u006bind": "university"}', ["/kind"]),
        ('{"member": {"email": "a@example.com", "name": "x", "email": "b@example.com"}}', ["/member/email"]),
        ('{"a": [1, {"b/c": 1, "b/c": 1}], "d": {}, "d": {}}', ["/d", "/a/1/b~1c"]),
        ('{"": 1, "": 1}', ["/"]),
        ('{"terms": {"ends_on": "2028-12-31", "ends_on": "2029-12-31"}}', ["/terms/ends_on"]),
    ],
)
async def test_json_says_each_thing_once(client: httpx.AsyncClient, body: str, pointers: list[str]) -> None:
    for path in ("/v1/organisations", "/v1/invitations/Zk9wQ2V4YW1wbGVfdG9rZW5fb25seQ/acceptance"):
        answer = await client.post(path, content=body.encode(), headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (422, "duplicate_key")
        assert [e["pointer"] for e in answer.json()["errors"]] == pointers


async def test_many_names_that_come_twice_cost_little(client: httpx.AsyncClient) -> None:
    body = "{" + ",".join(f'"{n % 40_000}":0' for n in range(80_000)) + "}"
    answer = await client.post("/v1/organisations", content=body, headers={"Content-Type": "application/json"})
    assert answer.json()["code"] == "duplicate_key"
    assert len(answer.json()["errors"]) == 20
    assert answer.elapsed.total_seconds() < 5


@given(st.text())
def test_what_is_clean_stays_so_and_what_is_seen_is_a_clean_line(text: str) -> None:
    shown = seen(text)
    assert clean_line(shown) == clean(shown) == seen(shown) == shown
    assert "\n" not in shown
    try:
        once = clean_line(text)
    except ValueError:
        return
    assert clean_line(once) == once
    assert json.loads(json.dumps(once)) == once
