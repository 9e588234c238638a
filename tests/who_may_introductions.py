"""Who gets what class of answer of introductions, of how organisations answer, and of the figures of both."""

from tests.who_may import (
    ALL,
    EDITS,
    HIDDEN,
    NONE,
    OWNS,
    PUBLIC,
    REFUSED,
    SIGNED_IN,
    PermissionRequest,
    Who,
    outward,
    the,
)

ORG = "/v1/organisations/{organisation_id}"
INTRO = "/v1/introductions/{introduction_id}"
ASK = "POST /v1/matches/{match_id}/introduction"
ASKS = Who(401, HIDDEN, HIDDEN, HIDDEN, EDITS, EDITS)
SEEN = Who(401, NONE, NONE, ALL, ALL, ALL)
READ = SEEN._replace(platform=REFUSED)  # what the two sides wrote is nobody else's
BY_ASKER = Who(401, HIDDEN, HIDDEN, REFUSED, EDITS, REFUSED)
BY_ANSWERER = Who(401, HIDDEN, HIDDEN, REFUSED, REFUSED, EDITS)
BY_BOTH = Who(401, HIDDEN, HIDDEN, REFUSED, EDITS, EDITS)
UNSEEN = Who(404, NONE, ALL, ALL, NONE)

INTRODUCTIONS = {
    **outward({ASK: [PermissionRequest(ASKS, json=the(message="示例"))]}),
    "GET /v1/introductions": [PermissionRequest(SIGNED_IN._replace(party=ALL), query="limit=100")],
    "GET /v1/introductions/declines": [PermissionRequest(SIGNED_IN)],
    f"GET {INTRO}": [PermissionRequest(SEEN)],
    f"GET {INTRO}/messages": [PermissionRequest(READ)],
    **outward({f"POST {INTRO}/messages": [PermissionRequest(BY_BOTH, json=the(text="示例"))]}),
    **outward({f"POST {INTRO}/acceptance": [PermissionRequest(BY_ANSWERER, json=the(), matches=True)]}),
    **outward({f"POST {INTRO}/decline": [PermissionRequest(BY_ANSWERER, json=the(reason="other"), matches=True)]}),
    **outward({f"POST {INTRO}/withdrawal": [PermissionRequest(BY_ASKER, matches=True)]}),
    **outward({f"POST {INTRO}/end": [PermissionRequest(BY_BOTH, matches=True)]}),
    f"GET {ORG}/responsiveness": [PermissionRequest(PUBLIC), PermissionRequest(UNSEEN, "pending")],
    f"GET {ORG}/answer-days": [PermissionRequest(PUBLIC), PermissionRequest(UNSEEN, "pending")],
    f"PUT {ORG}/answer-days": [
        PermissionRequest(Who(401, REFUSED, REFUSED, REFUSED, OWNS), json=the(days=5), matches=True)
    ],
    "GET /v1/statistics/matchmaking": [PermissionRequest(PUBLIC, query="by=region")],
    "GET /v1/statistics/matchmaking.csv": [PermissionRequest(PUBLIC)],
}
