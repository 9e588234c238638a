"""Webhooks are the organisation's: they stay when a member goes who may know their secrets."""

import httpx
import pytest

from tests.accounts.test_members import address_of
from tests.delivery.test_inbox import types, until
from tests.scenarios.members import Member, add_member, register_organisation
from tests.scenarios.webhooks import register_webhook, run_receiver

KNOWN = "webhook.secrets_known"


async def remove_or_demote(client: httpx.AsyncClient, owner: Member, who: Member, role: str | None = None) -> None:
    """Have the owner remove the member, or give it a lower role."""
    address, headers = await address_of(client, who), owner.headers | {"If-Match": "*"}
    if role is None:
        answer = await client.delete(address, headers=headers)
    else:
        answer = await client.patch(address, json={"role": role}, headers=headers)
    assert answer.status_code in (200, 204), answer.text


@pytest.mark.parametrize(("role", "lower"), [("owner", None), ("owner", "editor"), ("editor", None)])
async def test_the_owners_are_asked_for_new_secrets_when_somebody_goes_who_may_know_them(
    client: httpx.AsyncClient, role: str, lower: str | None
) -> None:
    mine = await register_organisation(client)
    other = await add_member(client, mine, "owner")
    gone = await add_member(client, mine, role)
    async with run_receiver() as receiver:
        made = await register_webhook(client, mine, receiver.url, "listing")
    await remove_or_demote(client, mine, gone, lower)
    for owner in (mine, other):  # also the one who sent him away
        found = await until(client, owner, lambda found: KNOWN in types(found))
        message = next(one for one in found["items"] if one["type"] == KNOWN)
        assert "/v1/webhooks/…/secret-renewal" in message["text"]
        assert types(found).count(KNOWN) == 1
    kept = (await client.get(f"/v1/webhooks/{made['id']}", headers=mine.headers)).json()
    assert kept["status"] == "active"
    renewed = await client.post(f"/v1/webhooks/{made['id']}/secret-renewal", headers=mine.headers)
    assert renewed.json()["secret"] != made["secret"]


async def test_nobody_is_asked_where_there_is_no_secret_or_nobody_knew_it(client: httpx.AsyncClient) -> None:
    without, with_one = await register_organisation(client), await register_organisation(client)
    async with run_receiver() as receiver:
        await register_webhook(client, with_one, receiver.url, "listing")
    await remove_or_demote(client, without, await add_member(client, without, "owner"))
    await remove_or_demote(client, with_one, await add_member(client, with_one, "viewer"))
    for owner in (without, with_one):
        await add_member(client, owner)
        found = await until(client, owner, lambda found: types(found).count("member.joined") == 2)
        assert KNOWN not in types(found)
