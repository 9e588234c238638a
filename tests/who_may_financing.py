"""Who gets what class of answer of financing: an enterprise's request is nobody else's, the platform's neither.

What a bank or guarantor gets to which a request is disclosed stands in tests/financing.
"""

from tests.scenarios.world import OTHER_KINDS
from tests.who_may import (
    ALL,
    EDITS,
    HIDDEN,
    NONE,
    PUBLIC,
    REFUSED,
    SIGNED_IN,
    PermissionRequest,
    Row,
    Who,
    outward,
    the,
)

PROD = "/v1/financing-products/{product_id}"
FIN = "/v1/financing-requests/{financing_request_id}"
DSC = FIN + "/disclosures/{disclosure_id}"
QST = FIN + "/questions/{question_id}"
GUA = FIN + "/guarantees/{guarantee_id}"
OFF = "/v1/financing-offers/{offer_id}"
PCO = "/v1/pledgor-consents/{pledgor_consent_id}"
ORG_ID = "org_01h455vb4pex5vsknk084sn02q"
BANKS, ENTERPRISES = ("bank",), ("enterprise",)
NOT_BANKS = tuple(kind for kind in OTHER_KINDS if kind != "bank")
NOT_ENTERPRISES = tuple(kind for kind in OTHER_KINDS if kind != "enterprise")

PRODUCT = the(
    name="示例产品", amount_min_fen=1, amount_max_fen=2, term_min_months=1, term_max_months=2, rate_tenor="one_year",
    rate_bp=1, methods=["at_maturity"],
)  # fmt: skip
OFFER = the(
    amount_fen=1, term_months=12, rate_tenor="one_year", rate_bp=1, method="at_maturity", day_count="actual_360",
    penalty_bp=1, valid_until="2126-12-31",
)  # fmt: skip
REQUEST = the(amount_fen=1, term_months=12, purpose="示例", patents=[{"patent_id": "pat_01h455vb4pex5vsknk084sn02q"}])
DISCLOSURE = the(organisation_id=ORG_ID, purpose="示例", parts=[], ends_on="2126-12-31")

OF_ENTERPRISE = Who(401, NONE, NONE, NONE, NONE, ALL)  # the university of the world holds a patent with it, no more
BY_ENTERPRISE = Who(401, HIDDEN, HIDDEN, HIDDEN, HIDDEN, EDITS)
NOT_BY_ENTERPRISE = Who(401, HIDDEN, HIDDEN, HIDDEN, HIDDEN, REFUSED)
BY_PERSON_OF_BANK = NOT_BY_ENTERPRISE
BOTH_SEE = Who(401, NONE, NONE, NONE, ALL, ALL)
BY_HOLDER = Who(401, HIDDEN, HIDDEN, HIDDEN, EDITS, REFUSED)
SHOWN = Who(404, NONE, NONE, NONE, NONE)


def by_kind(kinds: Row, own: Row = REFUSED, party: Row = REFUSED) -> Who:
    """Return who gets what where the kind of organisation counts."""
    return Who(401, kinds, REFUSED, REFUSED, own, party)


FINANCING = {
    **outward({
        "POST /v1/financing-products": [
            PermissionRequest(by_kind(EDITS), json=PRODUCT, kinds=BANKS),
            PermissionRequest(by_kind(REFUSED), json=PRODUCT, kinds=NOT_BANKS),
        ],
        f"PATCH {PROD}": [
            PermissionRequest(by_kind(HIDDEN), json=the(rate_bp=2), kinds=BANKS, matches=True),
            PermissionRequest(by_kind(REFUSED), json=the(rate_bp=2), kinds=NOT_BANKS, matches=True),
        ],
        f"POST {PROD}/publication": [
            PermissionRequest(by_kind(HIDDEN), kinds=BANKS, matches=True),
            PermissionRequest(by_kind(REFUSED), kinds=NOT_BANKS, matches=True),
        ],
        f"POST {PROD}/withdrawal": [PermissionRequest(NOT_BY_ENTERPRISE._replace(party=HIDDEN), matches=True)],
        f"POST {FIN}/submission": [PermissionRequest(BY_ENTERPRISE, matches=True)],
        f"POST {FIN}/disclosures": [PermissionRequest(BY_ENTERPRISE, json=DISCLOSURE, lets=(422,))],
        f"POST {FIN}/review": [PermissionRequest(NOT_BY_ENTERPRISE, matches=True)],
        f"POST {FIN}/decline": [PermissionRequest(NOT_BY_ENTERPRISE, json=the(code="other"), matches=True)],
        f"POST {FIN}/questions": [PermissionRequest(NOT_BY_ENTERPRISE, json=the(text="示例"))],
        f"POST {QST}/answer": [PermissionRequest(BY_ENTERPRISE, json=the(text="示例"), matches=True)],
        f"POST {FIN}/offers": [PermissionRequest(NOT_BY_ENTERPRISE, json=OFFER)],
        f"POST {OFF}/approval": [PermissionRequest(BY_PERSON_OF_BANK, matches=True)],
        f"POST {OFF}/acceptance": [PermissionRequest(BY_ENTERPRISE, matches=True)],
        f"POST {OFF}/rejection": [PermissionRequest(BY_ENTERPRISE, matches=True)],
        f"POST {OFF}/withdrawal": [PermissionRequest(NOT_BY_ENTERPRISE, matches=True)],
        f"POST {FIN}/guarantees": [
            PermissionRequest(BY_ENTERPRISE, json=the(organisation_id=ORG_ID, amount_fen=1))
        ],
        f"POST {GUA}/acceptance": [
            PermissionRequest(NOT_BY_ENTERPRISE, json=the(amount_fen=1, fee_bp=1, may_be_pledgee=False), matches=True)
        ],
        f"POST {GUA}/decline": [PermissionRequest(NOT_BY_ENTERPRISE, json=the(code="other"), matches=True)],
        f"POST {PCO}/agreement": [PermissionRequest(BY_HOLDER, json=the(), matches=True)],
        f"POST {PCO}/refusal": [PermissionRequest(BY_HOLDER, matches=True)],
    }),
    "POST /v1/financing-requests": [
        PermissionRequest(by_kind(EDITS, party=EDITS), json=REQUEST, kinds=ENTERPRISES, lets=(422,)),
        PermissionRequest(
            by_kind(REFUSED, party=EDITS)._replace(unverified=EDITS), json=REQUEST, kinds=NOT_ENTERPRISES, lets=(422,)
        ),
    ],
    f"PATCH {FIN}": [PermissionRequest(BY_ENTERPRISE, json=the(term_months=6), matches=True)],
    f"POST {FIN}/withdrawal": [PermissionRequest(BY_ENTERPRISE, matches=True)],
    "GET /v1/financing-offers": [PermissionRequest(SIGNED_IN._replace(party=ALL), query="limit=100")],
    f"GET {OFF}": [PermissionRequest(OF_ENTERPRISE)],
    "GET /v1/financing-disclosures": [PermissionRequest(SIGNED_IN._replace(party=ALL), query="limit=100")],
    f"GET {DSC}": [PermissionRequest(OF_ENTERPRISE)],
    "GET /v1/financing-products": [PermissionRequest(PUBLIC, query="limit=100")],
    f"GET {PROD}": [PermissionRequest(SHOWN)],
    "GET /v1/financing-requests": [PermissionRequest(SIGNED_IN._replace(party=ALL), query="limit=100")],
    f"GET {FIN}": [PermissionRequest(OF_ENTERPRISE)],
    f"GET {FIN}/checks": [PermissionRequest(OF_ENTERPRISE)],
    f"GET {FIN}/products": [PermissionRequest(OF_ENTERPRISE)],
    f"GET {FIN}/patents/{{patent_id}}/appraisal": [PermissionRequest(OF_ENTERPRISE, "financed")],
    f"GET {FIN}/patents/{{patent_id}}/appraisal.pdf": [PermissionRequest(OF_ENTERPRISE, "financed")],
    f"GET {FIN}/disclosures": [PermissionRequest(OF_ENTERPRISE)],
    f"GET {DSC}/views": [PermissionRequest(OF_ENTERPRISE)],
    f"GET {FIN}/questions": [PermissionRequest(OF_ENTERPRISE)],
    f"GET {FIN}/offers": [PermissionRequest(OF_ENTERPRISE)],
    f"GET {FIN}/guarantees": [PermissionRequest(OF_ENTERPRISE)],
    "GET /v1/pledgor-consents": [PermissionRequest(SIGNED_IN._replace(party=ALL), query="limit=100")],
    f"GET {PCO}": [PermissionRequest(BOTH_SEE)],
    **outward({
        f"DELETE {DSC}": [PermissionRequest(BY_ENTERPRISE, matches=True)],
    }),
}  # fmt: skip
