"""A match of a confidential need of the world's own with a listing of the other side of its deals, whom it names."""

import httpx

from tests.scenarios.listings import list_patent
from tests.scenarios.matches import match_with
from tests.scenarios.members import Member
from tests.scenarios.patents import enter_patent


async def make_match(
    client: httpx.AsyncClient, owner: Member, holder: Member, need_id: str, findable: str
) -> dict[str, str]:
    """Return the match's id; what is said in it by either side is seen by that side alone."""
    patent = await enter_patent(client, holder, title=f"{findable} offered")
    listing = await list_patent(client, holder, patent["id"])
    return {"match_id": (await match_with(client, owner, need_id, listing["id"]))["id"]}
