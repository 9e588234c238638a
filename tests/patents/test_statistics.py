from datetime import UTC, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import col

from backend.patents.models import Assessment, Patent
from tests.scenarios.listings import list_patent
from tests.scenarios.members import register_organisation
from tests.scenarios.patents import enter_patent

pytestmark = pytest.mark.both_databases


async def test_assessed_and_listed_are_counted_apart(app: FastAPI, client: httpx.AsyncClient) -> None:
    member = await register_organisation(client)
    before = (await client.get("/v1/statistics/catalogue")).json()
    patents = [await enter_patent(client, member) for _ in range(4)]
    graded = {"grade": "A", "method": "评审", "assessor": "中心", "assessed_on": "2026-01-01"}
    for patent in patents[:3]:
        await client.post(f"/v1/patents/{patent['id']}/assessments", json=graded, headers=member.headers)
    for patent in patents[2:]:
        await list_patent(client, member, patent["id"])
    own = (await client.get("/v1/statistics/catalogue?mine=true", headers=member.headers)).json()
    names = ("patents", "assessed", "listed", "assessed_and_listed")
    assert [own[name] for name in names] == [4, 3, 2, 1]
    at_once = (await client.get("/v1/statistics/catalogue")).json()
    assert [at_once[name] for name in names] == [before[name] for name in names], "of today nothing is counted yet"
    ids = [patent["id"] for patent in patents]
    async with app.state.database.write() as session:
        for table, column in ((Patent, Patent.id), (Assessment, Assessment.patent_id)):
            when = "created_at" if table is Patent else "recorded_at"
            yesterday = datetime.now(UTC) - timedelta(days=2)
            await session.execute(sa.update(table).where(col(column).in_(ids)).values(**{when: yesterday}))
    after = (await client.get("/v1/statistics/catalogue")).json()
    assert [after[name] - before[name] for name in names] == [4, 3, 2, 1]
    assert after["as_of"] < own["as_of"]
    assert (await client.get("/v1/statistics/catalogue?mine=true")).status_code == 401
