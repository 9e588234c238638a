"""Who gets what class of answer of pledges: their sides alone know of a draft; the pledgee alone enforces.

The licensee of the world is pledgor and debtor; its pledgee, a bank, stands in tests/pledges.
"""

from typing import Any

from tests.scenarios.world import World
from tests.who_may import ALL, EDITS, HIDDEN, NONE, REFUSED, SIGNED_IN, PermissionRequest, Who, outward, the

PLG = "/v1/pledges/{pledge_id}"
FILE = "fil_01h455vb4pex5vsknk084sn02q"
NO_OFFER = "off_01h455vb4pex5vsknk084sn02q"
SEEN = Who(401, NONE, NONE, NONE, NONE, ALL)
BY_DEBTOR = Who(401, HIDDEN, HIDDEN, HIDDEN, HIDDEN, EDITS)
BY_PLEDGEE = Who(401, HIDDEN, HIDDEN, HIDDEN, HIDDEN, REFUSED)
DAY = "2026-03-01"
REGISTERED = the(outcome="registered", decided_on=DAY)
AUCTION = the(
    method="auction", patent_ids=["pat_01h455vb4pex5vsknk084sn02q"], disposed_on=DAY, buyer_name="示例",
    proceeds_fen=2, costs_fen=1, closes=True,
)  # fmt: skip


def of_offer(world: World, _: str) -> Any:
    """Return a pledge for an offer that has one."""
    return {
        "financing_offer_id": world.things.get("pledged", {}).get("pledged_offer_id", NO_OFFER),
        "secures": ["principal", "interest", "realisation_costs"],
    }


def step(name: str, who: Who, body: Any, method: str = "POST") -> dict[str, list[PermissionRequest]]:
    """Return the row of a step of a pledge."""
    return {f"{method} {PLG}{name}": [PermissionRequest(who, json=body, matches=True)]}


PLEDGES = {
    **outward({"POST /v1/pledges": [PermissionRequest(BY_DEBTOR, json=of_offer)]}),
    "GET /v1/pledges": [PermissionRequest(SIGNED_IN, query="limit=100")],
    **{f"GET {PLG}{name}": [PermissionRequest(SEEN)]
       for name in ("", "/disposals", "/changes", "/proceeds", "/watch")},
    **outward({
        **step("", BY_DEBTOR, the(annuities_paid_by="pledgee"), "PATCH"),
        **step("/confirmations", BY_DEBTOR, the(patent_id="pat_01h455vb4pex5vsknk084sn02q",
                                               ground="invalidation_pending")),
        **step("/registration", BY_DEBTOR, the(filed_on=DAY)),
        **step("/registration-decision", BY_DEBTOR, the(outcome="correction_asked", decided_on=DAY)),
        **step("/revocation", BY_DEBTOR, the(on=DAY, reason="示例")),
        **step("/release", BY_DEBTOR, the(filed_on=DAY, reason="debt_paid")),
        **step("/release-registration", BY_DEBTOR, REGISTERED),
        **step("/default", BY_PLEDGEE, the(on=DAY)),
        **step("/disposal", BY_PLEDGEE, AUCTION),
        **step("/insolvency", BY_PLEDGEE, the(opened_on=DAY, case_number="1", evidence_files=[FILE])),
        **step("/changes", BY_DEBTOR, the(kind="other", filed_on=DAY, note="示例")),
        **step("/changes/{change_id}/agreement", BY_DEBTOR, None),
        **step("/changes/{change_id}/decision", BY_DEBTOR, REGISTERED),
        **step("/proceeds/{proceeds_id}/decision", BY_PLEDGEE, the(use="deposit")),
    }),
}  # fmt: skip
