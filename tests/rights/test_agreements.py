"""What co-owners agreed, through the front door."""

from typing import Any

import httpx
from fastapi import FastAPI

from tests.scenarios.files import upload_evidence
from tests.scenarios.holdings import enter_co_owned_patent
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.rights import get_permission, reason_codes

ALL = {"who": "all"}


async def entered_by(
    client: httpx.AsyncClient, patent: dict[str, Any], who: Member, acts: dict[str, Any], on: str = "2026-01-01"
) -> Any:
    """Return the agreement with the word of one more."""
    body = {"acts": acts, "effective_on": on, "source": "协议", "evidence_files": [await upload_evidence(client, who)]}
    place = f"/v1/patents/{patent['id']}/co-owner-agreements"
    answer = await client.post(place, json=body, headers=who.headers)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def test_an_act_is_ruled_by_the_newest_agreement_that_names_it(client: httpx.AsyncClient) -> None:
    one, other = await register_organisation(client), await register_organisation(client)
    patent = await enter_co_owned_patent(client, one, other)
    agreed: tuple[tuple[dict[str, Any], str], ...] = (
        ({"grant_ordinary": ALL, "grant_sole": ALL}, "2026-01-01"),
        ({"grant_sole": {"who": "each"}}, "2026-02-01"),
    )
    for acts, on in agreed:
        for who in (one, other):
            await entered_by(client, patent, who, acts, on)
    assert reason_codes(await get_permission(client, one, patent["id"], "grant_ordinary")) == {"co_owner_agreement"}
    assert (await get_permission(client, one, patent["id"], "grant_sole"))["answer"] == "allowed"


async def test_an_agreement_did_not_bind_before_its_last_word_was_recorded(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    one, other = await register_organisation(client), await register_organisation(client)
    patent = await enter_co_owned_patent(client, one, other)
    await entered_by(client, patent, one, {"grant_ordinary": ALL})
    then = app.state.clock.now().isoformat()
    await entered_by(client, patent, other, {"grant_ordinary": ALL})
    await entered_by(client, patent, one, {"grant_ordinary": ALL})
    assert reason_codes(await get_permission(client, one, patent["id"], "grant_ordinary")) == {"co_owner_agreement"}
    assert reason_codes(await get_permission(client, one, patent["id"], "grant_ordinary", known_at=then)) == set()
