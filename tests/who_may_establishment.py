"""Who gets what class of answer of requests to be heard as a holder."""

from tests.who_may import ALL, EDITS, HIDDEN, NONE, REASON, REFUSED, SIGNED_IN, PermissionRequest, Who, outward, the

OF_PATENT = "/v1/patents/{patent_id}/establishments/{establishment_id}"
ASKING = the(evidence="示例证明")
BY_OWN_AND_OFFICES = Who(401, HIDDEN, EDITS, EDITS, EDITS)
BY_ANY_EDITOR = Who(401, EDITS, EDITS, EDITS, EDITS)
DECIDES = Who(401, HIDDEN, EDITS, EDITS, REFUSED, EDITS)  # the licensee holds the patent, one's own organisation asks

ESTABLISHMENTS = {
    **outward(
        {
            "POST /v1/patents/{patent_id}/establishment": [
                PermissionRequest(BY_OWN_AND_OFFICES, json=ASKING, matches=True),
                PermissionRequest(BY_ANY_EDITOR, "listed", json=ASKING, matches=True),
            ],
            f"POST {OF_PATENT}/acceptance": [PermissionRequest(DECIDES, "heard", json=the(), matches=True)],
            f"POST {OF_PATENT}/refusal": [PermissionRequest(DECIDES, "heard", json=REASON, matches=True)],
            f"POST {OF_PATENT}/adoption": [
                PermissionRequest(DECIDES, "heard", json=the(takes=["listing"]), matches=True)
            ],
        }
    ),
    "GET /v1/establishments": [PermissionRequest(SIGNED_IN._replace(party=ALL), query="limit=100")],
    "GET /v1/establishments/{establishment_id}": [PermissionRequest(Who(401, NONE, ALL, ALL, ALL, ALL), "heard")],
    f"POST {OF_PATENT}/withdrawal": [
        PermissionRequest(Who(401, HIDDEN, HIDDEN, HIDDEN, EDITS, HIDDEN), "asked", matches=True)
    ],
}
