"""The demonstration's clock, on a server of its own: a moved clock ends the patents of everybody else's tests."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from backend.demo.seed import FIRST_SIGN_IN, PASSWORD
from tests.served import demonstration

PLATFORM = "owner@platform.example"
CLOCK = "/v1/demo/clock"
EXPIRING = {"sort": "expiry_date", "limit": 1}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with demonstration(tmp_path_factory.mktemp("clock"), 200) as server, httpx.Client(base_url=server) as client:
        yield client


def headers(client: httpx.Client, who: str) -> dict[str, str]:
    form = {"grant_type": "password", "username": who, "password": PASSWORD}
    return {"Authorization": f"Bearer {client.post('/v1/oauth/token', data=form).json()['access_token']}"}


def first_to_expire(client: httpx.Client) -> dict[str, str]:
    found: dict[str, str] = client.get("/v1/patents/search", params=EXPIRING).json()["items"][0]
    return found


def test_the_clock_shows_the_real_time_until_it_is_moved(client: httpx.Client) -> None:
    answer = client.get(CLOCK, headers=headers(client, PLATFORM))
    assert answer.status_code == 200, answer.text
    shown = datetime.fromisoformat(answer.json()["now"])
    assert abs(shown - datetime.now(UTC)) < timedelta(minutes=1)
    assert answer.json()["offset_seconds"] == 0


def test_moved_beyond_its_term_a_patent_expires_and_its_listing_leaves_the_search(client: httpx.Client) -> None:
    staff = headers(client, PLATFORM)
    patent = first_to_expire(client)
    beyond = datetime.fromisoformat(patent["expiry_date"]).replace(tzinfo=UTC) + timedelta(days=1)
    answer = client.put(CLOCK, headers=staff, json={"now": beyond.isoformat()})
    assert answer.status_code == 200, answer.text
    assert datetime.fromisoformat(answer.json()["now"]) == beyond
    for _ in range(200):
        if first_to_expire(client)["id"] != patent["id"]:
            break
        time.sleep(0.1)
    shown = client.get(f"/v1/patents/{patent['id']}", headers=staff).json()
    assert shown["legal_status"] == "expired"
    assert client.get("/v1/patents/search", params={"q": patent["application_number"]}).json()["total"] == 0
    listing = client.get(f"/v1/listings/{patent['listing_id']}", headers=staff).json()
    assert (listing["status"], listing["suspended_by"]) == ("suspended", "legal_status")


def test_a_sign_in_stays_good_whatever_the_clock_says_and_the_clock_goes_back(client: httpx.Client) -> None:
    staff = headers(client, PLATFORM)
    assert client.put(CLOCK, headers=staff, json={"now": "2040-01-01T00:00:00+08:00"}).status_code == 200
    assert client.get(CLOCK, headers=staff).json()["now"].startswith("2039-12-31T16:0")
    back = client.put(CLOCK, headers=staff, json={"now": datetime.now(UTC).isoformat()})
    assert abs(back.json()["offset_seconds"]) < 5


@pytest.mark.parametrize(
    "body", [{}, {"now": "2026-12-01"}, {"now": "2026-12-01T08:00:00"}, {"now": "1900-01-01T00:00:00Z"}]
)
def test_a_moment_that_is_none_is_refused(client: httpx.Client, body: dict[str, str]) -> None:
    assert client.put(CLOCK, headers=headers(client, PLATFORM), json=body).status_code == 422


def test_only_the_platform_moves_the_clock(client: httpx.Client) -> None:
    body = {"now": "2030-01-01T00:00:00Z"}
    assert client.put(CLOCK, json=body).status_code == 401
    assert client.put(CLOCK, headers=headers(client, FIRST_SIGN_IN), json=body).status_code == 403
