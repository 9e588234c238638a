"""Who gets what class of answer of needs: drafts, confidential ones, those with an abstract, and public ones."""

from collections.abc import Callable
from typing import Any

from tests.scenarios.world import World
from tests.who_may import (
    ALL,
    CHANGED_BY_OWN,
    EDITORS,
    EDITS,
    HIDDEN,
    NONE,
    PUBLIC,
    REASON,
    REFUSED,
    SIGNED_IN,
    TERMS_SEEN,
    PermissionRequest,
    Who,
    outward,
    the,
)

NEED = "/v1/needs/{need_id}"
NAMED_AND_PLATFORM = Who(404, NONE, NONE, ALL, ALL, ALL)
OWN = Who(401, HIDDEN, HIDDEN, REFUSED, EDITS, REFUSED)  # the platform and whoever is named see it and may not
TAKES_DOWN = Who(401, REFUSED, REFUSED, EDITS, REFUSED)
DRAFT = {"title": "示例需求", "problem": "示例问题"}
CHANGE = the(tried="示例")
CLOSURE = the(outcome="given_up")


def _by_own(operation: str, body: Callable[[World, str], Any] | None = None) -> dict[str, list[PermissionRequest]]:
    """Return the rows of what the asker alone does with a need."""
    asks = [
        PermissionRequest(CHANGED_BY_OWN, "need_draft", json=body, matches=True),
        PermissionRequest(OWN, json=body, matches=True),
        PermissionRequest(TERMS_SEEN, "need_abstract", json=body, matches=True),
        PermissionRequest(TERMS_SEEN, "need_public", json=body, matches=True),
    ]
    return {operation: asks}


NEEDS = {
    "POST /v1/needs": [PermissionRequest(EDITORS, json=the(**DRAFT))],
    "GET /v1/needs": [PermissionRequest(SIGNED_IN._replace(party=ALL), query="limit=100")],
    "GET /v1/needs/search": [
        PermissionRequest(PUBLIC, query="q=zqfindable"),
        PermissionRequest(PUBLIC, query="facets=cluster,region,deal_type,ipc_class,technology_field,stage,language"),
        PermissionRequest(PUBLIC, query="organisation_id={organisation_id}&sort=-budget_fen&budget_min_fen=0"),
    ],
    f"GET {NEED}": [
        PermissionRequest(Who(404, NONE, NONE, NONE, ALL), "need_draft"),
        PermissionRequest(NAMED_AND_PLATFORM),
        PermissionRequest(PUBLIC, "need_abstract"),
        PermissionRequest(PUBLIC, "need_public"),
    ],
    **_by_own(f"PATCH {NEED}", CHANGE),
    **_by_own(f"DELETE {NEED}"),
    **outward(_by_own(f"POST {NEED}/publication")),
    f"POST {NEED}/takedown": [
        PermissionRequest(TAKES_DOWN._replace(platform=(403, 404, 404)), "need_draft", json=REASON, matches=True),
        PermissionRequest(TAKES_DOWN, json=REASON, matches=True),
        PermissionRequest(TAKES_DOWN, "need_public", json=REASON, matches=True),
    ],
    **_by_own(f"POST {NEED}/closure", CLOSURE),
}
