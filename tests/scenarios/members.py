"""People and organisations for tests, made through the front door."""

import contextlib
import itertools
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

import httpx
from fastapi import FastAPI
from stdnum.cn import uscc

from backend.accounts.errors import OperatorExists
from backend.accounts.members.operators import create_operator
from tests.scenarios.requests import get, post

PASSWORD = "correct horse battery staple"
OPERATOR = "operator@example.com"
NUMBER = itertools.count()
GOOD_FOR = 300.0  # seconds
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # of GB 32100-2015; seven digits were too few not to come twice


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an organisation, signed in."""

    token: str
    organisation_id: str
    user_email: str
    refresh_token: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}


STAFF: WeakKeyDictionary[FastAPI, tuple[float, Member]] = WeakKeyDictionary()


def new_credit_code() -> str:
    """Return a fresh unified social credit code with a right check digit."""
    body = "91500106MA" + "".join(secrets.choice(LETTERS) for _ in range(7))
    return body + uscc.calc_check_digit(body)


def new_email(name: str = "person") -> str:
    """Return an address that nobody had."""
    return f"{name}-{next(NUMBER)}-{secrets.token_hex(4)}@example.com"


def registration_body(kind: str = "university", **fields: Any) -> dict[str, Any]:
    """Return the body that registers an organisation with a first member."""
    number = secrets.token_hex(3)
    body: dict[str, Any] = {
        "kind": kind,
        "name": f"示例{kind}{number}",
        "member": {"email": new_email(kind), "name": "王示例", "password": PASSWORD},
    }
    if kind != "individual" and fields.get("country", "CN") == "CN":
        body["credit_code"] = new_credit_code()
    return body | fields


async def post_sign_in(
    client: httpx.AsyncClient, address: str, password: str = PASSWORD, **more: Any
) -> httpx.Response:
    """Return the answer to a sign-in."""
    form = {"grant_type": "password", "username": address, "password": password, **more}
    return await client.post("/v1/oauth/token", data=form)


async def sign_in(client: httpx.AsyncClient, address: str, password: str = PASSWORD, **more: Any) -> Member:
    """Return the member who has signed in."""
    answer = await post_sign_in(client, address, password, **more)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    return Member(said["access_token"], said["organisation_id"], address, said["refresh_token"])


async def sign_in_platform(client: httpx.AsyncClient) -> Member:
    """Return an owner of the platform's own organisation; a server of its own has one already.

    One that signed in lately is good for others too: its passwords would be half of what making an organisation takes.
    """
    app = getattr(client._transport, "app", None)
    if app is None:
        return await sign_in(client, OPERATOR)
    until, staff = STAFF.get(app, (0.0, None))
    if staff is None or time.monotonic() > until:
        with contextlib.suppress(OperatorExists):
            await create_operator(app.state.database, OPERATOR, "Operator", PASSWORD, datetime.now(UTC))
        staff = await sign_in(client, OPERATOR)
        STAFF[app] = time.monotonic() + GOOD_FOR, staff
    return staff


async def register_organisation(
    client: httpx.AsyncClient, kind: str = "university", verified: bool = True, **fields: Any
) -> Member:
    """Return the owner of a fresh organisation."""
    body = registration_body(kind, **fields)
    answer = await client.post("/v1/organisations", json=body)
    assert answer.status_code == 201, answer.text
    if verified:
        await verify_organisation(client, answer.json()["id"])
    return await sign_in(client, body["member"]["email"], body["member"]["password"])


async def verify_organisation(client: httpx.AsyncClient, organisation_id: str) -> None:
    """Have the platform verify the organisation."""
    staff = await sign_in_platform(client)
    await post(client, staff, f"/v1/organisations/{organisation_id}/verification", {"outcome": "verified"}, 200)


async def add_member(client: httpx.AsyncClient, owner: Member, role: str = "editor") -> Member:
    """Return a further member of the owner's organisation."""
    address = new_email(role)
    place = f"/v1/organisations/{owner.organisation_id}/invitations"
    invited = await post(client, owner, place, {"email": address, "role": role}, 201)
    accepted = await client.post(
        f"/v1/invitations/{invited['token']}/acceptance", json={"name": "李示例", "password": PASSWORD}
    )
    assert accepted.status_code == 201, accepted.text
    return await sign_in(client, address)


async def find_party(client: httpx.AsyncClient, member: Member) -> str:
    """Return the party that the member's organisation is."""
    return str((await get(client, member, f"/v1/organisations/{member.organisation_id}"))["party_id"])


async def organisation_name(client: httpx.AsyncClient, member: Member) -> str:
    """Return the name of the member's organisation."""
    return str((await get(client, member, f"/v1/organisations/{member.organisation_id}"))["name"])
