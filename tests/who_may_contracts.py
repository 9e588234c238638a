"""Who gets what class of answer of contracts: their two sides, and for everybody else there are none."""

from tests.who_may import (
    ALL,
    EDITS,
    HIDDEN,
    NONE,
    OWN_ONLY,
    OWNERS_OF_OWN,
    REFUSED,
    SIGNED_IN,
    PermissionRequest,
    Who,
    outward,
    the,
)

ONE = "/v1/contracts/{contract_id}"
CERTIFICATE = "/v1/organisations/{organisation_id}/certificate"
SEEN = Who(401, NONE, NONE, NONE, ALL, ALL)
STEP = Who(401, HIDDEN, HIDDEN, HIDDEN, EDITS, EDITS)
SIGNS = Who(401, *[REFUSED] * 5)  # nobody without a code of the second factor
HASH = "0" * 64
LETS = (200, 201, 204, 409, 412)

CONTRACTS = {
    "GET /v1/contracts": [PermissionRequest(SIGNED_IN._replace(party=ALL), query="limit=100")],
    **{
        f"GET {ONE}{part}": [PermissionRequest(SEEN)]
        for part in ("", "/document.pdf", "/versions", "/amendments", "/timeline", "/timeline.zip")
    },
    **outward(
        {
            f"POST {ONE}/signatures/preparation": [PermissionRequest(STEP, json=the(bound_hash=HASH), lets=LETS)],
            f"POST {ONE}/signatures": [PermissionRequest(SIGNS, json=the(bound_hash=HASH))],
            f"POST {ONE}/change-request": [PermissionRequest(STEP, json=the(text="示例"), matches=True)],
            f"POST {ONE}/refusal": [PermissionRequest(STEP, json=the(reason="other"), matches=True)],
            f"POST {ONE}/amendments": [PermissionRequest(STEP, json=the(changes={"term_months": 3}), matches=True)],
            f"POST {ONE}/amendments/{{amendment_id}}/refusal": [PermissionRequest(STEP, json=the(reason="other"))],
            f"POST {ONE}/termination": [PermissionRequest(STEP, json=the(note="示例"), matches=True)],
        }
    ),
    f"GET {CERTIFICATE}": [PermissionRequest(OWN_ONLY, lets=(404,))],
    f"PUT {CERTIFICATE}": [
        PermissionRequest(OWNERS_OF_OWN, json=the(certificate="示例"), lets=(422,)),
    ],
    f"DELETE {CERTIFICATE}": [PermissionRequest(OWNERS_OF_OWN, matches=True, lets=(404,))],
}
