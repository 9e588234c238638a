"""A loan and a pledge of an organisation's own, of which steps are asked."""

import httpx

from tests.scenarios.members import Member
from tests.scenarios.requests import get
from tests.scenarios.world_of_pledges import make_pledge
from tests.who_may_lending import LOAN
from tests.who_may_pledges import PLEDGES, PLG

NO_CHANGE = "chg_01h455vb4pex5vsknk084sn02r"


async def pledge_stages(client: httpx.AsyncClient, who: Member) -> dict[str, dict[str, str]]:
    """Return by operation the enterprise's pledge or loan, whatever comes of the step."""
    own = await make_pledge(client, who) | {"change_id": NO_CHANGE}
    loans = (await get(client, who, "/v1/loans"))["items"]
    loan = {"loan_id": next(one["id"] for one in loans if one["offer_id"] == own["pledged_offer_id"])}
    steps = ("disbursements", "repayments", "early-repayment", "costs", "recoveries")
    return {
        **{operation: own for operation in PLEDGES if operation.startswith(f"POST {PLG}")},
        **{f"POST {LOAN}/{step}": loan for step in steps},
    }
