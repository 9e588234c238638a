"""What one organisation may draft, publish at one time and show by name in a day, by hand and by file."""

import httpx
from fastapi import FastAPI

from tests.accounts.test_quotas import limited
from tests.needs.test_need_import import sent
from tests.scenarios.members import register_organisation
from tests.scenarios.needs import draft_need, patch_need, post_need, publish_need


async def test_needs_are_drafted_within_the_days_quota_by_hand_and_by_file(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    asker = await register_organisation(client, "enterprise")
    with limited(app, needs_per_day=2):
        await draft_need(client, asker)
        rows = [{"自编号": f"Q-{n}"} for n in range(2)]
        for mode in ("check", "apply"):
            outcomes = [(outcome, codes) for outcome, codes, _ in await sent(client, asker, *rows, mode=mode)]
            assert outcomes == [("created", []), ("rejected", ["needs_used_up"])]
        refused = await post_need(client, asker)
        assert (refused.status_code, refused.json()["code"]) == (429, "quota_used_up")


async def test_so_many_needs_are_published_at_one_time(client: httpx.AsyncClient, app: FastAPI) -> None:
    asker = await register_organisation(client, "enterprise")
    with limited(app, needs_published_at_once=1):
        first = await publish_need(client, asker)
        second = await draft_need(client, asker)
        place = f"/v1/needs/{second['id']}"
        refused = await client.post(f"{place}/publication", headers=asker.headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "too_many_open_needs")
        for mode in ("check", "apply"):
            [(outcome, codes, _)] = await sent(client, asker, {"自编号": "L-1"}, mode=mode)
            assert (outcome, codes) == ("created", ["publish_too_many"])
        renewed = await client.post(f"/v1/needs/{first['id']}/publication", headers=asker.headers)
        assert renewed.status_code == 200, "what is published already still stands"
        body = {"outcome": "given_up"}
        await client.post(f"/v1/needs/{first['id']}/closure", json=body, headers=asker.headers)
        assert (await client.post(f"{place}/publication", headers=asker.headers)).status_code == 200


async def test_needs_are_shown_by_name_within_the_days_quota(client: httpx.AsyncClient, app: FastAPI) -> None:
    asker = await register_organisation(client, "enterprise")
    one, two = await register_organisation(client), await register_organisation(client, "operation_centre")
    names = [one.organisation_id]
    with limited(app, need_showings_per_day=1):
        need = await publish_need(client, asker, confidential=True, shown_to=names)
        refused = await patch_need(client, asker, need, shown_to=[*names, two.organisation_id])
        assert (refused.status_code, refused.json()["code"]) == (429, "quota_used_up")
        taken_back = await patch_need(client, asker, need, shown_to=[])
        assert taken_back.status_code == 200
        again = await patch_need(client, asker, need, shown_to=names)
        assert again.status_code == 200, "who was told once is not told anew"
        row = {"自编号": "S-1", "是否保密": "是", "定向公开机构": two.organisation_id}
        for mode in ("check", "apply"):
            [(outcome, codes, _)] = await sent(client, asker, row, mode=mode)
            assert (outcome, codes) == ("created", ["showings_used_up"])
