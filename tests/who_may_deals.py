"""Who gets what of rights, consents, open licences, notices, licences and royalty reports.

The licensee is the party that is asked for the consent, and that has given the notice, paid, and holds the licence.
"""

from dataclasses import replace
from typing import Any

from tests.scenarios.world import World
from tests.who_may import (
    ALL,
    CHANGED_BY_OWN_AND_OFFICES,
    EDITORS,
    EDITS,
    HIDDEN,
    NONE,
    OFFICES_CHANGE,
    OWN_AND_OFFICES,
    PUBLIC,
    REASON,
    REFUSED,
    SEEN_CHANGED_BY_OWN_AND_OFFICES,
    SHOWN_TO_OWN_AND_OFFICES,
    SIGNED_IN,
    TERMS,
    TERMS_SEEN,
    PermissionRequest,
    Who,
    changed,
    outward,
    shown,
    the,
)  # fmt: skip

RGT, OPL = "/v1/patents/{patent_id}/rights/{right_id}", "/v1/open-licences/{open_licence_id}"
CON, NTC = "/v1/patents/{patent_id}/consents/{consent_id}", "/v1/notices/{notice_id}"
LIC, PAY = "/v1/licences/{licence_id}", "/v1/notices/{notice_id}/payments/{payment_id}"
FILE = "fil_01h455vb4pex5vsknk084sn02q"
HASH = "0" * 64
BOTH_SIDES = OWN_AND_OFFICES._replace(party=ALL)
LISTED_TO_BOTH = SIGNED_IN._replace(party=ALL)
ASKED_PARTY = Who(401, HIDDEN, REFUSED, REFUSED, REFUSED, EDITS)
EITHER_SIDE = CHANGED_BY_OWN_AND_OFFICES._replace(party=EDITS)
LICENSOR = Who(401, HIDDEN, REFUSED, REFUSED, EDITS, REFUSED)
ENDED = Who(401, HIDDEN, EDITS, EDITS, REFUSED, EDITS)
DECIDED = Who(401, HIDDEN, EDITS, EDITS, REFUSED, REFUSED)

INCOME = Who(401, HIDDEN, REFUSED, REFUSED, EDITS, REFUSED)  # offices see licences; its licensor alone pledges it
THREE_SIDES = Who(401, NONE, NONE, NONE, ALL, ALL)
NOT_THE_LENDER = Who(401, NONE, NONE, NONE, REFUSED, REFUSED)
DEBTOR = Who(401, HIDDEN, HIDDEN, HIDDEN, REFUSED, EDITS)
CREDITOR = Who(401, HIDDEN, HIDDEN, HIDDEN, EDITS, REFUSED)
NEITHER = Who(401, HIDDEN, HIDDEN, HIDDEN, REFUSED, REFUSED)

RIGHT = the(kind="licence", party_name="示例", effective_on="2026-01-01", source="合同", evidence_files=[FILE])
CORRECTION = the(
    kind="licence", party_name="示例", effective_on="2026-01-01", source="合同", evidence_files=[FILE], reason="有误"
)
AGREED = {"grant_ordinary": {"who": "all", "parties": []}}
AGREEMENT = the(acts=AGREED, effective_on="2026-02-01", source="协议", evidence_files=[FILE])
ON, ON_BECAUSE = the(on="2026-03-01"), the(on="2026-03-01", reason="示例理由")
ANNOUNCED = the(on="2026-03-01", evidence_files=[FILE])
ANNOUNCEMENT = the(on="2026-03-20", declaration_number="K1", evidence_files=[FILE])
WITHDRAWAL = the(on="2026-05-01", legal_reason="other_legitimate", reason="示例理由")
PAYMENT = the(amount_fen=1, value_date="2026-04-02", evidence_files=[FILE])


def declaration(of: str) -> Any:
    """Return the draft of an open licence for a patent."""
    fee = {"form": "free"}
    return lambda world, actor: {"patent_id": world.things[of]["patent_id"], "fee": fee}  # noqa: ARG005 - as all bodies


def notice(of: str) -> Any:
    """Return the notice that takes an open licence."""
    return lambda world, actor: {"terms_version": 1, "terms_hash": world.things[of]["terms_hash"], "net_sales_fen": 1}  # noqa: ARG005


def asked(world: World, _: str) -> Any:
    """Return a question for consent."""
    return {"act": "grant_exclusive", "terms": {"of": world.things["private"]["patent_id"]}}


def shown_to_party(path: str) -> dict[str, list[PermissionRequest]]:
    """Return the rows of an address that shows the ledger, in which the licensee of a private patent takes part."""
    private, seen = shown(path)[f"GET {path}"]
    return {f"GET {path}": [replace(private, who=private.who._replace(party=ALL)), seen]}


def to_lender(world: World, _: str) -> Any:
    """Return the pledge of what a licence brings in."""
    return {"pledgee_organisation_id": world.things["deal"]["lender_id"]}


def of_ledger(operation: str, body: Any) -> dict[str, list[PermissionRequest]]:
    """Return the rows of what holders and offices change in the ledger: from the licensee it is not hidden."""
    private, seen = changed(operation, body)[operation]
    return {operation: [replace(private, who=private.who._replace(party=REFUSED)), seen]}


def right_step(name: str, body: Any) -> dict[str, list[PermissionRequest]]:
    """Return the rows of a step of an entry: what nobody announced is hidden on a patent that everyone may see."""
    private = PermissionRequest(CHANGED_BY_OWN_AND_OFFICES, json=body, matches=True)
    unseen = PermissionRequest(CHANGED_BY_OWN_AND_OFFICES, "listed", json=body, matches=True)
    seen = PermissionRequest(SEEN_CHANGED_BY_OWN_AND_OFFICES, "announced", json=body, matches=True)
    return {f"POST {RGT}/{name}": [private, unseen, seen]}


def by_declarant(operation: str, body: Any) -> dict[str, list[PermissionRequest]]:
    """Return the rows of what the declarant alone does with its declaration."""
    return {
        operation: [
            PermissionRequest(who, of, json=body, matches=True)
            for who, of in ((TERMS, "private"), (TERMS_SEEN, "listed"))
        ]
    }


def recorded(name: str, body: Any) -> dict[str, list[PermissionRequest]]:
    """Return the rows of a step before the patent office, which the declarant or an office records."""
    return changed(f"POST {OPL}/{name}", body)


def by_office(name: str, body: Any) -> dict[str, list[PermissionRequest]]:
    """Return the rows of a step that only offices record."""
    asks = [PermissionRequest(OFFICES_CHANGE, of, json=body, matches=True) for of in ("private", "listed")]
    return {f"POST {OPL}/{name}": asks}


def one(operation: str, who: Who, body: Any = None) -> dict[str, list[PermissionRequest]]:
    """Return the row of a step between two sides."""
    return {f"POST {operation}": [PermissionRequest(who, json=body, matches=True)]}


PAT = "/v1/patents/{patent_id}"
RCP = "/v1/receivable-pledges/{receivable_pledge_id}"
DEALS: dict[str, list[PermissionRequest]] = {
    **shown_to_party(f"{PAT}/rights"),
    **outward(of_ledger(f"POST {PAT}/rights", RIGHT)),
    **outward(right_step("end", the(ended_on="2026-02-01", reason="示例理由"))),
    **outward(right_step("correction", CORRECTION)),
    **shown_to_party(f"{PAT}/permissions"),
    f"GET {PAT}/co-owner-agreements": [
        PermissionRequest(OWN_AND_OFFICES),
        PermissionRequest(Who(401, REFUSED, ALL, ALL, ALL), "listed"),
    ],
    **outward(changed(f"POST {PAT}/co-owner-agreements", AGREEMENT)),
    "GET /v1/consents": [
        PermissionRequest(LISTED_TO_BOTH, query="limit=100"),
        PermissionRequest(LISTED_TO_BOTH, query="side=asked_by_us"),
    ],
    **outward(of_ledger(f"POST {PAT}/consents", asked)),
    f"GET {CON}": [PermissionRequest(BOTH_SIDES)],
    **outward(one(f"{CON}/answer", ASKED_PARTY, the(answer="given", terms_hash=HASH))),
    **outward(one(f"{CON}/revocation", Who(401, HIDDEN, REFUSED, REFUSED, EDITS, EDITS))),
    "POST /v1/open-licences": [
        PermissionRequest(TERMS, json=declaration("private")),
        PermissionRequest(TERMS_SEEN, json=declaration("listed")),
    ],
    "GET /v1/open-licences": [
        PermissionRequest(PUBLIC, query=query)
        for query in ("limit=100", "mine=true", "status=draft", "available=true", "patent_id={patent_id}")
    ],
    f"GET {OPL}": [PermissionRequest(SHOWN_TO_OWN_AND_OFFICES), PermissionRequest(PUBLIC, "listed")],
    f"GET {OPL}/quote": [
        PermissionRequest(SHOWN_TO_OWN_AND_OFFICES, query="net_sales_fen=1"),
        PermissionRequest(PUBLIC, "listed", query="net_sales_fen=1"),
    ],
    **by_declarant(f"PATCH {OPL}", the(ends_on="2029-12-31")),
    **outward(by_declarant(f"POST {OPL}/submission", the())),
    **by_declarant(f"POST {OPL}/notification", ON),
    **outward(recorded("filing", ON)),
    **outward(recorded("announcement", ANNOUNCEMENT)),
    **outward(recorded("refusal", ON_BECAUSE)),
    **recorded("withdrawal", WITHDRAWAL),
    **outward(recorded("withdrawal-announcement", ANNOUNCED)),
    **outward(recorded("withdrawal-refusal", ON_BECAUSE)),
    **by_office("termination", ON_BECAUSE),
    **by_office("revocation", ON_BECAUSE),
    **outward(
        {
            f"POST {OPL}/notices": [
                PermissionRequest(CHANGED_BY_OWN_AND_OFFICES, json=notice("private")),  # a draft: for none to take
                PermissionRequest(EDITORS, "listed", json=notice("listed")),
            ]
        }
    ),
    "GET /v1/notices": [
        PermissionRequest(LISTED_TO_BOTH, query=query) for query in ("limit=100", "role=licensor", "role=licensee")
    ],
    f"GET {NTC}": [PermissionRequest(BOTH_SIDES)],
    **outward(one(f"{NTC}/withdrawal", ASKED_PARTY)),
    **outward(one(f"{NTC}/payments", ASKED_PARTY, PAYMENT)),
    **outward(one(f"{PAY}/withdrawal", ASKED_PARTY)),
    **outward(one(f"{PAY}/confirmation", LICENSOR)),
    **outward(one(f"{PAY}/contest", LICENSOR, REASON)),
    **outward(one(f"{PAY}/contest-withdrawal", LICENSOR)),
    **outward(one(f"{PAY}/contest-decision", DECIDED, the(outcome="dismissed", reason="示例理由"))),
    "GET /v1/licences": [
        PermissionRequest(LISTED_TO_BOTH, query=query)
        for query in ("limit=100", "role=licensor", "recordal=due", "payment_overdue=true")
    ],
    f"GET {LIC}": [PermissionRequest(BOTH_SIDES)],
    **outward(one(f"{LIC}/receivable-pledges", INCOME, to_lender)),
    "GET /v1/receivable-pledges": [PermissionRequest(LISTED_TO_BOTH, query="limit=100")],
    f"GET {RCP}": [PermissionRequest(THREE_SIDES)],
    f"GET {RCP}/licence": [PermissionRequest(NOT_THE_LENDER)],
    **outward(one(f"{RCP}/answer", DEBTOR, the(answer="given"))),
    **outward(one(f"{RCP}/withdrawal", CREDITOR)),
    **outward(one(f"{RCP}/registration", NEITHER, the(registration_number="1", registered_on="2026-03-01"))),
    **outward(one(f"{RCP}/release", NEITHER, the(released_on="2026-03-01"))),
    **outward(one(f"{LIC}/contest-decision", DECIDED, the(outcome="dismissed", reason="示例理由"))),
    f"GET {LIC}/certificate": [PermissionRequest(BOTH_SIDES)],
    f"GET {LIC}/certificate.pdf": [PermissionRequest(BOTH_SIDES)],
    f"GET {LIC}/certificate/verification": [PermissionRequest(PUBLIC, query=f"hash={HASH}")],
    **outward(one(f"{LIC}/payments", ASKED_PARTY, PAYMENT)),
    **outward(one(f"{LIC}/recordal", EITHER_SIDE, ON)),
    **outward(one(f"{LIC}/recordal-confirmation", EITHER_SIDE, the(on="2026-03-01", number="X1"))),
    **outward(one(f"{LIC}/termination", ENDED, ON_BECAUSE)),
    f"GET {LIC}/royalty-reports": [PermissionRequest(BOTH_SIDES)],
    "GET /v1/royalty-reports": [
        PermissionRequest(LISTED_TO_BOTH, query=query)
        for query in ("limit=100", "overdue=true", "overdue=false", "role=licensor")
    ],
    **outward(one(f"{LIC}/royalty-reports", ASKED_PARTY, the(period=1, use=1))),
    **outward(one(f"{LIC}/royalty-reports/{{report_id}}/correction", ASKED_PARTY, the(use=1, reason="示例理由"))),
}
