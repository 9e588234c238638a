"""Who gets what class of answer of loans: those of an enterprise are its lender's, its own and its guarantor's alone.

The enterprise of the world has borrowed. What its lender and its guarantor get stands in tests/loans.
"""

from tests.who_may import ALL, EDITS, HIDDEN, NONE, REFUSED, SIGNED_IN, PermissionRequest, Who, outward, the

LOAN = "/v1/loans/{loan_id}"
RPM = LOAN + "/repayments/{repayment_id}"
OF_BORROWER = Who(401, NONE, NONE, NONE, NONE, ALL)
BY_BORROWER = Who(401, HIDDEN, HIDDEN, HIDDEN, HIDDEN, EDITS)
BY_LENDER = Who(401, HIDDEN, HIDDEN, HIDDEN, HIDDEN, REFUSED)
DAY = "2026-01-20"
FILE_ID = "fil_01h455vb4pex5vsknk084sn02q"
LONGER = the(term_months=18, rate_bp=400)
NOTE = the(note="示例")
PAID = the(paid_on=DAY, amount_fen=1, source="debtor")
EARLY = the(paid_on=DAY, principal_fen=None, amount_fen=1)
COSTS = the(incurred_on=DAY, amount_fen=1, purpose="示例", evidence_files=[FILE_ID])

LENDING = {
    "GET /v1/loans": [PermissionRequest(SIGNED_IN._replace(party=ALL), query="limit=100")],
    f"GET {LOAN}": [PermissionRequest(OF_BORROWER)],
    f"GET {LOAN}/statement": [PermissionRequest(OF_BORROWER)],
    f"GET {LOAN}/schedule": [PermissionRequest(OF_BORROWER)],
    f"GET {LOAN}/costs": [PermissionRequest(OF_BORROWER)],
    f"GET {LOAN}/repayments": [PermissionRequest(OF_BORROWER)],
    f"GET {LOAN}/early-repayment": [PermissionRequest(OF_BORROWER)],
    f"GET {LOAN}/extension": [PermissionRequest(OF_BORROWER)],
    f"GET {LOAN}/compensation": [PermissionRequest(OF_BORROWER, lets=(404,))],
    f"GET {LOAN}/recoveries": [PermissionRequest(OF_BORROWER)],
    **outward({
        f"POST {LOAN}/disbursements": [PermissionRequest(BY_LENDER, json=the(disbursed_on=DAY), matches=True)],
        f"POST {LOAN}/costs": [PermissionRequest(BY_LENDER, json=COSTS)],
        f"POST {LOAN}/compensation": [PermissionRequest(BY_LENDER, json=the())],
        f"POST {LOAN}/recoveries": [PermissionRequest(BY_LENDER, json=the(recovered_on=DAY, amount_fen=1))],
        f"POST {LOAN}/repayments": [PermissionRequest(BY_BORROWER, json=PAID, lets=(422,))],
        f"POST {LOAN}/early-repayment": [PermissionRequest(BY_BORROWER, json=EARLY, lets=(422,))],
        f"POST {RPM}/confirmation": [PermissionRequest(BY_LENDER, matches=True)],
        f"POST {RPM}/refusal": [PermissionRequest(BY_LENDER, json=NOTE, matches=True)],
        f"POST {RPM}/reversal": [PermissionRequest(BY_LENDER, json=NOTE, matches=True)],
        f"POST {RPM}/withdrawal": [PermissionRequest(BY_BORROWER, matches=True)],
        f"POST {LOAN}/extension": [PermissionRequest(BY_BORROWER, json=LONGER)],
        f"POST {LOAN}/extension/acceptance": [PermissionRequest(BY_BORROWER, matches=True)],
        f"POST {LOAN}/extension/refusal": [PermissionRequest(BY_BORROWER, matches=True)],
        f"POST {LOAN}/extension/withdrawal": [PermissionRequest(BY_BORROWER, matches=True)],
    }),
}  # fmt: skip
