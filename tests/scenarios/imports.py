"""Members of organisations of every kind, and what they do with files."""

import asyncio
import contextlib
import csv
import io
import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
from fastapi import FastAPI

from backend.accounts.members.operators import OperatorExists, create_operator
from backend.accounts.models import (
    Member,
    Organisation,
    OrganisationKind,
    OrganisationStatus,
    Party,
    Role,
    SignInSession,
    User,
)
from backend.accounts.rules import name_key
from backend.accounts.sign_in.tokens import access_token
from backend.core.ids import new_id
from backend.patents.numbers.canonical import check_digit
from tests.scenarios.members import OPERATOR, PASSWORD, new_credit_code

SERIAL = itertools.count(4_000_000)
ENDED = ("checked", "done", "cancelled", "failed")


@dataclass(frozen=True, slots=True)
class Person:
    """A member of an organisation, signed in."""

    organisation_id: str
    name: str
    headers: dict[str, str]


async def insert_member(
    app: FastAPI, name: str, kind: str = "university", *, status: str = "verified", role: str = "editor"
) -> Person:
    """Return a member of a new organisation; of the platform, of the one there is."""
    now = datetime.now(UTC)
    if kind == "platform":  # its first owner is the operator, with whom other tests sign in
        with contextlib.suppress(OperatorExists):
            await create_operator(app.state.database, OPERATOR, "Operator", PASSWORD, now)
    organisation_id, user_id, session_id, party_id = new_id("org"), new_id("usr"), new_id("ses"), new_id("pty")
    code = new_credit_code()
    async with app.state.database.write() as session:
        if kind == "platform":
            from_before = await session.run_sync(
                lambda s: s.query(Organisation).filter_by(kind=OrganisationKind.PLATFORM).first()
            )
            organisation_id = from_before.id if from_before else organisation_id
        else:
            from_before = None
        session.add(
            User(
                id=user_id,
                email=f"{user_id}@example.com",
                name="n",
                password_hash="-",
                password_changed_at=now,
                created_at=now,
            )
        )
        if from_before is None:
            session.add(
                Organisation(
                    id=organisation_id, kind=OrganisationKind(kind), status=OrganisationStatus(status), name=name,
                    party_id=party_id, credit_code=code, created_at=now,
                )
            )  # fmt: skip
            session.add(
                Party(
                    id=party_id,
                    person="legal",
                    name=name,
                    name_key=name_key(name),
                    identifier_kind="credit_code",
                    identifier=code,
                    created_by=organisation_id,
                    organisation_id=organisation_id,
                    created_at=now,
                )
            )
        await session.flush()
        session.add(
            Member(id=new_id("mem"), organisation_id=organisation_id, user_id=user_id, role=Role(role), joined_at=now)
        )
        session.add(
            SignInSession(
                id=session_id, user_id=user_id, organisation_id=organisation_id, created_at=now, last_used_at=now,
                expires_at=now + timedelta(days=1),
            )
        )  # fmt: skip
    token = access_token(
        app.state.settings.key("token"), subject=user_id, organisation_id=organisation_id, session_id=session_id,
        typ="person", at=now, good_for=timedelta(hours=5),
    )  # fmt: skip
    return Person(organisation_id, name, {"Authorization": f"Bearer {token}", "Accept-Language": "en"})


def new_number(year: int = 2019) -> str:
    """Return a fresh application number with its right check digit."""
    digits = f"{year}1{next(SERIAL)}"
    return f"{digits}.{check_digit(digits)}"


async def get_patent_by_number(client: httpx.AsyncClient, who: Person, text: str) -> dict[str, Any]:
    """Return the patent that has the number."""
    answer = await client.get(f"/v1/patents/by-number/{text}", headers=who.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def csv_table(*rows: dict[str, Any]) -> bytes:
    """Return the rows as a CSV file in UTF-8; the first one's keys are the headings."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


async def post_import(
    client: httpx.AsyncClient, who: Person, content: bytes, *, mode: str = "apply", kind: str = "patents", **more: Any
) -> httpx.Response:
    """Return the answer to an upload."""
    data = {
        "kind": kind,
        "mode": mode,
        **({"mapping": orjson.dumps(more.pop("mapping")).decode()} if "mapping" in more else {}),
        **more,
    }
    return await client.post("/v1/imports", headers=who.headers, files={"file": ("file.csv", content)}, data=data)


async def wait_for_import(client: httpx.AsyncClient, who: Person, address: str) -> dict[str, Any]:
    """Return the import once it has ended."""
    for _ in range(2_000):
        found: dict[str, Any] = (await client.get(address, headers=who.headers)).json()
        if found["status"] in ENDED:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("the import does not end")


async def run_import(client: httpx.AsyncClient, who: Person, content: bytes, **more: Any) -> dict[str, Any]:
    """Return the import of the file once it has ended."""
    answer = await post_import(client, who, content, **more)
    assert answer.status_code == 202, answer.text
    return await wait_for_import(client, who, answer.headers["Location"])


def outcomes(found: dict[str, Any]) -> dict[str, int]:
    """Return the outcomes that came about."""
    return {outcome: n for outcome, n in found["counts"].items() if n}


async def get_rows(client: httpx.AsyncClient, who: Person, found: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
    """Return every row of the import."""
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        asked = {"limit": 100, **query, **({"cursor": cursor} if cursor else {})}
        page = (await client.get(f"/v1/imports/{found['id']}/rows", headers=who.headers, params=asked)).json()
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items
