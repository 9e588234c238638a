"""No list reads a big table from end to end, whatever is asked of it: PostgreSQL itself counts."""

import time
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from backend.demo.seed import PASSWORD
from tests.commands import patentmart
from tests.machine import postgres_url
from tests.many import running
from tests.one_server import environment_of

pytestmark = pytest.mark.slow

PATENTS = 8_000
BIG = 5_000  # rows: below that reading all of a table may be the best way
COUNTED = "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE schemaname = 'public' AND n_live_tup > %s"
LISTS = (
    "/v1/patents",
    "/v1/patents?legal_status=in_force",
    "/v1/patents?kind=invention",
    "/v1/listings",
    "/v1/listings?status=listed",
    "/v1/annuities",
    "/v1/imports",
    "/v1/imports?status=done",
    "/v1/organisations",
    "/v1/organisations?kind=university",
    "/v1/parties?q=a",
    "/v1/api-keys",
    "/v1/webhooks",
    "/v1/files",
    "/v1/inbox",
    "/v1/inbox?unread=true",
    "/v1/consents",
    "/v1/consents?side=asked_of_us",
    "/v1/open-licences",
    "/v1/open-licences?mine=true",
    "/v1/open-licences?available=true",
    "/v1/notices",
    "/v1/notices?role=licensor",
    "/v1/licences",
    "/v1/licences?recordal=overdue",
    "/v1/royalty-reports",
    "/v1/royalty-reports?overdue=true",
    "/v1/me",
    "/v1/me/sessions",
    "/v1/changes",
    "/v1/changes?types=listing.published",
    "/v1/changes?after=now",
)
ASKING = ("owner@yuzhou.example", "owner@authority-city.example", "owner@platform.example")
OF_ONE = (
    "", "/holdings", "/legal-events", "/assessments", "/rights", "/co-owner-agreements", "/permissions"
)  # fmt: skip


def signed_in(base: str, who: str) -> dict[str, str]:
    """Return the headers of somebody of the demonstration."""
    form = {"grant_type": "password", "username": who, "password": PASSWORD}
    return {"Authorization": f"Bearer {httpx.post(f'{base}/v1/oauth/token', data=form).json()['access_token']}"}


def scans(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Return how often each big table was read from end to end."""
    time.sleep(1.2)  # a session tells its counts after a second at most
    connection.execute("SELECT pg_stat_clear_snapshot()")
    return dict(connection.execute(COUNTED, (BIG,)).fetchall())


def ask(client: httpx.Client, address: str) -> None:
    """Ask for a list, and for its second page where there is one."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.text)
    if cursor := answer.json().get("next_cursor"):
        second = client.get(address, params={**httpx.URL(address).params, "cursor": cursor})
        assert second.status_code == 200, (address, second.text)


def test_no_list_reads_a_big_table_from_end_to_end(tmp_path: Path) -> None:
    url = postgres_url("scans")
    mine = environment_of(tmp_path, url)
    assert patentmart(mine, "seed", "--patents", str(PATENTS)).exit_code == 0
    with (
        psycopg.connect(url, autocommit=True) as connection,
        running(tmp_path, mine, "serve", "--no-work", forked=True) as one,
        httpx.Client(base_url=one.base, timeout=60) as client,
    ):
        connection.execute("ANALYZE")
        while client.post("/v1/matches/preview", json={"text": "电池"}).status_code != 200:
            time.sleep(0.5)  # a process that starts reads all listings once, into memory
        found = [f"{who} {fault}" for who in ASKING for fault in scanned(connection, client, signed_in(one.base, who))]
    assert found == []


def scanned(connection: psycopg.Connection[Any], client: httpx.Client, headers: dict[str, str]) -> list[str]:
    """Return the addresses whose answers read a big table from end to end, and which."""
    client.headers.update(headers)
    patents = client.get("/v1/patents", params={"limit": 3}).json()["items"]
    addresses = [*LISTS, *(f"/v1/patents/{one['id']}{part}" for one in patents for part in OF_ONE)]
    before = scans(connection)
    assert {"patent", "event", "holding", "listing"} <= before.keys()
    for address in addresses:
        ask(client, address)
    after, found = scans(connection), []
    for address in addresses if after != before else ():  # which of them was it?
        before = after
        ask(client, address)
        after = scans(connection)
        found += [f"{address}: {name}" for name in after if after[name] > before.get(name, 0)]
    return found
