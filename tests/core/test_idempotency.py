"""A POST that is sent again with its Idempotency-Key happens once."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.core.clock import Clock
from backend.core.http import retention
from backend.core.http.idempotency import ANSWER
from tests.core.conftest import Another
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, add_member, register_organisation, registration_body, verify_organisation
from tests.scenarios.patents import application_number, enter_patent, publication_number

pytestmark = pytest.mark.both_databases

KEPT = ("etag", "location", "event-id", "content-type")


def key() -> dict[str, str]:
    return {"Idempotency-Key": secrets.token_hex(8)}


def party(name: str = "某公司", **fields: Any) -> dict[str, Any]:
    return {"person": "legal", "name": name, **fields}


@pytest_asyncio.fixture(scope="module")
async def member(app: FastAPI) -> Member:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        return await register_organisation(client)


async def post(client: httpx.AsyncClient, member: Member, keyed: dict[str, str], body: Any) -> httpx.Response:
    return await client.post("/v1/parties", json=body, headers=member.headers | keyed)


async def program(client: httpx.AsyncClient, member: Member) -> dict[str, str]:
    """Return the headers of a program that acts for the member."""
    body = {"name": "k", "scopes": ["accounts:write"], "role": "editor"}
    made = await client.post("/v1/api-keys", json=body, headers=member.headers)
    return {"Authorization": f"Bearer {made.json()['secret']}"}


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_the_first_answer_comes_again_with_its_headers(client, member):
    keyed, body = key(), party(f"重复 {secrets.token_hex(4)}")
    first, again = [await post(client, member, keyed, body) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == first.content
    assert {k: again.headers[k] for k in KEPT} == {k: first.headers[k] for k in KEPT}
    found = await client.get("/v1/parties", params={"q": body["name"]}, headers=member.headers)
    assert len(found.json()["items"]) == 1


async def test_a_key_names_one_request(client, member):
    keyed = key()
    assert (await post(client, member, keyed, party("甲"))).status_code == 201
    assert code(await post(client, member, keyed, party("乙"))) == (422, "idempotency_key_reused")
    elsewhere = await client.post("/v1/patents", json=party("甲"), headers=member.headers | keyed)
    assert code(elsewhere) == (422, "idempotency_key_reused")
    assert (await post(client, member, keyed, party("甲"))).headers["idempotency-replayed"] == "true"


async def test_fifty_at_once_with_one_key_make_one_change(client, member, app):
    keyed, body = key(), party(f"同时 {secrets.token_hex(4)}")
    answers = await asyncio.gather(*(post(client, member, keyed, body) for _ in range(50)))
    fresh = [a for a in answers if a.status_code == 201 and "idempotency-replayed" not in a.headers]
    assert len(fresh) == 1
    others = [a for a in answers if a is not fresh[0]]
    running = [a for a in others if a.status_code == 409]
    assert all(code(a)[1] == "idempotency_in_progress" and a.headers["retry-after"] for a in running)
    assert all(a.content == fresh[0].content for a in others if a not in running)
    if app.state.settings.is_sqlite:
        assert running == []
    found = await client.get("/v1/parties", params={"q": body["name"]}, headers=member.headers)
    assert len(found.json()["items"]) == 1


async def test_a_refusal_is_worked_on_anew_and_its_key_stays_bound_to_the_body(client, member):
    draft = (await enter_patent(client, member))["id"]
    listing = (await list_patent(client, member, draft))["id"]
    unknown = f"/v1/listings/{listing[:-4]}0000/suspension"
    viewer = await add_member(client, member, "viewer")
    for who, address, body, status in (
        (viewer, "/v1/parties", party(), 403),
        (member, unknown, {"reason": "无此挂牌"}, 404),
        (member, f"/v1/listings/{listing}/refusal", {"reason": "不由持有人"}, 403),
        (member, "/v1/parties", party(identifier="x"), 422),
    ):
        headers = who.headers | key()
        first, again = [await client.post(address, json=body, headers=headers) for _ in range(2)]
        assert (first.status_code, again.status_code) == (status, status), first.text
        assert "idempotency-replayed" not in again.headers
        other = await client.post(address, json=body | {"reason": "另一正文"}, headers=headers)
        assert code(other) == (422, "idempotency_key_reused"), address
        assert (await client.post(address, json=body, headers=headers)).status_code == status


async def test_what_was_refused_is_done_under_the_same_key_once_its_cause_has_gone_and_then_comes_again(client):
    mine = await register_organisation(client, verified=False)
    patent = (await enter_patent(client, mine))["id"]
    draft = await client.post("/v1/listings", json={"patent_id": patent}, headers=mine.headers)
    address, headers = f"/v1/listings/{draft.json()['id']}/submission", mine.headers | key()
    for _ in range(2):
        refused = await client.post(address, headers=headers)
        assert code(refused) == (403, "organisation_not_verified")
    await verify_organisation(client, mine.organisation_id)
    done, again = [await client.post(address, headers=headers) for _ in range(2)]
    assert (done.status_code, "idempotency-replayed" in done.headers) == (200, False), done.text
    assert (again.content, again.headers["idempotency-replayed"]) == (done.content, "true")
    assert {k: again.headers[k] for k in KEPT if k != "location"} == {
        k: done.headers[k] for k in KEPT if k != "location"
    }
    later = await client.post(address, headers=mine.headers | key())
    assert code(later) == (409, "listing_not_in_state")


@pytest.mark.parametrize("kind", ["stranger", "person", "program"])
async def test_what_is_refused_to_many_at_once_under_one_key_is_replayed_to_none(spared, client, member, kind):
    headers = key() | (
        {} if kind == "stranger" else member.headers if kind == "person" else await program(client, member)
    )
    for _ in range(3):
        keyed, body = headers | key(), {"name": secrets.token_hex(8)}
        asked = (spared.post("/v1/spare/refusals", json=body, headers=keyed) for _ in range(15))
        answers = await asyncio.gather(*asked)
        assert {code(a) for a in answers} <= {(409, "conflict"), (409, "idempotency_in_progress")}
        assert (409, "conflict") in {code(a) for a in answers}
        assert not [a for a in answers if "idempotency-replayed" in a.headers]
        other = await spared.post("/v1/spare/refusals", json={"name": "another"}, headers=keyed)
        assert code(other) == (422, "idempotency_key_reused")


async def test_a_patent_that_has_moved_is_followed_under_the_same_key(client, member):
    stands, gone = [await enter_patent(client, member, **numbers) for numbers in (
        {}, {"application_number": None, "publication_number": publication_number()}
    )]  # fmt: skip
    link = {"application_number": stands["application_number"]}
    merged = await client.patch(f"/v1/patents/{gone['id']}", json=link, headers=member.headers | {"If-Match": "*"})
    assert merged.json()["id"] == stands["id"], merged.text
    keyed = member.headers | key()
    body = {"grade": "A", "method": "专家评审", "assessor": "示例中心", "assessed_on": "2026-01-20"}
    moved = await client.post(f"/v1/patents/{gone['id']}/assessments", json=body, headers=keyed)
    assert (moved.status_code, moved.headers["location"]) == (308, f"/v1/patents/{stands['id']}/assessments")
    assert (await client.post(moved.headers["location"], json=body, headers=keyed)).status_code == 201


async def test_a_refusal_that_passes_leaves_the_key_free(client, another: Another, member):
    keyed = key()
    unsigned = await client.post("/v1/parties", json=party(), headers=keyed | {"Authorization": "Bearer x"})
    assert unsigned.status_code == 401
    assert (await client.post("/v1/parties", json=party(), headers=keyed)).status_code == 401
    assert (await post(client, member, keyed, {"name": "no person"})).status_code == 422
    slow = another(rate_caller_per_minute=1)
    assert (await slow.get("/v1/me", headers=member.headers)).status_code == 200
    assert (await post(slow, member, keyed, party())).status_code == 429
    done = await post(client, member, keyed, party())
    assert done.status_code == 201
    assert "idempotency-replayed" not in done.headers


async def test_a_stale_action_is_done_under_its_key_with_the_version_that_was_read_since(client, member):
    patent = (await enter_patent(client, member))["id"]
    listing = (await list_patent(client, member, patent))["id"]
    address, headers = f"/v1/listings/{listing}/delisting", member.headers | key()
    body = {"reason": "已签约"}
    stale = await client.post(address, json=body, headers=headers | {"If-Match": '"1"'})
    assert stale.status_code == 412, stale.text
    other = await client.post(address, json={"reason": "另一理由"}, headers=headers)
    assert code(other) == (422, "idempotency_key_reused")
    seen = {"If-Match": (await client.get(f"/v1/listings/{listing}", headers=member.headers)).headers["etag"]}
    done, again = [await client.post(address, json=body, headers=headers | seen) for _ in range(2)]
    assert (done.status_code, again.headers["idempotency-replayed"]) == (200, "true"), done.text
    assert code(await client.post(address, json=body, headers=headers)) == (422, "idempotency_key_reused")


async def test_keys_are_each_caller_s_own(client, member):
    keyed, colleague = key(), await add_member(client, member)
    first = await post(client, member, keyed, party("甲"))
    other = await post(client, colleague, keyed, party("乙"))
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["id"] != other.json()["id"]


async def test_a_stranger_s_keys_are_those_of_the_address(another: Another):
    keyed, body = key(), registration_body(kind="individual")
    here, there = another(address="10.0.0.1"), another(address="10.0.0.2")
    first, again = [await here.post("/v1/organisations", json=body, headers=keyed) for _ in range(2)]
    assert first.status_code == 201
    assert again.json() == first.json()
    assert "idempotency-replayed" not in (await there.post("/v1/organisations", json=body, headers=keyed)).headers


@pytest.mark.parametrize("wrong", [b"", b"x" * 256, b"a b", "键".encode(), b"a\tb"])
async def test_a_key_is_1_to_255_visible_characters(client, member, wrong: bytes):
    headers = [*httpx.Headers(member.headers).raw, (b"Idempotency-Key", wrong)]
    answer = await client.post("/v1/parties", json=party(), headers=headers)
    assert code(answer) == (422, "idempotency_key_malformed")


async def test_a_key_may_be_long(client, member):
    assert (await post(client, member, {"Idempotency-Key": "~" * 255}, party())).status_code == 201


async def test_an_upload_is_the_same_by_its_fields_and_its_file_s_content(client, member):
    keyed, content = key(), f"申请号,名称\n{application_number()},电池\n".encode()

    async def send(content: bytes, mode: str = "check") -> httpx.Response:
        return await client.post(
            "/v1/imports",
            headers=member.headers | keyed,
            files={"file": ("f.csv", content)},
            data={"kind": "patents", "mode": mode},
        )

    first, again = await send(content), await send(content)  # each with a boundary of its own
    assert (first.status_code, again.status_code) == (202, 202), first.text
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert code(await send(content + b"x")) == (422, "idempotency_key_reused")
    assert code(await send(content, "apply")) == (422, "idempotency_key_reused")


async def test_a_key_is_free_again_after_a_day_and_its_answer_is_forgotten(client, another: Another, member, app):
    who, keyed, age = Member((await program(client, member))["Authorization"][7:], "", ""), key(), [timedelta()]
    later = another(clock=Clock(lambda: datetime.now(UTC) + age[0]))
    first = await post(later, who, keyed, party())
    age[0] = timedelta(hours=23, minutes=59)
    assert (await post(later, who, keyed, party())).json() == first.json()
    age[0] = timedelta(hours=24, minutes=1)
    fresh = await post(later, who, keyed, party("another body"))
    assert fresh.status_code == 201
    assert "idempotency-replayed" not in fresh.headers
    database = later._transport.app.state.database
    where = sa.select(sa.func.count()).where(ANSWER.c.key == keyed["Idempotency-Key"])
    for hours, kept in ((48, 1), (49, 0)):
        age[0] = timedelta(hours=hours)
        await retention.sweep(database, database.clock.now())
        async with database.read() as session:
            assert (await session.execute(where)).scalar_one() == kept
    assert retention.sweep in app.state.registry.sweeps


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=8))
async def test_whatever_is_sent_in_whatever_order_each_key_makes_one_change(client, member, asked):
    keys, first = [key() for _ in range(3)], {}
    for which, body in asked:
        answer = await post(client, member, keys[which], party(f"某 {body}"))
        known = first.setdefault(which, (body, answer.content))
        if known[0] == body:
            assert (answer.status_code, answer.content) == (201, known[1])
        else:
            assert code(answer) == (422, "idempotency_key_reused")
