"""Accounts whose addresses are confirmed, made through the front door."""

import httpx
from fastapi import FastAPI

from tests.scenarios.email_links import confirmation_link
from tests.scenarios.members import Member, register_organisation


async def post_confirmation(client: httpx.AsyncClient, who: Member | None, link: str) -> httpx.Response:
    """Return the answer to the confirmation of an address by the link of an e-mail."""
    return await client.post(link, headers=who.headers if who else {})


async def confirm_address(app: FastAPI, client: httpx.AsyncClient, who: Member) -> None:
    """Confirm the member's address by the link that was sent there last."""
    me = (await client.get("/v1/me", headers=who.headers)).json()
    asked = await client.post("/v1/me/email-confirmation", headers=who.headers)
    assert asked.status_code == 202, asked.text
    links = [await confirmation_link(app, me["email"])]
    answer = await post_confirmation(client, who, links[-1])
    assert answer.status_code == 204, answer.text


async def register_confirmed(
    app: FastAPI, client: httpx.AsyncClient, kind: str = "university", verified: bool = True
) -> Member:
    """Return the owner of a fresh organisation, whose address is confirmed."""
    owner = await register_organisation(client, kind, verified)
    await confirm_address(app, client, owner)
    return owner
