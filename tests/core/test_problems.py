"""Every refusal is a problem document that says what to do."""

import json
import re
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from backend.core.errors import every_problem
from tests.core.routes import every_route
from tests.scenarios.members import Member, register_organisation

pytestmark = pytest.mark.both_databases

JSON = {"Content-Type": "application/json"}
MEMBERS = {"type", "title", "status", "detail", "instance", "code"}


@pytest_asyncio.fixture(scope="module")
async def member(app: FastAPI) -> Member:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        return await register_organisation(client)


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    said: dict[str, Any] = answer.json()
    assert (answer.status_code, said["code"]) == (status, code), answer.text
    assert said.keys() >= MEMBERS
    assert said["status"] == status
    assert said["type"].endswith(f"/problems/{code}")
    assert answer.headers["content-type"] == "application/problem+json"
    return said


async def send(client: httpx.AsyncClient, member: Member, content: Any, **headers: str) -> httpx.Response:
    return await client.post("/v1/parties", content=content, headers=member.headers | JSON | headers)


async def test_each_field_that_is_wrong_is_named(client, member):
    body = json.dumps({"person": "ghost", "name": "  ", "country": "China", "colour": "red"})
    said = problem(await send(client, member, body), 422, "malformed")
    found = {e["pointer"]: e["code"] for e in said["errors"]}
    assert found.keys() == {"/person", "/name", "/country", "/colour"}
    assert (found["/person"], found["/colour"]) == ("literal_error", "extra_forbidden")
    assert all(e["detail"] for e in said["errors"])
    assert said["cure"]
    missing = problem(await send(client, member, "{}"), 422, "malformed")
    assert {e["pointer"] for e in missing["errors"]} == {"/person", "/name"}


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"\xff\xfe",
        b'{"person": "legal", "name": "\x01"}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"1" * 5_000,
        b"NaN",
    ],
)
async def test_a_body_that_is_no_json_is_refused(client, member, content: bytes):
    answer = await send(client, member, content)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] in ("bad_json", "malformed")


@pytest.mark.parametrize("content", [b"", b"null", b"[]", b'"x"', b"1", b"{}", b'{"\\ud800": "\\udfff"}'])
async def test_a_body_that_is_no_such_thing_is_refused(client, member, content: bytes):
    problem(await send(client, member, content), 422, "malformed")


@pytest.mark.parametrize("text", ["a\\u0000b", "a\\ud800", "a\\nb", "\\u0007", "\\u202e" * 300, " \\t "])
async def test_text_that_no_name_holds_is_refused(client, member, text: str):
    said = problem(await send(client, member, f'{{"person": "legal", "name": "{text}"}}'), 422, "malformed")
    assert [e["pointer"] for e in said["errors"]] == ["/name"]


async def test_text_is_kept_in_one_form(client, member):
    answer = await send(client, member, json.dumps({"person": "legal", "name": "  Cafe\u0301 公司 "}))
    assert answer.json()["name"] == "Café 公司"


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "x"])
async def test_a_body_that_does_not_call_itself_json_is_refused_as_such(client, member, kind: str):
    said = problem(await send(client, member, "{}", **{"Content-Type": kind}), 415, "unsupported_media_type")
    assert said["cure"]


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=x", "multipart/mixed; boundary"]
)
@pytest.mark.parametrize("address", ["/v1/parties", "/v1/imports"])
async def test_a_form_that_cannot_be_read_is_refused(client, member, address: str, kind: str):
    for keyed in ({}, {"Idempotency-Key": f"{address} {kind}".replace(" ", "")}):
        headers = member.headers | {"Content-Type": kind} | keyed
        answer = await client.post(address, content=b"--x\r\nnonsense\r\n\r\n--y", headers=headers)
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.json()["code"] in ("malformed", "unsupported_media_type"), answer.text


async def test_an_unknown_address_and_an_unknown_thing_are_not_found(client, member):
    problem(await client.get("/v1/nowhere"), 404, "not_found")
    problem(await client.post("/"), 404, "not_found")
    problem(await client.get("/v1/parties/", headers=member.headers), 404, "not_found")
    unknown = await client.get("/v1/parties/pty_01h455vb4pex5vsknk084sn02q", headers=member.headers)
    assert problem(unknown, 404, "not_found")["instance"] == "/v1/parties/pty_01h455vb4pex5vsknk084sn02q"


async def test_a_method_that_an_address_does_not_take_is_refused_with_those_it_takes(client):
    for address, allowed in (
        ("/v1/parties", {"GET", "HEAD", "POST"}),
        ("/v1/parties/pty_01h455vb4pex5vsknk084sn02q", {"GET", "HEAD", "PATCH"}),
        ("/v1/patents", {"GET", "HEAD", "POST"}),
        ("/healthz", {"GET", "HEAD"}),
    ):
        answer = await client.delete(address)
        problem(answer, 405, "method_not_allowed")
        assert set(answer.headers["allow"].split(", ")) == allowed
    assert (await client.request("BREW", "/v1/parties")).headers["allow"] == "GET, POST, HEAD"


async def test_a_misspelt_parameter_does_not_look_like_none(client, member):
    answer = await client.get("/v1/parties", params={"nmae": "x", "limit": "5"}, headers=member.headers)
    said = problem(answer, 422, "unknown_parameter")
    assert [e["pointer"] for e in said["errors"]] == ["query:/nmae"]
    problem(await client.get("/healthz?x=1"), 422, "unknown_parameter")
    problem(await client.post("/v1/parties?x=1", json={}, headers=member.headers), 422, "unknown_parameter")


@pytest.mark.parametrize(
    ("said", "language"),
    [
        (None, "zh"), ("en", "en"), ("zh", "zh"), ("EN-us", "en"), ("en;q=0.5, zh;q=0.9", "zh"),
        ("en; q=0.5, zh ; q=0.9", "zh"),
        ("zh;q=0.2,en;q=0.3", "en"), ("fr, de", "zh"), ("fr, en;q=0.1", "en"), ("*", "zh"), ("en;q=0", "zh"),
        ("en;q=x", "zh"), ("zha, en;q=0.1", "en"), (",;,=", "zh"), ("zh-Hant-TW, en;q=0.9", "zh"), ("en;q=nan", "zh"),
    ],
)  # fmt: skip
async def test_the_language_is_the_one_that_weighs_most(client, said, language):
    answer = await client.get("/v1/nowhere", headers={"Accept-Language": said} if said else {})
    assert answer.headers["content-language"] == language
    assert answer.json()["title"] == {"zh": "没有找到", "en": "Not found"}[language]


async def test_every_code_has_a_page_that_explains_it(client):
    index = (await client.get("/problems")).text
    for kind in every_problem():
        page = await client.get(f"/problems/{kind.code}", headers={"Accept-Language": "en"})
        assert page.status_code == 200
        assert kind.code in page.text
        assert kind.code in index
        assert "{" not in re.sub(r"<style>.*</style>", "", page.text), kind.code
    problem(await client.get("/problems/no_such_code"), 404, "not_found")


async def test_too_large_a_body_is_refused_before_it_is_read_to_its_end(another, member):
    small = another(max_body_bytes=1_000)

    async def pieces() -> Any:
        for _ in range(50):
            yield b" " * 100
        raise AssertionError("read on")

    for content in (b" " * 1_001, pieces()):
        said = problem(await send(small, member, content), 413, "too_large")
        assert "1000" in said["detail"]
    body = json.dumps({"person": "legal", "name": "甲"})
    assert (await send(small, member, body.ljust(1_000))).status_code == 201
    keyed = await send(small, member, b" " * 1_001, **{"Idempotency-Key": "large"})
    problem(keyed, 413, "too_large")
    assert (await send(small, member, body, **{"Idempotency-Key": "large"})).status_code == 201


async def test_nothing_that_is_not_said_in_the_description_is_answered(client, app, member):
    for route in every_route(app):
        for method in route.methods:
            path = re.sub(r"\{[^}]+\}", "x%00y", route.path)
            answer = await client.request(method, path, headers=member.headers, content=b"\x00")
            assert answer.status_code < 500, (method, path, answer.text)
            assert answer.status_code < 400 or "code" in answer.json(), (method, path)


@pytest.mark.parametrize("address", ["/v1/parties", "/v1/organisations", "/v1/patents", "/v1/patents/search"])
async def test_a_question_that_holds_a_zero_byte_is_answered(client, member, address: str):
    answer = await client.get(address, params={"q": "a\0b"}, headers=member.headers)
    assert answer.status_code in (200, 422), answer.text
