"""Who gets what class of answer of matches: of one's own need or listing, of a match, and of any text."""

from tests.scenarios.world import FINDABLE
from tests.who_may import (
    ALL,
    EDITS,
    HIDDEN,
    NONE,
    OWN_ONLY,
    PUBLIC,
    REFUSED,
    SIGNED_IN,
    PermissionRequest,
    Who,
    shown,
    the,
)

SIDES = Who(401, NONE, NONE, NONE, ALL, ALL)
SIDES_JUDGE = Who(401, HIDDEN, HIDDEN, HIDDEN, EDITS, EDITS)
SEEN_BY_ALL = Who(401, REFUSED, REFUSED, REFUSED, ALL)
SEEN_BY_NAMED_AND_PLATFORM = Who(401, NONE, NONE, REFUSED, ALL, REFUSED)
SEEN_BY_OFFICES = Who(401, NONE, REFUSED, REFUSED, ALL)
MATCH, LISTING = "/v1/matches/{match_id}", "/v1/listings/{listing_id}"
VERDICT = the(verdict="relevant", reasons=[])

MATCHES = {
    "GET /v1/needs/{need_id}/matches": [
        PermissionRequest(OWN_ONLY, "need_draft"),
        PermissionRequest(SEEN_BY_NAMED_AND_PLATFORM),
        PermissionRequest(SEEN_BY_ALL, "need_abstract"),
        PermissionRequest(SEEN_BY_ALL, "need_public"),
    ],
    f"GET {LISTING}/matches": [PermissionRequest(SEEN_BY_OFFICES), PermissionRequest(SEEN_BY_ALL, "listed")],
    f"GET {LISTING}/objections": [PermissionRequest(SEEN_BY_OFFICES), PermissionRequest(SEEN_BY_ALL, "listed")],
    f"GET {MATCH}": [PermissionRequest(SIDES)],
    f"POST {MATCH}/feedback": [PermissionRequest(SIDES_JUDGE, json=VERDICT)],
    f"DELETE {MATCH}/feedback": [PermissionRequest(SIDES_JUDGE)],
    "POST /v1/matches/preview": [PermissionRequest(PUBLIC, json=the(text=FINDABLE, limit=20))],
    **shown("/v1/patents/{patent_id}/similar"),
    "GET /v1/me/matching-settings": [PermissionRequest(SIGNED_IN)],
    "PUT /v1/me/matching-settings": [PermissionRequest(SIGNED_IN, json=the(order_by_feedback=True), matches=True)],
}
