"""Who asks is the line that he asks from or the account that he signs in with, and nothing else that he writes."""

import secrets
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from backend.core.network.client_address import network_of
from tests.core.conftest import Another
from tests.one_server import environment_of, free_port
from tests.scenarios.members import register_organisation, sign_in

TOKEN = "f3a91c0d47be5826e19f"
SAYING = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "CF-Connecting-IP")
REFUSED = 429


async def counted(client: httpx.AsyncClient, *asked: dict[str, str]) -> list[int]:
    return [(await client.get("/problems", headers=headers)).status_code for headers in asked]


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("::ffff:c633:6407", "198.51.100.7"),
        ("2001:DB8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_address_is_counted_as_the_line_that_it_belongs_to(address: str, counted_as: str) -> None:
    assert network_of(address) == counted_as


@pytest.mark.parametrize("header", SAYING)
@pytest.mark.parametrize("peer", ["127.0.0.1", "10.0.0.5"])
async def test_nobody_is_believed_where_he_says_that_he_comes_from(another: Another, header: str, peer: str) -> None:
    one = another(address=peer, rate_address_per_minute=3)
    said = [{header: f"for=203.0.113.{n}" if header == "Forwarded" else f"203.0.113.{n}"} for n in range(4)]
    assert await counted(one, *said) == [200, 200, 200, REFUSED]


async def test_a_proxy_that_is_trusted_tells_its_clients_apart(another: Another) -> None:
    behind = another(address="10.0.0.5", trusted_proxies=("10.0.0.0/8",), rate_address_per_minute=2)
    one, other = {"X-Forwarded-For": "203.0.113.1"}, {"X-Forwarded-For": "203.0.113.2"}
    assert await counted(behind, one, one, one, other, other, other) == [200, 200, REFUSED] * 2


async def test_what_a_client_itself_wrote_before_a_trusted_proxy_counts_for_nothing(another: Another) -> None:
    behind = another(address="10.0.0.5", trusted_proxies=("10.0.0.0/8",), rate_address_per_minute=3)
    said = [
        {"X-Forwarded-For": f"192.0.2.{n}, 203.0.113.9", "Forwarded": f"for=192.0.2.{n}", "X-Real-IP": f"192.0.2.{n}"}
        for n in range(4)
    ]
    assert await counted(behind, *said) == [200, 200, 200, REFUSED]


async def test_who_is_no_trusted_proxy_is_not_believed_though_there_is_one(another: Another) -> None:
    beside = another(address="11.0.0.5", trusted_proxies=("10.0.0.0/8",), rate_address_per_minute=2)
    assert await counted(beside, *[{"X-Forwarded-For": f"203.0.113.{n}"} for n in range(3)]) == [200, 200, REFUSED]


async def test_a_line_with_very_many_addresses_is_one(another: Another) -> None:
    behind = another(address="10.0.0.5", trusted_proxies=("10.0.0.5/32",), rate_address_per_minute=3)
    within = [{"X-Forwarded-For": f"2001:db8:7:7:{n:x}::{n + 1:x}"} for n in range(4)]
    mapped = [{"X-Forwarded-For": "::ffff:203.0.113.4"}, {"X-Forwarded-For": "203.0.113.4"}] * 2
    assert await counted(behind, *within) == [200, 200, 200, REFUSED]
    assert await counted(behind, {"X-Forwarded-For": "2001:db8:7:8::1"}) == [200]
    assert await counted(behind, *mapped) == [200, 200, 200, REFUSED]


async def test_a_caller_is_counted_as_who_he_is_however_he_spells_it(
    client: httpx.AsyncClient, another: Another
) -> None:
    slow = another(rate_caller_per_minute=4)
    who = await register_organisation(client, verified=False)
    again = await sign_in(slow, who.user_email)
    spellings = (f"Bearer {who.token}", f"bearer {who.token}", f"BEARER   {who.token} ", f"Bearer {again.token}")
    seen = [(await slow.get("/v1/me", headers={"Authorization": said})).status_code for said in spellings]
    refused = await slow.get("/v1/me", headers={"Authorization": f"bEaReR  {again.token}"})
    assert [*seen, refused.status_code] == [200, 200, 200, 200, REFUSED]
    assert refused.headers["ratelimit"].startswith('"caller"')
    assert 1 <= int(refused.headers["retry-after"]) <= 61
    writes = await slow.post("/v1/parties", json={}, headers=who.headers)
    assert writes.status_code == REFUSED
    other = await register_organisation(client, verified=False)
    assert (await slow.get("/v1/me", headers=other.headers)).status_code == 200


async def test_a_key_and_the_tokens_that_it_gets_are_one_caller(client: httpx.AsyncClient, another: Another) -> None:
    slow = another(rate_caller_per_minute=2)
    who = await register_organisation(client, verified=False)
    body = {"name": "夜间上传", "scopes": ["catalogue:read"], "role": "viewer"}
    key = (await client.post("/v1/api-keys", json=body, headers=who.headers)).json()["secret"]
    form = {"grant_type": "client_credentials", "client_secret": key}
    token = (await slow.post("/v1/oauth/token", data=form)).json()["access_token"]
    said = [{"Authorization": f"Bearer {one}"} for one in (key, token, key)]
    assert [(await slow.get("/v1/patents", headers=one)).status_code for one in said] == [200, 200, REFUSED]


async def test_who_is_not_recognised_is_an_address_whatever_he_sends(another: Another) -> None:
    slow = another(rate_caller_per_minute=1, rate_address_per_minute=5)
    for scheme in ("Bearer", "bearer", "Basic"):
        answer = await slow.get("/v1/me", headers={"Authorization": f"{scheme} {secrets.token_hex(8)}"})
        assert answer.status_code == 401
    said = [{"Authorization": f"Bearer {secrets.token_hex(8)}"} for _ in range(3)]
    assert await counted(slow, *said) == [200, 200, REFUSED]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
async def test_the_figures_are_for_the_machine_itself(another: Another, header: str) -> None:
    for address, due in (("127.0.0.1", 200), ("::1", 200), ("10.0.0.5", 401), ("203.0.113.9", 401)):
        asked = another(address=address)
        answer = await asked.get("/metrics")
        assert answer.status_code == due, address
        assert (await asked.get("/metrics", headers={header: "127.0.0.1"})).status_code == 401
    assert answer.json()["code"] == "metrics_closed"
    assert "patentmart_requests" not in answer.text
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_proxy_on_the_machine_itself_opens_the_figures_to_nobody(another: Another) -> None:
    behind = another(trusted_proxies=("127.0.0.1/32",))
    assert (await behind.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})).status_code == 401
    assert (await behind.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})).status_code == 401


async def test_whoever_has_the_token_reads_the_figures_and_nobody_else_does(another: Another) -> None:
    for address in ("127.0.0.1", "203.0.113.9"):
        asked = another(address=address, metrics_token=SecretStr(TOKEN))
        for said, due in (
            (f"Bearer {TOKEN}", 200), (f"bearer  {TOKEN}", 200), (f"Bearer {TOKEN[:-1]}", 401), ("Bearer ", 401),
            (f"Basic {TOKEN}", 401), (TOKEN, 401), ("", 401), ("Bearer ü", 401),
        ):  # fmt: skip
            answer = await asked.get("/metrics", headers={"Authorization": said.encode()})
            assert answer.status_code == due, (address, said)


def test_a_real_server_believes_nobody_either(tmp_path: Path) -> None:
    port = free_port()
    env = environment_of(tmp_path, "") | {
        "PATENTMART_DEMO": "0", "PATENTMART_SECRET": secrets.token_hex(32), "RATE_ADDRESS_PER_MINUTE": "5",
        "FORWARDED_ALLOW_IPS": "*",
    }  # fmt: skip
    command = [sys.executable, "-m", "backend.cli", "serve", "--port", str(port)]
    served = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[2])
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            for _ in range(300):
                try:
                    client.get("/healthz")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            said = [client.get("/problems", headers={"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(6)]
            assert [answer.status_code for answer in said] == [200] * 5 + [REFUSED]
            assert client.get("/metrics").status_code == 200
            assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 401
    finally:
        served.terminate()
        served.wait(30)
