"""What two sides of a match say to each other: an introduction that was accepted, and a match nobody asked about."""

import httpx

from tests.scenarios.files import pdf, post_file
from tests.scenarios.introductions import accept_introduction, ask_for_introduction, enter_match
from tests.scenarios.members import Member
from tests.scenarios.needs import publish_need
from tests.scenarios.requests import get, post


async def make_introductions(
    client: httpx.AsyncClient, holder: Member, asker: Member, listing_id: str, mark: str
) -> dict[str, str]:
    """Return the ids of an introduction that the holder of the listing asked for, and of a match besides."""
    needs = [await publish_need(client, asker, title=f"need {place}") for place in ("met", "not met")]
    met, open_ = [await enter_match(client, need["id"], listing_id) for need in needs]
    one = await ask_for_introduction(client, holder, met, message=f"introduction {mark}", share=["email"])
    await accept_introduction(client, asker, one)
    uploaded = await post_file(client, holder, pdf(mark), f"{mark}.pdf", description=f"file {mark}")
    body = {"text": f"message {mark}", "files": [uploaded.json()["id"]]}
    await post(client, holder, f"/v1/introductions/{one['id']}/messages", body, 201)
    return {"introduction_id": one["id"], "match_id": open_}


async def own_introduction(client: httpx.AsyncClient, asker: Member, holder: Member, patent_id: str) -> dict[str, str]:
    """Return the id of an introduction in which the asker may write, about a listed patent of the holder."""
    (listing,) = (await get(client, holder, "/v1/listings", patent_id=patent_id))["items"]
    need = await publish_need(client, asker)
    one = await ask_for_introduction(client, asker, await enter_match(client, need["id"], listing["id"]))
    await accept_introduction(client, holder, one)
    return {"introduction_id": one["id"]}
