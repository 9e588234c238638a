"""Those who race: organisations on one platform, patents fresh for each attempt, each request on its own connection."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final

import httpx

from tests.fresh_server import OPERATOR, PASSWORD
from tests.scenarios.api_keys import bearer
from tests.scenarios.files import upload_evidence
from tests.scenarios.members import Member, add_member, find_party, registration_body, sign_in
from tests.scenarios.patents import application_number, patent_body
from tests.scenarios.requests import SignedIn
from tests.scenarios.second_factor import headers_to_sign

LANES: Final = 4  # connections of one race: the most that race for one patent
PATIENCE: Final = 120.0  # seconds after which an answer counts as lost
PEOPLE: Final = {
    "owner": "university",
    "partner": "university",
    "bank": "bank",
    "guarantor": "bank",
    "first": "enterprise",
    "second": "enterprise",
}
LENDING: Final = ("first", "bank", "guarantor")  # who sign pledges: a borrower and two banks
CHINA: Final = timezone(timedelta(hours=8))
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Racer:
    """One request of a race."""

    name: str
    who: Member
    path: str
    body: Fields | None = None
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signatory:
    """A key that signs for an organisation."""

    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of it; status 0 where no answer came."""

    racer: Racer
    status: int
    said: Fields = field(default_factory=dict)

    @property
    def won(self) -> bool:
        """Whether it was done."""
        return self.status in (200, 201)

    @property
    def codes(self) -> list[str]:
        """The codes of the reasons of a refusal."""
        return [str(reason.get("code")) for reason in self.said.get("reasons") or []]


@dataclass(frozen=True, slots=True)
class Start:
    """A patent with what stood on it before, and who races for it."""

    patent: Fields
    racers: list[Racer]
    before: frozenset[str] = frozenset()  # entries of the ledger that were there
    about: Fields = field(default_factory=dict)


def today() -> date:
    """Return the day in China."""
    return datetime.now(UTC).astimezone(CHINA).date()


@dataclass
class Arena:
    """A platform with the organisations that race on it."""

    base: str
    clients: list[httpx.AsyncClient]
    people: dict[str, Member] = field(default_factory=dict)
    parties: dict[str, str] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)  # application numbers, the newest last
    proofs: dict[str, str] = field(default_factory=dict)  # a file of evidence of each
    colleagues: dict[str, Member] = field(default_factory=dict)  # of the banks, whose offers take two people
    signing: dict[str, dict[str, str]] = field(default_factory=dict)  # headers with a key that signs

    @property
    def client(self) -> httpx.AsyncClient:
        """The client that prepares."""
        return self.clients[-1]

    async def enter(self, office: Member) -> None:
        """Have the organisations register, be verified and sign in."""
        self.people["office"] = office
        for name, kind in PEOPLE.items():
            body = registration_body(kind)
            made = await self.client.post("/v1/organisations", json=body)
            assert made.status_code == 201, made.text
            verified = f"/v1/organisations/{made.json()['id']}/verification"
            await self.told("POST", verified, office, {"outcome": "verified"})
            self.people[name] = await sign_in(self.client, body["member"]["email"])
            self.parties[name] = await find_party(self.client, self.people[name])
            self.proofs[name] = await upload_evidence(self.client, self.people[name])
        for name in LENDING:
            self.signing[name] = await self._signing_key(self.people[name])
            if PEOPLE[name] == "bank":
                self.colleagues[name] = await add_member(self.client, self.people[name])

    async def _signing_key(self, who: Member) -> dict[str, str]:
        """Return headers that sign for the organisation: codes of a person count once each, a key does not."""
        headers = await headers_to_sign(self.client, who)
        body = {"name": "races", "scopes": ["signing:write"], "role": "editor"}
        made = await self.client.post("/v1/api-keys", json=body, headers=headers)
        assert made.status_code == 201, made.text
        return bearer(made.json()["secret"])

    async def told(self, method: str, path: str, who: SignedIn, body: Fields | None = None, **more: Any) -> Fields:
        """Return what the server says to a request that must succeed; one that found it busy is sent again."""
        for _ in range(5):
            answer = await self.client.request(method, path, json=body, headers=who.headers, **more)
            if answer.status_code != 503:
                break
        if answer.is_error:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
        return dict(answer.json())

    def signatory(self, name: str) -> Signatory:
        """Return who signs for an organisation, with its key."""
        return Signatory(self.signing[name])

    async def patent(self, by: str = "owner", **fields: Any) -> Fields:
        """Return a fresh patent, of the owner's where nobody else is named."""
        body = patent_body(application_number=application_number(), **fields)
        made = await self.told("POST", "/v1/patents", self.people[by], body)
        if by == "owner":
            self.numbers.append(body["application_number"])
        return made

    async def co_owned(self) -> Fields:
        """Return a fresh patent of the owner and its partner, both verified."""
        patent, office = await self.patent(), self.people["office"]
        place = f"/v1/patents/{patent['id']}/holdings"
        await self.told("POST", place, office, {"party_id": self.parties["partner"]})
        for holding in (await self.told("GET", place, office))["items"]:
            said = {"outcome": "verified", "reason": "一致"}
            await self.told("POST", f"{place}/{holding['id']}/verification", office, said)
        return patent

    def granting(self, patent_id: str, to: str, kind: str = "licence", *, by: str = "owner", **fields: Any) -> Racer:
        """Return the request that grants a right here."""
        body = {"kind": kind, "origin": "here", "effective_on": str(today()), "source": "合同",
                "party_id": self.parties[to], **fields}  # fmt: skip
        name = str(fields.get("licence_type", kind))
        return Racer(name, self.people[by], f"/v1/patents/{patent_id}/rights", body)

    async def granted(self, racer: Racer) -> Fields:
        """Return the right, granted before the race."""
        return await self.told("POST", racer.path, racer.who, racer.body)

    async def consented(self, patent_id: str, act: str, terms: Fields, of: str = "partner") -> Fields:
        """Return a consent that another has given."""
        place = f"/v1/patents/{patent_id}/consents"
        asked = {"act": act, "terms": terms, "party_id": self.parties[of]}
        consent = (await self.told("POST", place, self.people["owner"], asked))["items"][0]
        answer = {"answer": "given", "terms_hash": consent["terms_hash"]}
        return await self.told("POST", f"{place}/{consent['id']}/answer", self.people[of], answer)

    async def ledger(self, patent_id: str, who: str = "owner") -> list[Fields]:
        """Return every entry of the patent, as its holder sees them."""
        path, items, cursor = f"/v1/patents/{patent_id}/rights", [], None
        while True:
            asked = {"limit": 100, **({"cursor": cursor} if cursor else {})}
            page = await self.told("GET", path, self.people[who], params=asked)
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return items

    async def race(self, lane: int, racers: Sequence[Racer]) -> list[Answered]:
        """Return what came of requests sent at one moment, in the order in which they were sent."""
        order = random.sample(list(racers), len(racers))
        clients = self.clients[lane * LANES :]
        gate = asyncio.Event()
        asked = [asyncio.create_task(_sent(client, racer, gate)) for client, racer in zip(clients, order, strict=False)]
        await asyncio.sleep(0)
        gate.set()
        return list(await asyncio.gather(*asked))


LIMITS: Final = httpx.Limits(keepalive_expiry=2.0)  # the server lets go of what was idle for 5 s: just then one may ask


async def _sent(client: httpx.AsyncClient, racer: Racer, gate: asyncio.Event) -> Answered:
    await gate.wait()
    try:
        headers = racer.who.headers | racer.headers
        answer = await client.request(racer.method, racer.path, json=racer.body, headers=headers)
        return Answered(racer, answer.status_code, dict(answer.json()))
    except (httpx.TransportError, ValueError) as error:
        return Answered(racer, 0, {"title": f"{type(error).__name__}: {error}"})


@asynccontextmanager
async def arena(bases: Sequence[str], width: int) -> AsyncIterator[Arena]:
    """Yield an arena for so many races at once, whose connections go to the addresses in turn."""
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(
                httpx.AsyncClient(
                    base_url=bases[n % len(bases)],
                    timeout=PATIENCE,
                    limits=LIMITS,
                    follow_redirects=True,
                    trust_env=False,
                )
            )
            for n in range(width * LANES + 1)
        ]
        made = Arena(bases[0], clients)
        await made.enter(await sign_in(made.client, OPERATOR, PASSWORD))
        yield made


Prepare = Callable[[Arena], Awaitable[Start]]


def soon(days: int) -> str:
    """Return a day from now."""
    return str(today() + timedelta(days=days))
