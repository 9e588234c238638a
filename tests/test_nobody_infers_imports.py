"""No import of any kind tells that a number in it is taken, whether it is checked or applied."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from tests.nobody_infers import alike, outcome
from tests.scenarios.imports import csv_table
from tests.scenarios.patents import application_number
from tests.scenarios.world import World
from tests.scenarios.world_of_pairs import SIGNED_IN, Things
from tests.taken_numbers import compared, headers_of, make_askers, numbers_for

pytestmark = pytest.mark.slow

OF_REGISTER = {"名称": "陌生人的名称", "申请日": "2018-03-01", "摘要": "摘要"}
OF_OFFER = {"交易方式": "普通许可", "价格（万元）": "12.5", "技术成熟度": "6"}
OF_EVENT = {"法律事件": "缴纳年费", "生效日": "2022-02-20", "年度": "5"}


@pytest_asyncio.fixture(scope="module")
async def caller(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("203.0.113.11", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest_asyncio.fixture(scope="module")
async def world(caller: httpx.AsyncClient) -> World:
    return await make_askers(caller)


def rows_of(numbers: Things) -> list[tuple[str, str, str]]:
    """Return what rows of a file name: an application, a publication, and a free application beside a grant."""
    return [
        (numbers["application_number"], "", ""),
        ("", numbers["publication_number"], ""),
        (application_number(), "", numbers["grant_number"]),
    ]


COLUMNS = ("申请号", "公开号", "授权公告号")
KINDS = {"patents": OF_REGISTER, "listings": OF_OFFER, "legal_events": OF_EVENT}


@pytest.mark.parametrize("role", [role for role in SIGNED_IN if role != "former"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", ["check", "apply"])
async def test_a_file_tells_of_no_number_that_is_taken(
    caller: httpx.AsyncClient, world: World, role: str, kind: str, mode: str
) -> None:
    headers = headers_of(world, role)

    async def load(numbers: Things) -> list[Any]:
        named = rows_of(numbers)
        content = csv_table(*(dict(zip(COLUMNS, row, strict=True)) | KINDS[kind] for row in named))
        asked = {**numbers, "beside": named[-1][0]}
        shapes: list[Any] = []
        for _ in range(1 if mode == "check" else 2):
            file, form = {"file": ("file.csv", content)}, {"kind": kind, "mode": mode}
            answer = await caller.post("/v1/imports", data=form, files=file, headers=headers)
            assert answer.status_code == 202, answer.text
            shapes += await outcome(caller, answer, headers, asked)
        found = [await caller.get(f"/v1/patents/by-number/{one}", headers=headers) for one in asked.values()]
        return shapes + [alike(one, asked) for one in found]

    found = await compared(caller, world, role, load)
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_former_holder_learns_nothing_new_of_what_it_held(
    caller: httpx.AsyncClient, world: World, kind: str
) -> None:
    """That a patent which it held is there it knows; what became of it since then no file tells."""
    headers = headers_of(world, "former")
    numbers = await numbers_for(caller, world, "former", taken=True)
    owner = world.owner().headers
    place = f"/v1/patents/by-number/{numbers['application_number']}"
    patent_id = (await caller.get(place, headers=owner)).json()["id"]
    since = {"title": "后来的名称", "abstract": "后来的摘要"}
    office = world.owner("platform").headers | {"If-Match": "*"}
    assert (await caller.patch(f"/v1/patents/{patent_id}", json=since, headers=office)).status_code == 200
    content = csv_table({"申请号": numbers["application_number"]} | KINDS[kind])
    for mode in ("check", "apply"):
        file, form = {"file": ("file.csv", content)}, {"kind": kind, "mode": mode}
        answer = await caller.post("/v1/imports", data=form, files=file, headers=headers)
        said = str(await outcome(caller, answer, headers, {}))
        assert "后来" not in said, said
    assert (await caller.get(place, headers=owner)).json()["title"] == since["title"]
