"""A licence that takes effect between the two sides after their introduction is its outcome."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.core.consistency import Line, Site
from backend.introductions.consistency_checks import CONSISTENCY_CHECKS
from backend.response_clocks.consistency_checks import CONSISTENCY_CHECKS as CLOCK_CHECKS
from tests.scenarios.introductions import (
    Pair,
    ask_for_introduction,
    enter_match,
    get_introduction,
    introduce,
)
from tests.scenarios.members import register_organisation, sign_in_platform
from tests.scenarios.needs import get_need, publish_need
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import FREE, LUMP, declare
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases


async def open_pair(client: httpx.AsyncClient, fee: dict[str, Any] | None = None) -> tuple[Pair, dict[str, Any]]:
    """Return a need and a listed patent that match, with the patent's open licence."""
    holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
    declared = await declare(client, holder, fee or FREE)
    (listing,) = (await get(client, holder, "/v1/listings", patent_id=declared["patent_id"]))["items"]
    assert listing["status"] == "listed"  # by the announcement
    need = await publish_need(client, asker)
    return Pair(await enter_match(client, need["id"], listing["id"]), asker, holder, need, listing), declared


async def check_all(app: FastAPI) -> list[str]:
    """Return what the checks of introductions and clocks find."""
    site = Site(app.state.database, {}, app.state.blobs, repair=False, follows=True)
    found = []
    for name, check in (*CONSISTENCY_CHECKS, *CLOCK_CHECKS):
        line = Line(name)
        await check(site, line)
        assert line.looked_at or "figures" in name, name
        found += line.examples
    return found


async def test_a_licence_after_the_introduction_counts(client: httpx.AsyncClient, app: FastAPI) -> None:
    pair, declared = await open_pair(client)
    one = await introduce(client, pair)
    notice = await give_notice(client, pair.asker, declared)
    for member in (pair.asker, pair.holder):
        seen = await get_introduction(client, member, one)
        assert (seen["licence_id"], seen["contracted_on"]) == (notice["licence_id"], notice["given_on"])
    need = (await get_need(client, pair.asker, pair.need["id"])).json()
    assert (need["status"], need["outcome"]) == ("matched", None)  # how it ended is its asker's to say
    assert await check_all(app) == []


async def test_a_licence_before_it_and_one_of_others_do_not_count(client: httpx.AsyncClient) -> None:
    pair, declared = await open_pair(client)
    one = await ask_for_introduction(client, pair.asker, pair.match_id)
    await give_notice(client, pair.asker, declared)
    await post(client, pair.holder, f"/v1/introductions/{one['id']}/acceptance", {}, 200)
    await give_notice(client, await register_organisation(client, "enterprise"), declared)
    assert (await get_introduction(client, pair.asker, one))["licence_id"] is None


async def test_one_licence_counts_for_one_introduction(client: httpx.AsyncClient) -> None:
    pair, declared = await open_pair(client)
    first = await introduce(client, pair)
    need = await publish_need(client, pair.asker)
    second = await introduce(
        client, Pair(await enter_match(client, need["id"], pair.listing["id"]), pair.asker, pair.holder, need,
                     pair.listing)
    )  # fmt: skip
    notice = await give_notice(client, pair.asker, declared)
    counted = [(await get_introduction(client, pair.asker, one))["licence_id"] for one in (first, second)]
    assert counted == [None, notice["licence_id"]]  # of the introduction accepted last


async def test_a_licence_that_is_void_counts_no_more(client: httpx.AsyncClient, app: FastAPI) -> None:
    pair, declared = await open_pair(client, LUMP)
    one = await introduce(client, pair)
    settled = await pay(client, pair.asker, await give_notice(client, pair.asker, declared))
    assert (await get_introduction(client, pair.asker, one))["licence_id"] == settled["licence_id"]
    payment = f"/v1/notices/{settled['id']}/payments/{settled['payments'][0]['id']}"
    await post(client, pair.holder, f"{payment}/contest", {"reason": "账户未收到该笔款项"})
    staff = await sign_in_platform(client)
    await post(client, staff, f"{payment}/contest-decision", {"outcome": "upheld", "reason": "无到账记录"})
    seen = await get_introduction(client, pair.asker, one)
    assert (seen["licence_id"], seen["contracted_on"]) == (None, None)
    assert await check_all(app) == []
