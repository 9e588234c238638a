"""Requests of tests that succeed, or are refused with the status that is due; else the answer is shown."""

from typing import Any, Protocol

import httpx


class SignedIn(Protocol):
    """Somebody who sends requests."""

    @property
    def headers(self) -> dict[str, str]:
        """Return what says who it is."""


async def post(client: httpx.AsyncClient, who: SignedIn, path: str, body: Any = None, due: int | None = None) -> Any:
    """Return the body of the answer."""
    return _body(await client.post(path, json=body, headers=who.headers), due)


async def get(client: httpx.AsyncClient, who: SignedIn, path: str, **query: Any) -> Any:
    """Return the body of the answer."""
    return _body(await client.get(path, params=query or None, headers=who.headers), None)


def _body(answer: httpx.Response, due: int | None) -> Any:
    expected = answer.status_code == due if due else answer.is_success
    assert expected, f"{answer.request.url.path}: {answer.status_code} {answer.text}"
    return answer.json()
