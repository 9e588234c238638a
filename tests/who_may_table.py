"""Who gets what class of answer at each operation; an operation that is not here fails the walk."""

from collections.abc import Callable
from typing import Any

from tests.scenarios.members import PASSWORD, new_email, registration_body
from tests.scenarios.patents import patent_body
from tests.scenarios.world import FINDABLE, World
from tests.who_may import (
    ALL,
    CHANGED_BY_OWN,
    CHANGED_BY_OWN_AND_OFFICES,
    CHANGED_BY_OWN_AND_PLATFORM,
    EDITORS,
    EDITS,
    HIDDEN,
    HIDDEN_OWNS,
    LET,
    NOBODY,
    NONE,
    OFFICES_CHANGE,
    OWN_AND_OFFICES,
    OWN_AND_PLATFORM,
    OWN_ONLY,
    OWNERS,
    OWNERS_OF_OWN,
    OWNERS_OF_OWN_AND_PLATFORM,
    OWNS,
    PUBLIC,
    REASON,
    REFUSED,
    SHOWN_TO_OWN_AND_OFFICES,
    SIGNED_IN,
    TERMS,
    TERMS_SEEN,
    UNKNOWN,
    PermissionRequest,
    Who,
    changed,
    outward,
    shown,
    step,
    the,
)
from tests.who_may_alerts import ALERTS
from tests.who_may_appraisal import APPRAISALS
from tests.who_may_contracts import CONTRACTS
from tests.who_may_deals import DEALS
from tests.who_may_establishment import ESTABLISHMENTS
from tests.who_may_figures import FIGURES
from tests.who_may_financing import FINANCING
from tests.who_may_introductions import INTRODUCTIONS
from tests.who_may_lending import LENDING
from tests.who_may_loans import LOANS
from tests.who_may_matches import MATCHES
from tests.who_may_needs import NEEDS
from tests.who_may_pledges import PLEDGES

PARTY = {"person": "legal", "name": "示例主体", "country": "JP"}
EVENT = the(kind="published", effective_on="2018-09-02", source="专利公报")
GRADED = the(grade="B", method="专家评审", assessor="示例中心", assessed_on="2026-01-20")
EVIDENCE = OWN_AND_OFFICES._replace(party=ALL)  # that the licensee has paid: for both sides
UPLOADED = Who(401, NONE, ALL, ALL, REFUSED, ALL)
WITH_PASSWORD = the(name="李示例", password=PASSWORD)


def registration(_: World, actor: str) -> Any:
    """Return a fresh organisation; who is signed in names no first member."""
    return {k: v for k, v in registration_body().items() if actor == "stranger" or k != "member"}


def patent(_: World, actor: str) -> Any:
    """Return a patent that nobody has entered; offices name its holders."""
    return patent_body(holders=[{"name": "示例主体"}] if actor in ("authority", "platform") else None)


def invitation(_: World, __: str) -> Any:
    """Return somebody to be invited."""
    return {"email": new_email(), "role": "viewer"}


def listing(of: str) -> Callable[[World, str], Any]:
    """Return a listing of a patent."""
    return lambda world, actor: {"patent_id": world.things[of]["patent_id"]}  # noqa: ARG005 - the form of every body


def seen_through(world: World, _: str) -> Any:
    """Return the message up to which all is read."""
    return {"through": world.things["private"]["message_id"]}


def bulk(world: World, _: str) -> Any:
    """Return an action on what is another's."""
    return {"action": "resume", "ids": [world.things["private"]["listing_id"], world.things["private"]["patent_id"]]}


HOOK = "/v1/webhooks/{webhook_id}"
ORG, PAT, LST = "/v1/organisations/{organisation_id}", "/v1/patents/{patent_id}", "/v1/listings/{listing_id}"
WATCHED = ("/healthz", "/readyz", "/problems", "/problems/{code}", "/docs", "/docs/{asset}")
OPEN = ("/v1/reference", "/v1/reference/{list}", "/v1/changes")

TABLE: dict[str, list[PermissionRequest]] = {
    **{f"GET {path}": [PermissionRequest(PUBLIC._replace(party=ALL))] for path in (*WATCHED, *OPEN)},
    "GET /metrics": [PermissionRequest(NOBODY)],
    "POST /v1/oauth/token": [
        PermissionRequest(PUBLIC, form={"grant_type": "refresh_token", "refresh_token": "x"}, lets=(400,))
    ],
    "POST /v1/oauth/revocation": [PermissionRequest(PUBLIC, form={"token": "x"})],
    "POST /v1/organisations": [PermissionRequest(PUBLIC, json=registration)],
    "GET /v1/organisations": [
        PermissionRequest(PUBLIC, query=f"q={FINDABLE}"),
        PermissionRequest(PUBLIC, query="status=pending&limit=100"),
    ],
    f"GET {ORG}": [PermissionRequest(PUBLIC), PermissionRequest(Who(404, NONE, ALL, ALL, NONE), "pending")],
    f"PATCH {ORG}": [
        PermissionRequest(Who(401, REFUSED, REFUSED, OWNS, OWNS), json=the(introduction="示例"), matches=True),
        PermissionRequest(
            Who(401, HIDDEN_OWNS, REFUSED, OWNS, HIDDEN_OWNS), "pending", json=the(introduction="示例"), matches=True
        ),
    ],
    f"GET {ORG}/usage": [PermissionRequest(OWN_AND_PLATFORM)],
    f"POST {ORG}/verification": [PermissionRequest(OFFICES_CHANGE, json=the(outcome="verified"), matches=True)],
    f"POST {ORG}/name-change": [
        PermissionRequest(OFFICES_CHANGE, json=the(outcome="confirmed", name="示例"), matches=True),
    ],
    f"POST {ORG}/invitations": [PermissionRequest(OWNERS_OF_OWN, json=invitation)],
    f"GET {ORG}/invitations": [PermissionRequest(OWNERS_OF_OWN_AND_PLATFORM)],
    f"DELETE {ORG}/invitations/{{invitation_id}}": [PermissionRequest(OWNERS_OF_OWN)],
    "POST /v1/invitations/{token}/acceptance": [PermissionRequest(UNKNOWN, json=WITH_PASSWORD)],
    f"GET {ORG}/members": [PermissionRequest(OWN_AND_PLATFORM)],
    f"GET {ORG}/members/{{member_id}}": [PermissionRequest(OWN_AND_PLATFORM)],
    f"PATCH {ORG}/members/{{member_id}}": [PermissionRequest(OWNERS_OF_OWN, json=the(role="owner"), matches=True)],
    f"DELETE {ORG}/members/{{member_id}}": [PermissionRequest(Who(401, NONE, NONE, NONE, OWNS), matches=True)],
    "POST /v1/parties": [PermissionRequest(EDITORS, json=the(**PARTY))],
    "GET /v1/parties": [PermissionRequest(SIGNED_IN, query=f"q={FINDABLE}")],
    "GET /v1/parties/{party_id}": [PermissionRequest(OWN_AND_OFFICES)],
    "PATCH /v1/parties/{party_id}": [
        PermissionRequest(CHANGED_BY_OWN_AND_OFFICES, json=the(name_en="Example"), matches=True)
    ],
    **outward(
        {
            "POST /v1/webhooks": [
                PermissionRequest(OWNERS, json=the(url="https://example.com/hooks", types=["invitation"]))
            ]
        }
    ),
    "GET /v1/webhooks": [PermissionRequest(SIGNED_IN)],
    f"GET {HOOK}": [PermissionRequest(OWN_ONLY)],
    f"PATCH {HOOK}": [PermissionRequest(OWNERS_OF_OWN, json=the(description="示例"), matches=True)],
    **outward({f"POST {HOOK}/verification": [PermissionRequest(OWNERS_OF_OWN)]}),  # 409: it is proved
    f"POST {HOOK}/secret-renewal": [PermissionRequest(OWNERS_OF_OWN, matches=True)],
    f"GET {HOOK}/deliveries": [PermissionRequest(OWN_ONLY)],
    f"POST {HOOK}/deliveries/{{delivery_id}}/redelivery": [PermissionRequest(CHANGED_BY_OWN)],
    f"DELETE {HOOK}": [PermissionRequest(OWNERS_OF_OWN, matches=True)],
    "POST /v1/files": [PermissionRequest(EDITORS, files={"file": ("a.txt", "示例".encode())})],
    "GET /v1/files": [PermissionRequest(SIGNED_IN._replace(party=ALL))],
    "GET /v1/files/{file_id}": [PermissionRequest(OWN_AND_OFFICES), PermissionRequest(EVIDENCE, "deal")],
    "GET /v1/files/{file_id}/content": [PermissionRequest(OWN_AND_OFFICES), PermissionRequest(EVIDENCE, "deal")],
    "GET /v1/files/{file_id}/accesses": [PermissionRequest(OWN_AND_OFFICES), PermissionRequest(UPLOADED, "deal")],
    "GET /v1/inbox": [PermissionRequest(SIGNED_IN._replace(party=ALL))],
    "PUT /v1/inbox/{message_id}/read": [
        PermissionRequest(Who(401, NONE, NONE, NONE, (LET, 404, LET)))
    ],  # the editor did it himself
    "PUT /v1/inbox/read": [PermissionRequest(Who(401, NONE, NONE, NONE, (LET, 404, LET)), json=seen_through)],
    "GET /v1/me/notification-settings": [PermissionRequest(SIGNED_IN)],
    "PUT /v1/me/notification-settings": [PermissionRequest(SIGNED_IN, json=the(off=[]), matches=True)],
    "GET /v1/email-subscriptions/{token}": [PermissionRequest(UNKNOWN)],
    "POST /v1/email-subscriptions/{token}": [PermissionRequest(UNKNOWN)],
    "POST /v1/email-bounces": [PermissionRequest(NOBODY)],
    "GET /v1/me": [PermissionRequest(SIGNED_IN)],
    "PUT /v1/me/password": [PermissionRequest(SIGNED_IN, json=the(current_password="x", password=""), lets=(422,))],
    "GET /v1/me/sessions": [PermissionRequest(SIGNED_IN)],
    "DELETE /v1/me/sessions/{session_id}": [PermissionRequest(Who(401, NONE, NONE, NONE, (404, 404, LET)))],
    "DELETE /v1/me/sessions": [PermissionRequest(SIGNED_IN)],
    "GET /v1/me/second-factor": [PermissionRequest(SIGNED_IN)],
    "POST /v1/me/second-factor": [PermissionRequest(SIGNED_IN, json=the(current_password=""), lets=(422,))],
    "POST /v1/me/second-factor/confirmation": [PermissionRequest(SIGNED_IN, json=the(code=""), lets=(422,))],
    "POST /v1/me/second-factor/recovery-codes": [PermissionRequest(SIGNED_IN, json=the(code=""), lets=(422,))],
    "DELETE /v1/me/second-factor": [PermissionRequest(SIGNED_IN, json=the(current_password="", code=""), lets=(422,))],
    "POST /v1/users/{user_id}/second-factor-reset": [
        PermissionRequest(Who(401, REFUSED, REFUSED, HIDDEN, REFUSED), json=REASON)  # it has none
    ],
    "PUT /v1/me/email": [
        PermissionRequest(SIGNED_IN, json=the(email="nobody@example.com", current_password=""), lets=(422,))
    ],
    "POST /v1/me/email-confirmation": [PermissionRequest(SIGNED_IN, lets=(202, 429))],
    "GET /v1/email-confirmations/{token}": [PermissionRequest(UNKNOWN)],
    "POST /v1/email-confirmations/{token}": [PermissionRequest(UNKNOWN._replace(stranger=401))],
    "GET /v1/me/data": [PermissionRequest(SIGNED_IN._replace(party=ALL), lets=(200, 429))],
    "DELETE /v1/me": [PermissionRequest(SIGNED_IN, json=the(current_password=""), lets=(422,))],
    "GET /v1/invitations/{token}": [PermissionRequest(UNKNOWN)],
    "GET /v1/password-resets/{token}": [PermissionRequest(UNKNOWN)],
    "POST /v1/password-resets": [PermissionRequest(PUBLIC, json=the(email="nobody@example.com"))],
    "POST /v1/password-resets/{token}": [PermissionRequest(UNKNOWN, json=the(password=PASSWORD))],
    "POST /v1/api-keys": [
        PermissionRequest(SIGNED_IN, json=the(name="示例", scopes=["catalogue:read"], role="viewer"))
    ],
    "GET /v1/api-keys": [PermissionRequest(SIGNED_IN)],
    "DELETE /v1/api-keys/{key_id}": [PermissionRequest(Who(401, NONE, NONE, NONE, (404, 404, LET)))],
    "GET /v1/jobs/{job_id}": [PermissionRequest(OWN_ONLY)],
    "GET /v1/jobs/{job_id}/results": [PermissionRequest(OWN_ONLY)],
    "POST /v1/jobs/{job_id}/cancellation": [PermissionRequest(CHANGED_BY_OWN)],
    "GET /v1/patents/search": [PermissionRequest(PUBLIC, query=f"q={FINDABLE}&facets=holder,grade")],
    "GET /v1/patents/search/facets/{facet}": [PermissionRequest(PUBLIC, query=f"words={FINDABLE}")],
    "GET /v1/patents.csv": [PermissionRequest(SIGNED_IN, query=f"q={FINDABLE}")],
    "GET /v1/patents.xlsx": [PermissionRequest(SIGNED_IN, query=f"q={FINDABLE}")],
    "POST /v1/patents": [PermissionRequest(EDITORS, json=patent)],
    "GET /v1/patents": [
        PermissionRequest(SIGNED_IN, query=f"q={FINDABLE}"),
        PermissionRequest(SIGNED_IN, query="holder={organisation_id}"),
    ],
    **shown("/v1/patents/by-number/{number}"),
    **shown(PAT),
    **changed(f"PATCH {PAT}", the(title_en="Example")),
    **shown(f"{PAT}/holdings"),
    **changed(f"POST {PAT}/holdings", the(evidence="示例")),
    f"POST {PAT}/holdings/{{holding_id}}/verification": [
        PermissionRequest(OFFICES_CHANGE, of, json=the(outcome="verified", reason="示例"), matches=True)
        for of in ("private", "listed")
    ],
    **changed(f"POST {PAT}/holdings/{{holding_id}}/dispute", REASON),
    **changed(f"POST {PAT}/holdings/{{holding_id}}/end", the(ended_on="2026-02-01", reason="已转让")),
    **shown(f"{PAT}/legal-events"),
    **changed(f"POST {PAT}/legal-events", EVENT),
    f"GET {PAT}/assessments": [
        PermissionRequest(OWN_AND_OFFICES),
        PermissionRequest(Who(401, REFUSED, ALL, ALL, ALL), "listed"),
    ],
    **changed(f"POST {PAT}/assessments", GRADED),
    "GET /v1/annuities": [PermissionRequest(SIGNED_IN, query="limit=100")],
    "POST /v1/listings": [
        PermissionRequest(Who(401, HIDDEN, REFUSED, REFUSED, EDITS), json=listing("private")),
        PermissionRequest(Who(401, REFUSED, REFUSED, REFUSED, EDITS), json=listing("listed")),
    ],
    "GET /v1/listings": [
        PermissionRequest(PUBLIC, query="status=draft&limit=100"),
        PermissionRequest(PUBLIC, query="organisation_id={organisation_id}"),
        PermissionRequest(PUBLIC, query="patent_id={patent_id}"),
    ],
    f"GET {LST}": [PermissionRequest(SHOWN_TO_OWN_AND_OFFICES), PermissionRequest(PUBLIC, "listed")],
    f"PATCH {LST}": [
        PermissionRequest(TERMS, json=the(stage=7), matches=True),
        PermissionRequest(TERMS_SEEN, "listed", json=the(stage=7), matches=True),
    ],
    **outward(step("submission")),
    **outward(step("publication")),
    **step("refusal", REASON),
    **step("suspension", REASON),
    **outward(step("resumption")),
    **step("delisting"),
    "POST /v1/listings/bulk": [PermissionRequest(EDITORS, json=bulk)],
    "POST /v1/imports": [
        PermissionRequest(
            EDITORS, form={"kind": "patents", "mode": "check"}, files={"file": ("a.csv", "专利名称,申请号\n".encode())}
        )
    ],
    "GET /v1/imports": [PermissionRequest(SIGNED_IN, query="limit=100")],
    "GET /v1/imports/{import_id}": [PermissionRequest(OWN_AND_PLATFORM)],
    "GET /v1/imports/{import_id}/rows": [PermissionRequest(OWN_AND_PLATFORM)],
    "GET /v1/imports/{import_id}/rejected.csv": [PermissionRequest(OWN_AND_PLATFORM)],
    "POST /v1/imports/{import_id}/cancellation": [PermissionRequest(CHANGED_BY_OWN_AND_PLATFORM, matches=True)],
    "GET /v1/reference/working-days": [PermissionRequest(PUBLIC, query="from=2026-09-29&count=3")],
    "GET /v1/statistics/catalogue": [PermissionRequest(PUBLIC)],
    "GET /v1/demo/clock": [PermissionRequest(Who(401, REFUSED, REFUSED, ALL, REFUSED))],
    "PUT /v1/demo/clock": [PermissionRequest(Who(401, REFUSED, REFUSED, EDITS, REFUSED), json=the(), lets=(422,))],
    **ALERTS,
    **ESTABLISHMENTS,
    **FINANCING,
    **INTRODUCTIONS,
    **LENDING,
    **LOANS,
    **FIGURES,
    **CONTRACTS,
    **APPRAISALS,
    **NEEDS,
    **PLEDGES,
    **MATCHES,
    **DEALS,
}
