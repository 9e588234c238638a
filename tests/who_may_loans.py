"""Who gets what class of answer of the dated tables behind loans, and of the calculator."""

from backend.loan_terms.calculator_schemas import EXAMPLE
from backend.loan_terms.schemas import LPR_EXAMPLE, SCHEME_EXAMPLE
from tests.who_may import EDITS, PUBLIC, REFUSED, PermissionRequest, Who, the

PLATFORM_ENTERS = Who(401, REFUSED, REFUSED, EDITS, REFUSED)

LOANS = {
    "GET /v1/reference/lpr": [PermissionRequest(PUBLIC, query="valid_on=2024-11-29")],
    "POST /v1/reference/lpr": [PermissionRequest(PLATFORM_ENTERS, json=the(**LPR_EXAMPLE))],
    "GET /v1/reference/lpr/{lpr_id}": [PermissionRequest(PUBLIC)],
    "GET /v1/reference/schemes": [PermissionRequest(PUBLIC, query="valid_on=2024-11-29")],
    "POST /v1/reference/schemes": [PermissionRequest(PLATFORM_ENTERS, json=the(**SCHEME_EXAMPLE))],
    "GET /v1/reference/schemes/{scheme_id}": [PermissionRequest(PUBLIC)],
    "POST /v1/loan-costs": [PermissionRequest(PUBLIC, json=the(**EXAMPLE))],
}
