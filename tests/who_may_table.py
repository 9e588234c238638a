"""Who gets what class of answer at each operation; an operation that is not here fails the walk.

LET means let through: neither 401, 403 nor 404. The four rows after the stranger's are (viewer, editor, owner) of
any other organisation, of an authority, of the platform, and of the organisation that has the thing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests import factories
from tests.catalogue import made
from tests.world import FINDABLE, World

LET = 0
Row = tuple[int, int, int]


class Who(NamedTuple):
    """The answer that each gets."""

    stranger: int
    other: Row
    authority: Row
    platform: Row
    own: Row


@dataclass(frozen=True)
class Ask:
    """One question to an operation: about which thing, with what, and who gets what."""

    who: Who
    of: str = "private"
    query: str = ""
    json: Callable[[World, str], Any] | None = None
    form: dict[str, str] | None = None
    files: dict[str, tuple[str, bytes]] | None = None
    matches: bool = False  # takes If-Match: whoever is let through says a wrong version, so that nothing changes
    lets: tuple[int, ...] = (200, 201, 202, 204, 409)


def the(**values: Any) -> Callable[[World, str], Any]:
    """Give a body that is the same for everybody."""
    return lambda world, actor: values  # noqa: ARG005 - the form of every body


ALL, NONE = (LET, LET, LET), (404, 404, 404)
EDITS, OWNS = (403, LET, LET), (403, 403, LET)
REFUSED, HIDDEN, HIDDEN_OWNS = (403, 403, 403), (403, 404, 404), (403, 403, 404)

PUBLIC = Who(LET, ALL, ALL, ALL, ALL)
SIGNED_IN = Who(401, ALL, ALL, ALL, ALL)
OWNERS = Who(401, OWNS, OWNS, OWNS, OWNS)
EDITORS = Who(401, EDITS, EDITS, EDITS, EDITS)
UNKNOWN = Who(404, NONE, NONE, NONE, NONE)

OWN_ONLY = Who(401, NONE, NONE, NONE, ALL)
OWN_AND_PLATFORM = Who(401, NONE, NONE, ALL, ALL)
OWN_AND_OFFICES = Who(401, NONE, ALL, ALL, ALL)
SHOWN_TO_OWN_AND_OFFICES = Who(404, NONE, ALL, ALL, ALL)  # an address that is public where the thing is
CHANGED_BY_OWN = Who(401, HIDDEN, HIDDEN, HIDDEN, EDITS)
CHANGED_BY_OWN_AND_PLATFORM = Who(401, HIDDEN, HIDDEN, EDITS, EDITS)
CHANGED_BY_OWN_AND_OFFICES = Who(401, HIDDEN, EDITS, EDITS, EDITS)
OWNERS_OF_OWN = Who(401, HIDDEN_OWNS, HIDDEN_OWNS, HIDDEN_OWNS, OWNS)
OWNERS_OF_OWN_AND_PLATFORM = Who(401, HIDDEN_OWNS, HIDDEN_OWNS, OWNS, OWNS)
OFFICES_CHANGE = Who(401, REFUSED, EDITS, EDITS, REFUSED)
SEEN_CHANGED_BY_OWN_AND_OFFICES = Who(401, REFUSED, EDITS, EDITS, EDITS)
STEPS = Who(401, HIDDEN, REFUSED, EDITS, EDITS)
STEPS_SEEN = Who(401, REFUSED, REFUSED, EDITS, EDITS)
TERMS = Who(401, HIDDEN, REFUSED, REFUSED, EDITS)
TERMS_SEEN = Who(401, REFUSED, REFUSED, REFUSED, EDITS)

REASON = the(reason="示例理由")
PARTY = {"person": "legal", "name": "示例主体", "country": "JP"}
EVENT = the(kind="published", effective_on="2018-09-02", source="专利公报")
GRADED = the(grade="B", method="专家评审", assessor="示例中心", assessed_on="2026-01-20")
PASSWORD = the(name="李示例", password=factories.PASSWORD)


def registration(_: World, actor: str) -> Any:
    """Give a fresh organisation; who is signed in names no first member."""
    return {k: v for k, v in factories.registration().items() if actor == "stranger" or k != "member"}


def patent(_: World, actor: str) -> Any:
    """Give a patent that nobody has entered; offices name its holders."""
    return made.entry(holders=[{"name": "示例主体"}] if actor in ("authority", "platform") else None)


def invitation(_: World, __: str) -> Any:
    """Give somebody to be invited."""
    return {"email": factories.email(), "role": "viewer"}


def listing(of: str) -> Callable[[World, str], Any]:
    """Give a listing of a patent."""
    return lambda world, actor: {"patent_id": world.things[of]["patent_id"]}  # noqa: ARG005 - the form of every body


def seen_through(world: World, _: str) -> Any:
    """Give the message up to which all is read."""
    return {"through": world.things["private"]["message_id"]}


def bulk(world: World, _: str) -> Any:
    """Give an action on what is another's."""
    return {"action": "resume", "ids": [world.things["private"]["listing_id"], world.things["private"]["patent_id"]]}


def shown(path: str) -> dict[str, list[Ask]]:
    """Give the rows of an address that shows a patent or a part of it."""
    return {f"GET {path}": [Ask(SHOWN_TO_OWN_AND_OFFICES), Ask(PUBLIC, "listed")]}


def changed(operation: str, body: Any, seen: Who = SEEN_CHANGED_BY_OWN_AND_OFFICES) -> dict[str, list[Ask]]:
    """Give the rows of an operation that changes a patent or a part of it."""
    private = Ask(CHANGED_BY_OWN_AND_OFFICES, json=body, matches=True)
    return {operation: [private, Ask(seen, "listed", json=body, matches=True)]}


def step(name: str, body: Any = None) -> dict[str, list[Ask]]:
    """Give the rows of a step of a listing."""
    asks = [Ask(STEPS, json=body, matches=True), Ask(STEPS_SEEN, "listed", json=body, matches=True)]
    return {f"POST /v1/listings/{{listing_id}}/{name}": asks}


HOOK = "/v1/webhooks/{webhook_id}"
ORG, PAT, LST = "/v1/organisations/{organisation_id}", "/v1/patents/{patent_id}", "/v1/listings/{listing_id}"
WATCHED = ("/healthz", "/readyz", "/metrics", "/problems", "/problems/{code}")
OPEN = ("/v1/reference", "/v1/reference/{list}", "/v1/changes")

TABLE: dict[str, list[Ask]] = {
    **{f"GET {path}": [Ask(PUBLIC)] for path in (*WATCHED, *OPEN)},
    "POST /v1/oauth/token": [Ask(PUBLIC, form={"grant_type": "refresh_token", "refresh_token": "x"}, lets=(400,))],
    "POST /v1/oauth/revocation": [Ask(PUBLIC, form={"token": "x"})],
    "POST /v1/organisations": [Ask(PUBLIC, json=registration)],
    "GET /v1/organisations": [Ask(PUBLIC, query=f"q={FINDABLE}"), Ask(PUBLIC, query="status=pending&limit=100")],
    f"GET {ORG}": [Ask(PUBLIC), Ask(Who(404, NONE, ALL, ALL, NONE), "pending")],
    f"PATCH {ORG}": [
        Ask(Who(401, REFUSED, REFUSED, OWNS, OWNS), json=the(introduction="示例"), matches=True),
        Ask(Who(401, HIDDEN_OWNS, REFUSED, OWNS, HIDDEN_OWNS), "pending", json=the(introduction="示例"), matches=True),
    ],
    f"POST {ORG}/verification": [Ask(OFFICES_CHANGE, json=the(outcome="verified"), matches=True)],
    f"POST {ORG}/invitations": [Ask(OWNERS_OF_OWN, json=invitation)],
    f"GET {ORG}/invitations": [Ask(OWNERS_OF_OWN_AND_PLATFORM)],
    f"DELETE {ORG}/invitations/{{invitation_id}}": [Ask(OWNERS_OF_OWN)],
    "POST /v1/invitations/{token}/acceptance": [Ask(UNKNOWN, json=PASSWORD)],
    f"GET {ORG}/members": [Ask(OWN_AND_PLATFORM)],
    f"GET {ORG}/members/{{member_id}}": [Ask(OWN_AND_PLATFORM)],
    f"PATCH {ORG}/members/{{member_id}}": [Ask(OWNERS_OF_OWN, json=the(role="owner"), matches=True)],
    f"DELETE {ORG}/members/{{member_id}}": [Ask(Who(401, NONE, NONE, NONE, OWNS), matches=True)],
    "POST /v1/parties": [Ask(EDITORS, json=the(**PARTY))],
    "GET /v1/parties": [Ask(SIGNED_IN, query=f"q={FINDABLE}")],
    "GET /v1/parties/{party_id}": [Ask(OWN_AND_OFFICES)],
    "PATCH /v1/parties/{party_id}": [Ask(CHANGED_BY_OWN_AND_OFFICES, json=the(name_en="Example"), matches=True)],
    "POST /v1/webhooks": [Ask(OWNERS, json=the(url="https://example.com/hooks", types=["nothing"]))],
    "GET /v1/webhooks": [Ask(SIGNED_IN)],
    f"GET {HOOK}": [Ask(OWN_ONLY)],
    f"PATCH {HOOK}": [Ask(OWNERS_OF_OWN, json=the(description="示例"), matches=True)],
    f"POST {HOOK}/secret-renewal": [Ask(OWNERS_OF_OWN, matches=True)],
    f"GET {HOOK}/deliveries": [Ask(OWN_ONLY)],
    f"POST {HOOK}/deliveries/{{delivery_id}}/redelivery": [Ask(CHANGED_BY_OWN)],
    f"DELETE {HOOK}": [Ask(OWNERS_OF_OWN, matches=True)],
    "POST /v1/files": [Ask(EDITORS, files={"file": ("a.txt", "示例".encode())})],
    "GET /v1/files": [Ask(SIGNED_IN)],
    "GET /v1/files/{file_id}": [Ask(OWN_AND_OFFICES)],
    "GET /v1/files/{file_id}/content": [Ask(OWN_AND_OFFICES)],
    "GET /v1/files/{file_id}/accesses": [Ask(OWN_AND_OFFICES)],
    "GET /v1/inbox": [Ask(SIGNED_IN)],
    "PUT /v1/inbox/{message_id}/read": [Ask(Who(401, NONE, NONE, NONE, (LET, 404, LET)))],  # the editor did it himself
    "PUT /v1/inbox/read": [Ask(Who(401, NONE, NONE, NONE, (LET, 404, LET)), json=seen_through)],
    "GET /v1/me/notification-settings": [Ask(SIGNED_IN)],
    "PUT /v1/me/notification-settings": [Ask(SIGNED_IN, json=the(off=[]), matches=True)],
    "GET /v1/me": [Ask(SIGNED_IN)],
    "PUT /v1/me/password": [Ask(SIGNED_IN, json=the(current_password="x", password=""), lets=(422,))],
    "GET /v1/me/sessions": [Ask(SIGNED_IN)],
    "DELETE /v1/me/sessions/{session_id}": [Ask(Who(401, NONE, NONE, NONE, (404, 404, LET)))],
    "DELETE /v1/me/sessions": [Ask(SIGNED_IN)],
    "POST /v1/password-resets": [Ask(PUBLIC, json=the(email="nobody@example.com"))],
    "POST /v1/password-resets/{token}": [Ask(UNKNOWN, json=the(password=factories.PASSWORD))],
    "POST /v1/api-keys": [Ask(SIGNED_IN, json=the(name="示例", scopes=["catalogue:read"], role="viewer"))],
    "GET /v1/api-keys": [Ask(SIGNED_IN)],
    "DELETE /v1/api-keys/{key_id}": [Ask(Who(401, NONE, NONE, NONE, (404, 404, LET)))],
    "GET /v1/jobs/{job_id}": [Ask(OWN_ONLY)],
    "GET /v1/jobs/{job_id}/results": [Ask(OWN_ONLY)],
    "POST /v1/jobs/{job_id}/cancellation": [Ask(CHANGED_BY_OWN)],
    "GET /v1/patents/search": [Ask(PUBLIC, query=f"q={FINDABLE}&facets=holder,grade")],
    "GET /v1/patents/search/facets/{facet}": [Ask(PUBLIC, query=f"words={FINDABLE}")],
    "GET /v1/patents.csv": [Ask(SIGNED_IN, query=f"q={FINDABLE}")],
    "GET /v1/patents.xlsx": [Ask(SIGNED_IN, query=f"q={FINDABLE}")],
    "POST /v1/patents": [Ask(EDITORS, json=patent)],
    "GET /v1/patents": [Ask(SIGNED_IN, query=f"q={FINDABLE}"), Ask(SIGNED_IN, query="holder={organisation_id}")],
    **shown("/v1/patents/by-number/{number}"),
    **shown(PAT),
    **changed(f"PATCH {PAT}", the(title_en="Example")),
    **shown(f"{PAT}/holdings"),
    **changed(f"POST {PAT}/holdings", the(evidence="示例"), EDITORS),
    f"POST {PAT}/holdings/{{holding_id}}/verification": [
        Ask(OFFICES_CHANGE, of, json=the(outcome="verified", reason="示例"), matches=True)
        for of in ("private", "listed")
    ],
    **changed(f"POST {PAT}/holdings/{{holding_id}}/dispute", REASON),
    **changed(f"POST {PAT}/holdings/{{holding_id}}/end", the(ended_on="2026-02-01", reason="已转让")),
    **shown(f"{PAT}/legal-events"),
    **changed(f"POST {PAT}/legal-events", EVENT),
    f"GET {PAT}/assessments": [Ask(OWN_AND_OFFICES), Ask(Who(401, REFUSED, ALL, ALL, ALL), "listed")],
    **changed(f"POST {PAT}/assessments", GRADED),
    "GET /v1/annuities": [Ask(SIGNED_IN, query="limit=100")],
    "POST /v1/listings": [
        Ask(Who(401, HIDDEN, REFUSED, REFUSED, EDITS), json=listing("private")),
        Ask(Who(401, REFUSED, REFUSED, REFUSED, EDITS), json=listing("listed")),
    ],
    "GET /v1/listings": [
        Ask(PUBLIC, query="status=draft&limit=100"),
        Ask(PUBLIC, query="organisation_id={organisation_id}"),
        Ask(PUBLIC, query="patent_id={patent_id}"),
    ],
    f"GET {LST}": [Ask(SHOWN_TO_OWN_AND_OFFICES), Ask(PUBLIC, "listed")],
    f"PATCH {LST}": [
        Ask(TERMS, json=the(stage=7), matches=True),
        Ask(TERMS_SEEN, "listed", json=the(stage=7), matches=True),
    ],
    **step("submission"),
    **step("publication"),
    **step("refusal", REASON),
    **step("suspension", REASON),
    **step("resumption"),
    **step("delisting"),
    "POST /v1/listings/bulk": [Ask(EDITORS, json=bulk)],
    "POST /v1/imports": [
        Ask(EDITORS, form={"kind": "patents", "mode": "check"}, files={"file": ("a.csv", "专利名称,申请号\n".encode())})
    ],
    "GET /v1/imports": [Ask(SIGNED_IN, query="limit=100")],
    "GET /v1/imports/{import_id}": [Ask(OWN_AND_PLATFORM)],
    "GET /v1/imports/{import_id}/rows": [Ask(OWN_AND_PLATFORM)],
    "GET /v1/imports/{import_id}/rejected.csv": [Ask(OWN_AND_PLATFORM)],
    "POST /v1/imports/{import_id}/cancellation": [Ask(CHANGED_BY_OWN_AND_PLATFORM, matches=True)],
    "GET /v1/reference/working-days": [Ask(PUBLIC, query="from=2026-09-29&count=3")],
    "GET /v1/statistics/catalogue": [Ask(PUBLIC)],
    "GET /v1/demo/clock": [Ask(Who(401, REFUSED, REFUSED, ALL, REFUSED))],
    "PUT /v1/demo/clock": [Ask(Who(401, REFUSED, REFUSED, EDITS, REFUSED), json=the(), lets=(422,))],
}
