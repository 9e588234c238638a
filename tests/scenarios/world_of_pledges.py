"""A pledge that a borrower and a bank drew up, which nobody else knows of."""

import httpx

from tests.scenarios.financing import enter_sound_patent, register_bank
from tests.scenarios.members import Member
from tests.scenarios.pledges import accept_offer_on, draw_up_pledge


async def make_pledge(client: httpx.AsyncClient, borrower: Member) -> dict[str, str]:
    """Return the ids of a draft and of its offer, and those of a change and of proceeds that are nobody's."""
    patent = await enter_sound_patent(client, borrower)
    deal = await accept_offer_on(client, borrower, await register_bank(client), patent["id"])
    pledge = await draw_up_pledge(client, deal)
    return {
        "pledge_id": pledge["id"],
        "pledged_offer_id": deal.offer["id"],
        "change_id": "chg_01h455vb4pex5vsknk084sn02q",
        "proceeds_id": "prc_01h455vb4pex5vsknk084sn02q",
    }
