"""Who gets what class of answer of appraisals, and of what belongs to them."""

from typing import Any

from tests.scenarios.appraisals import RANGES, report_body
from tests.scenarios.world import World
from tests.who_may import (
    ALL,
    EDITS,
    HIDDEN,
    OFFICES_CHANGE,
    OWN_AND_OFFICES,
    OWN_ONLY,
    PUBLIC,
    REFUSED,
    SIGNED_IN,
    PermissionRequest,
    Who,
    outward,
    the,
)

PAT = "/v1/patents/{patent_id}"
REPORTS = f"{PAT}/appraisal-reports"
REPORT = f"{REPORTS}/{{report_id}}"
HOLDERS_OWN = Who(401, REFUSED, ALL, ALL, ALL)  # of a patent that everybody sees
RECORDS = Who(401, HIDDEN, REFUSED, REFUSED, EDITS)
DELETES = Who(401, HIDDEN, HIDDEN, HIDDEN, EDITS)
ANSWERS = Who(401, HIDDEN, HIDDEN, HIDDEN, REFUSED)  # its institution is not on the platform
FOR = "scenario=financing"
EVEN = {name: {"legal_status": 10_000} for name in (
    "licence_or_transfer", "financing", "reporting", "infringement_relief", "management",
)}  # fmt: skip
EXTRACT = the(as_of="2026-01-01", complete_about=["pledges"], source="专利登记簿副本")


def report(world: World, _: str) -> Any:
    """Return a report whose file is no PDF, so that nothing is recorded."""
    return report_body(file_id=world.things["private"].get("file_id", "fil_01h455vb4pex5vsknk084sn02q"))


def holders(query: str = "", json: Any = None) -> list[PermissionRequest]:
    """Return the rows of an address that is for holders and offices alone."""
    return [
        PermissionRequest(OWN_AND_OFFICES, query=query, json=json),
        PermissionRequest(HOLDERS_OWN, "listed", query=query, json=json),
    ]


APPRAISALS = {
    f"GET {PAT}/appraisal": holders(FOR),
    f"GET {PAT}/appraisal.pdf": holders(FOR),
    f"POST {PAT}/appraisal/relief-from-royalty": holders(json=the(**RANGES)),
    f"GET {PAT}/register-extracts": holders(),
    f"POST {PAT}/register-extracts": [PermissionRequest(OFFICES_CHANGE, json=EXTRACT)],
    f"GET {REPORTS}": [PermissionRequest(OWN_AND_OFFICES), PermissionRequest(SIGNED_IN, "listed")],
    **outward({f"POST {REPORTS}": [PermissionRequest(RECORDS, json=report, lets=(422,))]}),
    f"GET {REPORT}": [PermissionRequest(OWN_ONLY, "appraised")],
    **outward({f"POST {REPORT}/confirmation": [PermissionRequest(ANSWERS, "appraised")]}),
    **outward({f"POST {REPORT}/denial": [PermissionRequest(ANSWERS, "appraised", json=the(reason="示例"))]}),
    **outward({f"DELETE {REPORT}": [PermissionRequest(DELETES, "appraised", matches=True)]}),
    "GET /v1/reference/appraisal-indicators": [PermissionRequest(PUBLIC)],
    "GET /v1/reference/appraisal-weights": [PermissionRequest(PUBLIC)],
    "POST /v1/reference/appraisal-weights": [
        PermissionRequest(
            Who(401, REFUSED, REFUSED, EDITS, REFUSED), json=the(valid_from="2199-01-01", note="示例", weights=EVEN)
        )
    ],
    "GET /v1/comparables": [PermissionRequest(PUBLIC)],
}
