"""API keys, and how they are shown."""

from typing import Any

import httpx

from tests.scenarios.members import Member
from tests.scenarios.requests import post


async def make_key(
    client: httpx.AsyncClient, who: Member, *scopes: str, role: str = "editor", **more: str
) -> dict[str, Any]:
    """Return a key with its secret."""
    body = {"name": "upload", "scopes": list(scopes or ("accounts:read",)), "role": role, **more}
    return dict(await post(client, who, "/v1/api-keys", body, 201))


def bearer(secret: str) -> dict[str, str]:
    """Return the headers of whoever has the secret."""
    return {"Authorization": f"Bearer {secret}"}
