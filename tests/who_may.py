"""Who gets what class of answer at each operation; an operation that is not here fails the walk.

LET means let through: neither 401, 403 nor 404. The four rows after the stranger's are (viewer, editor, owner) of
any other organisation, of an authority, of the platform, and of the organisation that has the thing. `party` is the
other side of its deals: who is asked for a consent, who took a licence; where it is not named, it is as any other.
`unverified` is an organisation that nobody has verified: what is outward refuses it, all else takes it as any other.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import httpx

from tests.scenarios.world import OTHER_KINDS, World

LET = 0
OTHER = "another"  # organisation, of each kind
WRONG_VERSION = '"999999"'
Row = tuple[int, int, int]


class Who(NamedTuple):
    """The answer that each gets."""

    stranger: int
    other: Row
    authority: Row
    platform: Row
    own: Row
    party: Row | None = None
    unverified: Row | None = None


@dataclass(frozen=True)
class PermissionRequest:
    """One question to an operation: about which thing, with what, and who gets what."""

    who: Who
    of: str = "private"
    query: str = ""
    json: Callable[[World, str], Any] | None = None
    form: dict[str, str] | None = None
    files: dict[str, tuple[str, bytes]] | None = None
    matches: bool = False  # takes If-Match: whoever is let through says a wrong version, so that nothing changes
    lets: tuple[int, ...] = (200, 201, 202, 204, 409)
    kinds: tuple[str, ...] = OTHER_KINDS  # of other organisations that get this answer; another row says of the rest


@dataclass(frozen=True)
class Line:
    """One line of the matrix: an operation, who asks, and the answer due; its text is the test's id."""

    operation: str
    ask: PermissionRequest
    whose: str = ""
    role: str = ""
    due: int = LET

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of organisation that ask."""
        return self.ask.kinds if self.whose == OTHER else (self.whose,)

    def __str__(self) -> str:
        about = self.ask.of if not self.ask.query else f"{self.ask.of}, {self.ask.query}"
        who = " of ".join(filter(None, (self.role, self.whose)))
        if self.ask.kinds != OTHER_KINDS:
            about += f", {self.ask.kinds[0]}"
        return f"{self.operation} ({about})" + (f" as {who} gets {self.due or 'through'}" if who else "")


def rows(who: Who) -> Iterator[tuple[str, Row]]:
    """Yield the answers of the three roles in each organisation; the one that has the thing, which may end it, last."""
    yield OTHER, who.other
    yield "unverified", who.other if who.unverified is None else who.unverified
    yield "licensee", who.other if who.party is None else who.party
    yield from (("authority", who.authority), ("platform", who.platform), ("own", who.own))


def request(world: World, operation: str, ask: PermissionRequest, kind: str, role: str, answer: int) -> httpx.Request:
    """Return the request of somebody who is due that answer."""
    method, path = operation.split(" ")
    things = world.things["private"] | world.things[ask.of]
    url = re.sub(r"{(\w+)(:\w+)?}", lambda found: things[found[1]], path)
    if ask.query:
        url += "?" + ask.query.format(**things)
    headers = {"Accept-Language": "en"} if kind == "stranger" else dict(world.people[kind, role].headers)
    if ask.matches:
        headers["If-Match"] = WRONG_VERSION if answer == LET else "*"
    body = ask.json(world, kind) if ask.json else None
    return httpx.Request(method, f"http://test{url}", headers=headers, json=body, data=ask.form, files=ask.files)


def the(**values: Any) -> Callable[[World, str], Any]:
    """Return a body that is the same for everybody."""
    return lambda world, actor: values  # noqa: ARG005 - the form of every body


ALL, NONE = (LET, LET, LET), (404, 404, 404)
EDITS, OWNS = (403, LET, LET), (403, 403, LET)
REFUSED, HIDDEN, HIDDEN_OWNS = (403, 403, 403), (403, 404, 404), (403, 403, 404)

PUBLIC = Who(LET, ALL, ALL, ALL, ALL)
SIGNED_IN = Who(401, ALL, ALL, ALL, ALL)
OWNERS = Who(401, OWNS, OWNS, OWNS, OWNS)
EDITORS = Who(401, EDITS, EDITS, EDITS, EDITS)
NOBODY = Who(401, *[(401, 401, 401)] * 4)  # what has a token of its own, or is asked for on the machine itself
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


def outward(rows: dict[str, list[PermissionRequest]]) -> dict[str, list[PermissionRequest]]:
    """Return the rows of what binds others, is shown to them or is owed to them: a verified organisation's alone."""
    return {
        operation: [replace(ask, who=ask.who._replace(unverified=REFUSED)) for ask in asks]
        for operation, asks in rows.items()
    }


def shown(path: str) -> dict[str, list[PermissionRequest]]:
    """Return the rows of an address that shows a patent or a part of it."""
    return {f"GET {path}": [PermissionRequest(SHOWN_TO_OWN_AND_OFFICES), PermissionRequest(PUBLIC, "listed")]}


def changed(
    operation: str, body: Any, seen: Who = SEEN_CHANGED_BY_OWN_AND_OFFICES
) -> dict[str, list[PermissionRequest]]:
    """Return the rows of an operation that changes a patent or a part of it."""
    private = PermissionRequest(CHANGED_BY_OWN_AND_OFFICES, json=body, matches=True)
    return {operation: [private, PermissionRequest(seen, "listed", json=body, matches=True)]}


def step(name: str, body: Any = None) -> dict[str, list[PermissionRequest]]:
    """Return the rows of a step of a listing."""
    asks = [
        PermissionRequest(STEPS, json=body, matches=True),
        PermissionRequest(STEPS_SEEN, "listed", json=body, matches=True),
    ]
    return {f"POST /v1/listings/{{listing_id}}/{name}": asks}
