"""The register goes out and can come in again, on both databases."""

import asyncio
import contextlib
import csv
import io
from typing import Any

import httpx
from fastapi import FastAPI
from python_calamine import CalamineWorkbook

from backend.core.errors import NotSignedIn
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.patents import application_number, enter_patent


async def exported(client: httpx.AsyncClient, member: Member, language: str = "zh", **asked: Any) -> httpx.Response:
    headers = member.headers | {"Accept-Language": language}
    answer = await client.get("/v1/patents.csv", params=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def rows_of(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def run_import(client: httpx.AsyncClient, member: Member, content: bytes, **form: str) -> dict[str, Any]:
    sent = await client.post(
        "/v1/imports", files={"file": ("patents.csv", content)}, data={"kind": "patents", "mode": "check"} | form,
        headers=member.headers,
    )  # fmt: skip
    assert sent.status_code == 202, sent.text
    for _ in range(400):
        said = (await client.get(sent.headers["location"], headers=member.headers)).json()
        if said["status"] in ("done", "checked", "failed"):
            return dict(said)
        await asyncio.sleep(0.05)
    raise AssertionError(said)


async def test_what_goes_out_comes_in_again_unchanged(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    for number in range(3):
        patent = await enter_patent(
            client, university, title=f'一种"引号"，第{number}种', abstract="第一行\n第二行", applicants=["示例大学"]
        )
    await list_patent(client, university, patent["id"])
    for language in ("zh", "en"):
        out = await exported(client, university, language)
        assert out.content.startswith(b"\xef\xbb\xbf")
        assert len(rows_of(out)) == 3
        for kind, unchanged in (("patents", 3), ("listings", 1)):
            found = await run_import(client, university, out.content, kind=kind)
            assert found["counts"].get("unchanged") == unchanged, found
            assert not found["counts"].get("updated"), found


async def test_no_cell_is_read_as_a_formula(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    await enter_patent(
        client, university, title="=HYPERLINK(1)", abstract="+1", first_claim="@x", applicants=["示例大学"]
    )
    row = rows_of(await exported(client, university))[0]
    assert [row[name] for name in ("专利名称", "摘要", "首项权利要求")] == ["'=HYPERLINK(1)", "'+1", "'@x"]
    again = await run_import(client, university, (await exported(client, university)).content)
    assert again["counts"].get("unchanged") == 1, again


async def test_the_export_takes_the_lists_filters_and_shows_the_own_register_only(client: httpx.AsyncClient) -> None:
    university, other = await register_organisation(client), await register_organisation(client)
    await enter_patent(client, university)
    design = await enter_patent(
        client, university, application_number=application_number(kind=3), ipc=None, title="一种杯子"
    )
    assert [row["专利类型"] for row in rows_of(await exported(client, university, kind="design"))] == ["外观设计"]
    assert design["kind"] == "design"
    assert rows_of(await exported(client, other)) == []
    assert (await client.get("/v1/patents.csv")).status_code == 401
    assert (await client.get("/v1/patents.csv?colour=red", headers=other.headers)).status_code == 422


async def test_a_long_register_comes_page_by_page_and_whole(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    lines = ["申请号,专利名称,申请日"] + [f"{application_number()},第{n}种装置,2018-03-01" for n in range(1_203)]
    content = "\n".join(lines).encode()
    done = await run_import(client, university, content, mode="apply")
    assert done["counts"] == done["counts"] | {"created": 1_203}, done
    titles = [row["专利名称"] for row in rows_of(await exported(client, university))]
    assert (len(titles), len(set(titles))) == (1_203, 1_203)


async def test_the_workbook_holds_the_same(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    await enter_patent(client, university, title="=1+1")
    answer = await client.get("/v1/patents.xlsx", headers=university.headers)
    assert answer.status_code == 200
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert sheet[1][sheet[0].index("title")] == "'=1+1"
    assert len(sheet) == 2


async def test_a_slow_reader_is_told_no_more_once_he_is_signed_out(client: httpx.AsyncClient, app: FastAPI) -> None:
    university = await register_organisation(client)
    lines = [f"{application_number()},发明 {n}" for n in range(401)]
    content = "\n".join(["申请号,专利名称", *lines]).encode()
    assert (await run_import(client, university, content, mode="apply"))["counts"]["created"] == 401
    sent: list[bytes] = []

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()  # the reader stays
        return {}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            if len(sent) == 1:  # the headings; the first page is under way
                ended = await client.post("/v1/oauth/revocation", data={"token": university.refresh_token})
                assert ended.status_code == 200
                await asyncio.sleep(2.5)
            sent.append(message["body"])

    headers = [(name.lower().encode(), value.encode()) for name, value in university.headers.items()]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/v1/patents.csv", "raw_path": b"/v1/patents.csv", "query_string": b"", "root_path": "",
        "headers": [(b"host", b"test"), *headers], "client": ("127.0.0.1", 1), "server": ("test", 80),
    }  # fmt: skip
    with contextlib.suppress(NotSignedIn):
        await app(scope, receive, send)
    assert 0 < b"".join(sent).count("发明 ".encode()) <= 200, "the first page alone"
