import re

import httpx
import pytest

from tests.scenarios.members import register_organisation


async def test_the_server_says_it_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    ready = await client.get("/readyz")
    assert ready.status_code == 200, ready.text
    assert all(line["ok"] for line in ready.json()["checks"])


async def test_an_unknown_address_is_a_problem_document_in_the_callers_language(client: httpx.AsyncClient) -> None:
    chinese = await client.get("/v1/nowhere")
    english = await client.get("/v1/nowhere", headers={"Accept-Language": "en"})
    assert chinese.status_code == english.status_code == 404
    assert chinese.headers["content-type"] == "application/problem+json"
    assert chinese.json()["title"] == "没有找到"
    assert english.json()["title"] == "Not found"
    page = await client.get(httpx.URL(english.json()["type"]).path)
    assert page.status_code == 200
    assert "not_found" in page.text


async def test_who_asks_too_often_is_told_when_to_come_back(another):
    slow = another(rate_address_per_minute=3)
    answers = [await slow.get("/problems") for _ in range(5)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429, 429]
    refused = answers[3]
    assert refused.json()["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    assert re.fullmatch(r'"address";r=0;t=\d+', refused.headers["ratelimit"])
    assert (await slow.get("/healthz")).status_code == 200
    assert (await slow.get("/metrics")).status_code == 200


async def test_callers_from_one_address_are_counted_apart(client, another):
    slow = another(rate_caller_per_minute=2)
    for _ in range(2):
        who = await register_organisation(client, verified=False)
        said = [await slow.get("/v1/me", headers=who.headers) for _ in range(3)]
        assert [a.status_code for a in said] == [200, 200, 429]
        assert said[2].headers["ratelimit"].startswith('"caller"')


async def test_the_figures_name_routes_and_not_addresses(another):
    counted = another()
    for n in range(5):
        await counted.get(f"/v1/nowhere/{n}")
        await counted.get(f"/v1/parties/pty_01h455vb4pex5vsknk084sn02{n}")
        await counted.request(f"BREW{n}", "/v1/parties")
        await counted.delete("/healthz")
    said = (await counted.get("/metrics")).text
    lines = [line for line in said.splitlines() if line.startswith("patentmart_requests_total")]
    assert 'patentmart_requests_total{method="GET",route="unmatched",status="404"} 5.0' in lines
    assert 'patentmart_requests_total{method="GET",route="/v1/parties/{party_id}",status="401"} 5.0' in lines
    assert "nowhere" not in said
    assert "BREW" not in said
    assert len(lines) == 4
    assert 'patentmart_problems_total{code="not_signed_in"} 5.0' in said


async def test_every_answer_has_a_number_of_its_own(client: httpx.AsyncClient) -> None:
    numbers = {(await client.get("/healthz")).headers["x-request-id"] for _ in range(3)}
    assert len(numbers) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", number) for number in numbers)
    assert (await client.get("/healthz")).headers["x-content-type-options"] == "nosniff"


async def test_a_part_that_is_away_makes_the_server_not_ready(another):
    apart = another()

    async def away() -> str:
        raise OSError("secret address of the part")

    apart._transport.app.state.checks["part"] = away
    answer = await apart.get("/readyz")
    assert answer.status_code == 503
    assert {"name": "part", "ok": False, "detail": "OSError"} in answer.json()["checks"]
    assert "secret" not in answer.text
    assert (await apart.get("/healthz")).status_code == 200


@pytest.mark.parametrize(
    "address", ["/healthz", "/v1/organisations", "/v1/nowhere", "/v1/patents/search", "/openapi.json"]
)
async def test_what_can_be_read_can_be_asked_after_without_its_content(client: httpx.AsyncClient, address: str) -> None:
    whole, asked = await client.get(address), await client.head(address)
    assert asked.content == b""
    assert asked.status_code == whole.status_code
    for name in ("content-type", "content-length", "vary"):
        assert asked.headers.get(name) == whole.headers.get(name)
    assert (await client.head("/v1/oauth/token")).status_code == 405


async def test_json_of_very_many_names_is_one_error_and_not_one_for_each(client: httpx.AsyncClient) -> None:
    for body in (
        {f"n{n}": 1 for n in range(50_000)},
        {"name": [1] * 50_000},
        {"member": {f"n{n}": 1 for n in range(900)}},
    ):
        answer = await client.post("/v1/organisations", json=body)
        assert answer.status_code == 422
        assert len(answer.content) < 3_000


async def test_a_form_is_small_since_it_is_read_a_character_at_a_time(client: httpx.AsyncClient) -> None:
    for media in ("application/x-www-form-urlencoded", "Application/X-WWW-Form-Urlencoded; charset=utf-8"):
        headers = {"Content-Type": media}
        answer = await client.post("/v1/oauth/token", content=b"&" * 70_000, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        assert (await client.post("/v1/oauth/token", content=b"a=b", headers=headers)).status_code == 400
