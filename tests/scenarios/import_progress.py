"""An import as its sender follows it over a real connection: signed in, page by page, until it has come so far."""

import time
from typing import Any

import httpx

PASSWORD = "a rather long sentence of mine"


def sign_in_inventor(client: httpx.Client) -> dict[str, str]:
    member = {"email": "crash@example.com", "name": "断电", "password": PASSWORD}
    body = {"kind": "individual", "name": "断电发明人", "member": member}
    answer = client.post("/v1/organisations", json=body)
    assert answer.status_code == 201, answer.text
    form = {"grant_type": "password", "username": "crash@example.com", "password": PASSWORD}
    return {"Authorization": f"Bearer {client.post('/v1/oauth/token', data=form).json()['access_token']}"}


def get_every_row(client: httpx.Client, address: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    while cursor is not None or not items:
        asked = {"limit": "100", **({"cursor": cursor} if cursor else {})}
        page = client.get(f"{address}/rows", headers=headers, params=asked).json()
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    return items


def wait_for_rows(client: httpx.Client, address: str, headers: dict[str, str], *, rows: int) -> dict[str, Any]:
    """Return the import once so many rows are done, or it has ended."""
    for _ in range(1_200):
        found: dict[str, Any] = client.get(address, headers=headers).json()
        if found["progress"]["done"] >= rows or found["status"] in ("done", "failed"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)
