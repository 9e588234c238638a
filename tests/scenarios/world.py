"""One organisation with private things of every kind, and people of every kind and role who may not see them."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.scenarios.appraisals import record_report
from tests.scenarios.establishment import propose
from tests.scenarios.files import post_file
from tests.scenarios.imports import wait_for_import
from tests.scenarios.members import Member, add_member, new_email, register_organisation, sign_in, sign_in_platform
from tests.scenarios.patents import enter_patent, post_legal_event
from tests.scenarios.webhooks import run_receiver, wait_for_verification
from tests.scenarios.world_of_contracts import make_contracts
from tests.scenarios.world_of_deals import make_deals
from tests.scenarios.world_of_financing import make_financing
from tests.scenarios.world_of_introductions import make_introductions
from tests.scenarios.world_of_loans import make_loan
from tests.scenarios.world_of_matches import make_match
from tests.scenarios.world_of_needs import SECRET_BUDGET, make_needs
from tests.scenarios.world_of_pledges import make_pledge

FINDABLE = "zqfindable"  # stands in the same texts as the marks, so that lists can be asked for it
OTHER_KINDS = (
    "university",
    "enterprise",
    "individual",
    "operation_centre",
    "bank",
    "guarantor",
    "service_institution",
)
ROLES = ("viewer", "editor", "owner")


@dataclass
class World:
    """Who is there and what they have: `people["bank", "viewer"]`, `things["private"]["patent_id"]`."""

    people: dict[tuple[str, str], Member] = field(default_factory=dict)
    things: dict[str, dict[str, str]] = field(default_factory=dict)
    mark: str = field(default_factory=lambda: f"zqhush{secrets.token_hex(4)}")  # stands in private texts only
    marks: set[str] = field(init=False)  # what may show in no answer to others

    def __post_init__(self) -> None:
        self.marks = {self.mark}

    def owner(self, kind: str = "own") -> Member:
        """Return the owner of an organisation."""
        return self.people[kind, "owner"]


async def _team(client: httpx.AsyncClient, world: World, name: str, owner: Member) -> None:
    world.people[name, "owner"] = owner
    for role in ("editor", "viewer"):
        world.people[name, role] = await add_member(client, owner, role)


async def _post(client: httpx.AsyncClient, who: Member, path: str, body: Any = None, **more: Any) -> httpx.Response:
    answer = await client.post(path, json=body, headers=who.headers, **more)
    assert answer.status_code < 300, f"{path}: {answer.text}"
    return answer


async def _patent(client: httpx.AsyncClient, world: World, hidden: str, title: str) -> dict[str, str]:
    owner = world.owner()
    found = await enter_patent(client, owner, title=title, evidence=f"evidence {world.mark}", **_texts(hidden))
    path = f"/v1/patents/{found['id']}"
    graded = {
        "grade": "A",
        "method": f"method {world.mark}",
        "assessor": f"assessor {world.mark}",
        "assessed_on": "2026-01-20",
    }
    await _post(client, owner, f"{path}/assessments", graded)
    lapsed = {"kind": "published", "effective_on": "2018-09-01", "source": f"gazette {hidden}".strip()}
    await _post(client, owner, f"{path}/legal-events", lapsed)
    draft = {"patent_id": found["id"], "deal_types": ["assignment"], "price_note": f"price {hidden}".strip()}
    listing = (await _post(client, owner, "/v1/listings", draft)).json()
    return {
        "patent_id": found["id"],
        "number": found["application_number"],
        "holding_id": found["holders"][0]["holding_id"],
        "listing_id": listing["id"],
    }


def _texts(hidden: str) -> dict[str, Any]:
    return {"abstract": hidden, "inventors": [f"inventor {hidden}"], "applicants": [hidden]} if hidden else {}


async def _catalogue(client: httpx.AsyncClient, world: World) -> None:
    owner = world.owner()
    world.things["private"] = await _patent(client, world, world.mark, f"{FINDABLE} {world.mark}")
    world.things["listed"] = await _patent(client, world, "", f"{FINDABLE} for everybody")
    for step in ("submission", "publication"):
        await _post(client, owner, f"/v1/listings/{world.things['listed']['listing_id']}/{step}")


async def _heard(client: httpx.AsyncClient, world: World) -> dict[str, dict[str, str]]:
    """Return a request of one's own organisation to be heard as a holder of a patent that the licensee holds."""
    owner, holder = world.owner(), world.owner("licensee")
    patent = await enter_patent(client, holder, title=f"{FINDABLE} held by another")
    row = await enter_patent(client, owner, application_number=patent["application_number"], title=f"row {world.mark}")
    request = await propose(client, owner, row["id"], evidence=f"evidence {world.mark}")
    found = {"establishment_id": request["id"]}
    return {"heard": found | {"patent_id": patent["id"]}, "asked": found | {"patent_id": row["id"]}}


async def _report(client: httpx.AsyncClient, world: World) -> dict[str, str]:
    """Return an appraisal report that the organisation alone sees."""
    said = {"number": f"number {world.mark}", "purpose": f"purpose {world.mark}"}
    patent_id = world.things["private"]["patent_id"]
    report = await record_report(client, world.owner(), patent_id, **said)
    return {"patent_id": patent_id, "report_id": report["id"]}


async def _file(client: httpx.AsyncClient, world: World) -> dict[str, str]:
    owner = world.owner()
    answer = await post_file(
        client, owner, f"a text {world.mark}".encode(), f"{world.mark}.txt", description=f"file {world.mark}"
    )
    assert answer.status_code == 201, answer.text
    await client.get(f"/v1/files/{answer.json()['id']}/content", headers=owner.headers)
    return {"file_id": answer.json()["id"]}


async def _message(client: httpx.AsyncClient, world: World) -> dict[str, str]:
    """Return a message that every member of the organisation is told."""
    editor = world.people["own", "editor"]
    patent = await enter_patent(client, editor)
    gone = await post_legal_event(client, editor, patent["id"], "surrendered", "2024-03-01")
    assert gone.status_code == 201, gone.text
    for _ in range(200):
        told = (await client.get("/v1/inbox", headers=world.owner().headers)).json()["items"]
        found = [one["id"] for one in told if one["subject"] == patent["id"]]
        if found:
            world.marks.add(patent["id"])
            return {"message_id": found[0]}
        await asyncio.sleep(0.1)
    raise AssertionError("nobody was told anything")


async def _webhook(client: httpx.AsyncClient, world: World) -> dict[str, str]:
    """Return a webhook that somebody has been told of something by, or was to be: nobody answers there."""
    owner = world.owner()
    async with run_receiver() as receiver:
        hook = {"url": f"{receiver.url}/{world.mark}", "types": ["party"], "description": f"hook {world.mark}"}
        place = (await _post(client, owner, "/v1/webhooks", hook)).headers["Location"]
        await wait_for_verification(client, owner, place.rpartition("/")[2])
    await _post(client, owner, "/v1/parties", {"person": "legal", "name": f"told {world.mark}", "country": "JP"})
    for _ in range(200):
        made = (await client.get(f"{place}/deliveries", headers=owner.headers)).json()["items"]
        if made:
            return {"webhook_id": place.rpartition("/")[2], "delivery_id": made[0]["id"]}
        await asyncio.sleep(0.1)
    raise AssertionError("nothing was to be delivered")


async def _accounts(client: httpx.AsyncClient, world: World) -> dict[str, str]:
    owner = world.owner()
    party = {"person": "legal", "name": f"{FINDABLE} {world.mark}", "country": "JP", "identifier_kind": "other",
             "identifier": f"id {world.mark}"}  # fmt: skip
    invited = {"email": f"{world.mark}@example.com", "role": "viewer"}
    place = f"/v1/organisations/{owner.organisation_id}"
    key = {"name": f"key {world.mark}", "scopes": ["catalogue:read"], "role": "viewer"}
    await sign_in(client, owner.user_email)
    sessions = (await client.get("/v1/me/sessions", headers=owner.headers)).json()["items"]
    members = (await client.get(f"{place}/members", headers=owner.headers)).json()["items"]
    world.marks |= {member["email"] for member in members}
    return {
        "organisation_id": owner.organisation_id,
        "party_id": (await _post(client, owner, "/v1/parties", party)).json()["id"],
        "invitation_id": (await _post(client, owner, f"{place}/invitations", invited)).json()["id"],
        "member_id": next(m["id"] for m in members if m["email"] == owner.user_email),
        "user_id": next(m["user_id"] for m in members if m["email"] == owner.user_email),
        "key_id": (await _post(client, owner, "/v1/api-keys", key)).json()["id"],
        "session_id": next(s["id"] for s in sessions if not s["current"]),
    }


async def _alert(client: httpx.AsyncClient, world: World) -> dict[str, str]:
    """Return an alert of the owner's, which no other member of the organisation may see."""
    asked = {"name": f"alert {world.mark}", "search": {"q": world.mark}}
    return {"alert_id": (await _post(client, world.owner(), "/v1/alerts", asked)).json()["id"]}


async def _work(client: httpx.AsyncClient, world: World) -> dict[str, str]:
    owner = world.owner()
    lines = f"专利名称,申请号\n{FINDABLE} {world.mark},2.02E+12\n"
    sent = await client.post(
        "/v1/imports",
        data={"kind": "patents", "mode": "check"},
        files={"file": (f"{world.mark}.csv", lines.encode())},
        headers=owner.headers,
    )
    assert sent.status_code == 202, sent.text
    await wait_for_import(client, owner, sent.headers["Location"])  # type: ignore[arg-type]  # it has headers as a Person has
    asked = {"action": "suspend", "ids": [world.things["private"]["listing_id"]], "reason": f"reason {world.mark}"}
    job = await _post(client, owner, "/v1/listings/bulk", asked)
    return {"import_id": sent.json()["id"], "job_id": job.json()["id"]}


async def _reference_rows(client: httpx.AsyncClient) -> dict[str, str]:
    """Return a row of each dated table that everybody reads."""
    rows = {name: (await client.get(f"/v1/reference/{name}?limit=1")).json()["items"] for name in ("lpr", "schemes")}
    return {"lpr_id": rows["lpr"][0]["id"], "scheme_id": rows["schemes"][0]["id"]}


async def make_world(client: httpx.AsyncClient) -> World:
    """Return the world, made through the front door."""
    world = World()
    await _team(client, world, "own", await register_organisation(client, name=f"示例大学{new_email()}"))
    for kind in (*OTHER_KINDS, "authority"):
        await _team(client, world, kind, await register_organisation(client, kind))
    await _team(client, world, "unverified", await register_organisation(client, "enterprise", verified=False))
    await _team(client, world, "licensee", await register_organisation(client, "enterprise"))
    await _team(client, world, "platform", await sign_in_platform(client))
    await _catalogue(client, world)
    common = await _accounts(client, world) | await _work(client, world) | await _webhook(client, world)
    common |= await _file(client, world) | await _message(client, world) | await _alert(client, world)
    deals, unasked = await make_deals(client, world.owner(), world.owner("licensee"), world.things, world.mark)
    world.marks |= unasked
    listed = world.things["listed"]["listing_id"]
    common |= await make_introductions(client, world.owner(), world.owner("licensee"), listed, world.mark)
    common |= await make_contracts(
        client, world.people["own", "editor"], world.people["licensee", "editor"], world.mark
    )
    financing, sides = await make_financing(client, world.owner(), world.owner("licensee"), world.mark)
    common |= financing
    common |= await make_loan(client, world.owner("licensee"))
    world.people |= {(name, "owner"): member for name, member in sides.items()}
    pledged = await make_pledge(client, world.owner("licensee"))
    deals["pledged"] = {"pledged_offer_id": pledged.pop("pledged_offer_id")}
    common |= pledged
    heard = await _heard(client, world)
    deals |= heard
    deals["appraised"] = await _report(client, world)
    common["appraisal_report_id"] = deals["appraised"]["report_id"]
    common["establishment_id"] = heard["heard"]["establishment_id"]
    pending = await register_organisation(client, verified=False, name=f"{FINDABLE} {world.mark}")
    unknown = {"token": "Zk9wQ2V4YW1wbGVfdG9rZW5fb25seQ", "code": "not_found", "list": "deal-types", "facet": "holder"}
    unknown |= {"asset": "start.js", **await _reference_rows(client)}
    needs = await make_needs(client, world.owner(), world.owner("licensee"), world.mark, FINDABLE)
    world.marks.add(str(SECRET_BUDGET))
    private_need = needs["private"]["need_id"]
    common |= await make_match(client, world.owner(), world.owner("licensee"), private_need, FINDABLE)
    for of, these in (*deals.items(), *needs.items()):
        world.things[of] = world.things.get(of, {}) | these
    world.things["financed"] = {"patent_id": common.pop("financed_patent_id")}
    world.things = {name: common | unknown | these for name, these in world.things.items()}
    world.things["pending"] = {"organisation_id": pending.organisation_id}
    return world
