"""What is asked with the name of a hidden thing, and again with a name that nobody was given; a field that takes a
number, an id or a file and stands neither here nor in the walk of tests/who_may_table.py fails.

Ids in addresses, and the bodies and queries of the walk, are asked as the walk has them. Here is what else a caller can
name to something of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tests.scenarios.world_of_pairs import Things
from tests.who_may_deals import CON, LIC, NTC, OPL, PAY, RGT
from tests.who_may_financing import FIN, QST
from tests.who_may_introductions import INTRO
from tests.who_may_lending import LOAN
from tests.who_may_pledges import PLG
from tests.who_may_table import ORG, PAT


@dataclass(frozen=True, slots=True)
class Named:
    """How a field names a thing: by which value, and at which place of the body or query."""

    value: Callable[[Things], Any]
    at: str = ""
    query: bool = False
    drops: tuple[str, ...] = ()  # what the walk's body says that does not go with it
    not_by: tuple[str, ...] = ()  # who is asked elsewhere, since its own row has the number as well
    dated: str = ""  # the field that takes the day of today


def one(name: str, at: str = "", *, query: bool = False) -> Named:
    """Return that the field names the thing by itself."""
    return Named(lambda things: things[name], at, query)


def many(name: str, at: str = "") -> Named:
    """Return that the field names the thing in a list."""
    return Named(lambda things: [things[name]], at)


def of_all(*fields: str, operations: tuple[str, ...], named: Named) -> dict[str, dict[str, Named]]:
    """Return the same fields of several operations."""
    return {operation: dict.fromkeys(fields, named) for operation in operations}


FILES: Final = many("file_id")
PAID: Final = Named(lambda things: [things["file_id"]], dated="value_date")
TODAY: Final = Named(lambda things: [things["file_id"]], dated="on")
HOLDER, NUMBER = one("party_id", query=True), Named(lambda things: things["number"], query=True, not_by=("author",))
AGREED: Final = Named(lambda things: {"grant_ordinary": {"who": "named", "parties": [things["party_id"]]}}, "acts")
OF_IMPORT: Final = Named(lambda things: {"import_id": things["import_id"]}, "filter")
OF_HOLDER: Final = Named(lambda things: {"holder": things["party_id"]}, "filter")
OF_NUMBER: Final = Named(lambda things: {"q": things["number"]}, "filter", not_by=("author",))
RIGHTS: Final = {
    "party_id": Named(lambda things: things["party_id"], drops=("party_name",)),
    "grantors": many("party_id"),
    "licence": one("right_id"),
    "carves_out": many("right_id"),
    "evidence_files": FILES,
}
FINANCED: Final = {
    "patent_id": Named(lambda things: [{"patent_id": things["patent_id"]}], "patents"),
    "file_id": Named(lambda things: [{"kind": "other", "file_id": things["file_id"]}], "documents"),
}
STEPS: Final = (
    "filing", "announcement", "refusal", "withdrawal", "withdrawal-announcement", "withdrawal-refusal",
    "termination", "revocation", "notification",
)  # fmt: skip

PLEDGE_STEPS: Final = (
    "insolvency", "registration", "registration-decision", "revocation", "default", "changes",
    "changes/{change_id}/decision",
)  # fmt: skip

NAMED: Final[dict[str, dict[str, Named]]] = {
    "GET /v1/parties": {"q": one("party_name", query=True)},
    "GET /v1/organisations": {"q": one("party_name", query=True)},
    "GET /v1/patents/search": {"q": NUMBER, "holder": HOLDER},
    "GET /v1/patents/search/facets/{facet}": {"q": NUMBER, "holder": HOLDER, "words": NUMBER},
    "GET /v1/needs/search": {"q": one("need_word", query=True)},
    "GET /v1/patents.csv": {"q": NUMBER, "holder": HOLDER},
    "GET /v1/patents.xlsx": {"q": NUMBER, "holder": HOLDER},
    "GET /v1/patents": {"q": NUMBER, "holder": HOLDER},
    "GET /v1/establishments": {"patent_id": one("patent_id", query=True), "batch_id": one("batch_id", query=True)},
    "GET /v1/listings": {"patent_id": one("patent_id", query=True)},
    "GET /v1/contracts": {"subject": one("contract_subject", query=True)},
    "GET /v1/open-licences": {"patent_id": one("patent_id", query=True)},
    f"POST {PAT}/holdings": {"party_id": one("party_id"), "evidence_files": FILES},
    f"POST {PAT}/assessments": {"evidence_files": FILES},
    f"POST {PAT}/establishment": {
        "patent_ids": many("patent_id"),
        "of_party": one("party_name"),
        "evidence_files": FILES,
    },
    "POST /v1/alerts": {
        "patent_id": Named(lambda things: things["patent_id"], drops=("search",)),
        "holder_id": Named(lambda things: things["party_id"], drops=("search",)),
        "holder": Named(lambda things: [things["party_id"]], "search"),
        "q": Named(lambda things: things["number"], "search", not_by=("author",)),
        "organisation_id": Named(lambda things: [things["organisation_id"]], "need_search", drops=("search",)),
    },
    "POST /v1/listings": {"patent_id": one("patent_id")},
    "POST /v1/listings/bulk": {
        "ids": Named(lambda things: [things["patent_id"], things["listing_id"]]),
        "import_id": OF_IMPORT,
        "holder": OF_HOLDER,
        "q": OF_NUMBER,
    },
    f"POST {PAT}/rights": RIGHTS,
    f"POST {RGT}/correction": RIGHTS,
    f"POST {RGT}/end": {"evidence_files": FILES},
    f"GET {PAT}/permissions": {
        "to_party": one("party_id", query=True),
        "licence": one("right_id", query=True),
        "carves_out": one("right_id", query=True),
    },
    f"POST {PAT}/co-owner-agreements": {"parties": AGREED, "evidence_files": FILES},
    f"POST {PAT}/consents": {"party_id": one("party_id")},
    f"POST {CON}/answer": {"evidence_files": FILES},
    "POST /v1/open-licences": {"patent_id": one("patent_id"), "replaces": one("open_licence_id")},
    **of_all("evidence_files", operations=tuple(f"POST {OPL}/{step}" for step in STEPS), named=FILES),
    f"POST {OPL}/notices": {
        "evidence_files": Named(
            lambda things: {
                "kind": "registration",
                "number": "X1",
                "on": "2026-03-01",
                "evidence_files": [things["file_id"]],
            },
            "export_registration",
        )
    },
    f"POST {NTC}/payments": {"evidence_files": PAID},
    f"POST {PAY}/contest": {"evidence_files": FILES},
    f"POST {LIC}/payments": {"evidence_files": PAID},
    f"POST {LIC}/recordal": {"evidence_files": TODAY},
    f"POST {LIC}/recordal-confirmation": {"evidence_files": TODAY},
    f"POST {LIC}/termination": {"evidence_files": TODAY},
    f"POST {LIC}/royalty-reports": {"evidence_files": FILES},
    f"POST {INTRO}/messages": {"files": FILES},
    "POST /v1/financing-requests": FINANCED,
    f"PATCH {FIN}": FINANCED,
    f"POST {FIN}/disclosures": {"product_id": one("product_id")},
    f"POST {QST}/answer": {"files": FILES},
    **of_all(
        "evidence_files",
        operations=tuple(
            f"POST {LOAN}/{name}" for name in ("disbursements", "repayments", "early-repayment", "costs", "recoveries")
        ),
        named=FILES,
    ),
    f"POST {PAT}/register-extracts": {"evidence_files": FILES},
    f"POST {PAT}/appraisal-reports": {
        "file_id": one("file_id"),
        "institution_organisation_id": Named(lambda things: things["organisation_id"], drops=("institution_name",)),
        "holder_organisation_id": one("organisation_id"),
    },
    "GET /v1/receivable-pledges": {"licence_id": one("licence_id", query=True)},
    "GET /v1/pledges": {"patent_id": one("patent_id", query=True)},
    "POST /v1/pledges": {"financing_offer_id": one("offer_id")},
    f"POST {PLG}/confirmations": {"patent_id": one("patent_id")},
    **of_all("evidence_files", operations=tuple(f"POST {PLG}/{step}" for step in PLEDGE_STEPS), named=FILES),
    **{
        f"POST {PLG}/{step}": {"evidence_files": FILES, "patent_ids": many("patent_id")}
        for step in ("release", "release-registration", "disposal")
    },
    "PUT /v1/inbox/read": {"through": one("message_id")},
}

BY_NUMBER: Final = {  # asked by tests/test_nobody_infers_numbers.py, with what comes of it
    "POST /v1/patents": {"application_number", "publication_number", "grant_number"},
    f"PATCH {PAT}": {"application_number", "publication_number", "grant_number"},
    "GET /v1/patents/by-number/{number}": {"number"},
    "POST /v1/imports": {"file"},
    "POST /v1/files": {"file", "sha256"},
}

NO_THING: Final = {  # field: why it names nothing that could be somebody else's
    "terms_hash": "compared with the terms that the caller sees",
    "bound_hash": "compared with the one version that can be signed of a contract that the caller sees",
    "hash": "compared with a certificate that says for itself whether it is genuine",
    "number": "the number of a paper, kept as it is written",
    "declaration_number": "the number of a paper, kept as it is written",
    "certificate_number": "the number of a paper, kept as it is written",
    "registration_number": "the number of a paper, kept as it is written",
    "filing_number": "the number of a paper, kept as it is written",
    "lpr_id": "a public rate, which everybody may read",
    "scheme_id": "a public scheme, which everybody may read",
    "case_number": "the number of a court's case, kept as it is written",
    "open_licence": "yes or no",
    "facet": "a word of the platform's own lists",
    "list": "a word of the platform's own lists",
    "client_id": "keys have no ids of their own there: wrong ones are refused as wrong secrets are",
}
PUBLIC_NAMES: Final = {  # what everybody may look up
    "POST /v1/oauth/token": {"organisation_id"},
    "GET /v1/listings": {"organisation_id"},
    "GET /v1/financing-products": {"organisation_id"},
    "POST /v1/licences/{licence_id}/receivable-pledges": {"pledgee_organisation_id"},
    f"POST {FIN}/disclosures": {"organisation_id"},
    f"POST {FIN}/offers": {"guarantor_organisation_id"},
    f"POST {FIN}/guarantees": {"organisation_id"},
    "GET /v1/needs/search": {"organisation_id"},
    "GET /v1/reference/{list}": {"q"},
    "POST /v1/invitations/{token}/acceptance": {"token"},
    "POST /v1/password-resets/{token}": {"token"},
    "GET /v1/password-resets/{token}": {"token"},
    "GET /v1/invitations/{token}": {"token"},
    "GET /v1/email-confirmations/{token}": {"token"},
    "GET /v1/email-subscriptions/{token}": {"token"},
    "POST /v1/email-subscriptions/{token}": {"token"},
    "POST /v1/email-confirmations/{token}": {"token"},
    f"GET {ORG}": {"organisation_id"},
    "GET /v1/alerts/unsubscribe/{token}": {"token"},
    "POST /v1/alerts/unsubscribe/{token}": {"token"},
}

TOLD_TO_WHOEVER_ASKS: Final = {  # where a verified organisation is told, by name and within a quota, that one is taken
    f"PATCH {PAT}": "of a number for an established row of its own: number_belongs_to_another_patent",
    "POST /v1/listings/{listing_id}/publication": "of its own row: not_established",
    f"POST {PAT}/consents": "of its own row: not_established",
    f"POST {OPL}/submission": "of its own row: not_established",
}
ENDS: Final = f"POST {PAT}/holdings/{{holding_id}}/end"
ROW_ASKS: Final = tuple(operation for operation in TOLD_TO_WHOEVER_ASKS if operation not in BY_NUMBER)
