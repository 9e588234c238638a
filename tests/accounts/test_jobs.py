from datetime import UTC, datetime

import pytest
from fastapi import FastAPI

from backend.core.jobs.records import WorkStatus, begin_job, finish_job, record_results
from tests.scenarios.members import Member, register_organisation, sign_in_platform


@pytest.fixture
async def made(client, app: FastAPI) -> tuple[Member, str]:
    member, now = await register_organisation(client, verified=False), datetime.now(UTC)
    async with app.state.database.write() as session:
        job = await begin_job(
            session, kind="test", owner=member.organisation_id, asked={"action": "publish"}, total=3, now=now
        )
        results = [{"subject": f"lst_{n}", "outcome": "done" if n else "refused"} for n in range(3)]
        await record_results(session, job, results, now)
        finish_job(job, WorkStatus.DONE, {"done": 2, "refused": 1}, now)
    return member, f"/v1/jobs/{job.id}"


async def test_the_owner_sees_progress_and_the_result_of_each_item(client, made):
    member, address = made
    job = (await client.get(address, headers=member.headers)).json()
    assert (job["status"], job["progress"]) == ("done", {"done": 3, "total": 3})
    assert job["summary"] == {"done": 2, "refused": 1}
    first = (await client.get(f"{address}/results", params={"limit": 2}, headers=member.headers)).json()
    rest = await client.get(f"{address}/results", params={"cursor": first["next_cursor"]}, headers=member.headers)
    assert [r["subject"] for r in first["items"] + rest.json()["items"]] == ["lst_0", "lst_1", "lst_2"]
    refused = await client.get(f"{address}/results", params={"outcome": "refused"}, headers=member.headers)
    assert [r["subject"] for r in refused.json()["items"]] == ["lst_0"]


async def test_nobody_else_sees_a_job(client, made):
    _, address = made
    for who in (await register_organisation(client), await sign_in_platform(client)):
        for path in (address, f"{address}/results"):
            assert (await client.get(path, headers=who.headers)).status_code == 404
    assert (await client.get(address)).status_code == 401
