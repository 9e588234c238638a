"""`fsck` finds what does not fit of contracts; events and messages tell of them without a word of what they say."""

import asyncio
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.contracts.consistency_checks import CONSISTENCY_CHECKS
from backend.contracts.models import Contract, ContractDocument, ContractSignature, ContractVersion
from backend.core.consistency import Line, Site
from backend.core.database.columns import table_of
from backend.core.http.paging import LARGEST_PAGE
from tests.scenarios.contracts import Parties, conclude, draw_up_contract, get_contract, sign
from tests.scenarios.members import Member
from tests.scenarios.requests import get

pytestmark = pytest.mark.both_databases


async def differences(app: FastAPI) -> dict[str, list[str]]:
    site = Site(app.state.database, app.state.search, app.state.blobs, repair=False, follows=True)
    found = {}
    for name, check in CONSISTENCY_CHECKS:
        line = Line(name)
        await check(site, line)
        found[name] = line.examples
    return {name: examples for name, examples in found.items() if examples}


async def change(app: FastAPI, table: sa.Table, which: Any, **values: Any) -> None:
    async with app.state.database.write() as session:
        await session.execute(sa.update(table).where(which).values(values))


async def concluded(client: httpx.AsyncClient) -> tuple[Parties, dict[str, Any]]:
    parties = await draw_up_contract(client)
    return parties, await conclude(client, parties)


async def test_what_was_tampered_with_is_found(client: httpx.AsyncClient, app: FastAPI) -> None:
    parties, contract = await concluded(client)
    waiting = await draw_up_contract(client)
    await sign(client, waiting.lender, waiting)
    assert await differences(app) == {}
    present = contract["present"]
    version, document = table_of(ContractVersion), table_of(ContractDocument)
    signature, contracts = table_of(ContractSignature), table_of(Contract)
    is_version, is_paper = version.c.id == present["id"], document.c.sha256 == present["document_hash"]
    is_signature = signature.c.version_id == present["id"]
    is_done, is_waiting = contracts.c.id == parties.contract_id, contracts.c.id == waiting.contract_id
    async with app.state.database.read() as session:
        row = (await session.scalars(sa.select(ContractVersion).where(is_version))).one()
        paper = (await session.scalars(sa.select(ContractDocument).where(is_paper))).one()
    changes: list[tuple[str, sa.Table, Any, dict[str, Any], dict[str, Any]]] = [
        ("the papers of contracts", document, is_paper, {"content": b"%PDF"}, {"content": paper.content}),
        ("versions", version, is_version, {"terms": b"{}"}, {"terms": row.terms}),
        ("versions", version, is_version, {"bound": b"{}"}, {"bound": row.bound}),
        ("versions", version, is_version, {"status": "lapsed"}, {"status": "signed"}),
        ("versions", signature, is_signature, {"bound_hash": "0" * 64}, {"bound_hash": present["bound_hash"]}),
        ("contracts", contracts, is_done, {"terms_version_id": None}, {"terms_version_id": present["id"]}),
        ("contracts", contracts, is_waiting, {"status": "effective"}, {"status": "signing"}),
    ]
    for name, table, which, broken, whole in changes:
        await change(app, table, which, **broken)
        found = await differences(app)
        assert [one for one in found if one.startswith(name)], (name, broken, found)
        await change(app, table, which, **whole)
        assert await differences(app) == {}


async def events_of(client: httpx.AsyncClient, who: Member, parties: Parties, many: int) -> list[dict[str, Any]]:
    """Return the events of the contract that a side is sent, once there are so many."""
    async with asyncio.timeout(30):
        while True:
            feed = await get(client, who, "/v1/changes", types="contract", limit=LARGEST_PAGE)
            found = [one for one in feed["items"] if one["subject"] == parties.contract_id]
            if len(found) >= many:
                return found
            await asyncio.sleep(0.05)


async def test_both_sides_are_told_and_no_event_carries_what_it_says(client: httpx.AsyncClient) -> None:
    parties, contract = await concluded(client)
    for who in (parties.lender, parties.borrower):
        mine = await events_of(client, who, parties, 4)
        assert [one["type"] for one in mine] == [
            "contract.drafted", "contract.signed", "contract.signed", "contract.effective"
        ]  # fmt: skip
        assert {one["data"]["subject"] for one in mine} == {parties.subject}
        assert "电池" not in str(mine)
        assert str(contract["present"]["terms"]["amount_fen"]) not in str(mine)


async def test_a_contract_and_its_parts_are_the_same_in_a_list_and_alone(client: httpx.AsyncClient) -> None:
    parties, _ = await concluded(client)
    alone = await get_contract(client, parties.lender, parties)
    assert (await get(client, parties.lender, "/v1/contracts"))["items"] == [alone]
