"""Contracts of the sample domain, drawn up, signed and certified through the front door."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.scenarios.members import Member, register_organisation
from tests.scenarios.requests import get, post
from tests.scenarios.second_factor import headers_to_sign
from tests.scenarios.signing_authority import AUTHORITY, Signer

TERMS = {"amount_fen": 500_000_000, "term_months": 12, "purpose": "研发新型电池隔膜"}


@dataclass(frozen=True, slots=True)
class Parties:
    """The two sides of a sample contract, and its id."""

    lender: Member
    borrower: Member
    contract_id: str
    subject: str

    @property
    def path(self) -> str:
        return f"/v1/contracts/{self.contract_id}"


async def draw_up_contract(
    client: httpx.AsyncClient,
    lender: Member | None = None,
    borrower: Member | None = None,
    sides: list[tuple[str, Member]] | None = None,
    subject: str | None = None,
    **terms: Any,
) -> Parties:
    """Return a contract that nobody has signed."""
    lender = lender or await register_organisation(client, "bank")
    borrower = borrower or await register_organisation(client, "enterprise")
    signing = sides or [("lender", lender), ("borrower", borrower)]
    body = {
        "subject": subject,
        "sides": [{"code": code, "organisation_id": who.organisation_id} for code, who in signing],
        "terms": TERMS | terms,
    }
    made = await post(client, lender, "/v1/sample-contracts", body, 200)
    return Parties(lender, borrower, made["id"], made["subject"])


async def get_contract(client: httpx.AsyncClient, who: Member, parties: Parties) -> dict[str, Any]:
    """Return the contract as a side sees it."""
    return dict(await get(client, who, parties.path))


async def post_signature(
    client: httpx.AsyncClient, who: Member, parties: Parties, bound_hash: str, **more: Any
) -> httpx.Response:
    """Return the answer to a signature."""
    body = {"bound_hash": bound_hash, **more}
    return await client.post(f"{parties.path}/signatures", json=body, headers=await headers_to_sign(client, who))


async def sign(client: httpx.AsyncClient, who: Member, parties: Parties, **more: Any) -> dict[str, Any]:
    """Return the contract, of which a side has signed what can be signed now."""
    contract = await get_contract(client, who, parties)
    version = contract["open_amendment"] or contract["present"]
    answer = await post_signature(client, who, parties, version["bound_hash"], **more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def conclude(client: httpx.AsyncClient, parties: Parties) -> dict[str, Any]:
    """Return the contract, of which both sides have signed what can be signed now."""
    await sign(client, parties.lender, parties)
    return await sign(client, parties.borrower, parties)


async def revise(client: httpx.AsyncClient, parties: Parties, **terms: Any) -> None:
    """Have the sample domain give the contract other terms."""
    await post(client, parties.lender, f"/v1/sample-contracts/{parties.contract_id}/revision", TERMS | terms, 200)


async def put_certificate(client: httpx.AsyncClient, who: Member, certificate: str, **headers: str) -> httpx.Response:
    """Return the answer to an owner who enters a signing certificate."""
    place = f"/v1/organisations/{who.organisation_id}/certificate"
    return await client.put(place, json={"certificate": certificate}, headers=who.headers | headers)


async def enter_certificate(client: httpx.AsyncClient, who: Member, key: Any = None) -> Signer:
    """Return the signer whose certificate the member's organisation signs with from now on."""
    organisation = await get(client, who, f"/v1/organisations/{who.organisation_id}")
    signer = AUTHORITY.issue(organisation["name"], organisation["credit_code"], key=key)
    answer = await put_certificate(client, who, signer.pem)
    assert answer.status_code == 200, answer.text
    return signer


async def prepare(client: httpx.AsyncClient, who: Member, parties: Parties) -> dict[str, Any]:
    """Return what the side's key is to sign, with the bound hash."""
    bound_hash = (await get_contract(client, who, parties))["present"]["bound_hash"]
    body = {"bound_hash": bound_hash}
    prepared = await post(client, who, f"{parties.path}/signatures/preparation", body, 200)
    return {**prepared, "bound_hash": bound_hash}


async def sign_with_certificate(
    client: httpx.AsyncClient, who: Member, parties: Parties, signer: Signer
) -> dict[str, Any]:
    """Return the contract, signed by a side with its certificate."""
    prepared = await prepare(client, who, parties)
    answer = await post_signature(client, who, parties, prepared["bound_hash"], cms=signer.cms(prepared))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def get_paper(client: httpx.AsyncClient, who: Member, parties: Parties, **query: Any) -> bytes:
    """Return a paper of the contract."""
    answer = await client.get(f"{parties.path}/document.pdf", params=query, headers=who.headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return answer.content
