"""Files through the front door: kept once, read by whom they concern, saved and never shown, every reading noted."""

import asyncio
import hashlib
import secrets
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.scenarios.establishment import ask_to_be_heard, wait_for_state
from tests.scenarios.files import docx, pdf, post_file, upload_file
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, add_member, register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent

pytestmark = pytest.mark.both_databases

FILES = "/v1/files"


async def get(client: httpx.AsyncClient, member: Member | None, path: str) -> httpx.Response:
    return await client.get(path, headers=member.headers if member else {"Accept-Language": "en"})


async def test_a_file_is_kept_and_given_back_byte_by_byte_to_be_saved(client: httpx.AsyncClient) -> None:
    mine, content = await register_organisation(client), pdf()
    digest = hashlib.sha256(content).hexdigest()
    answer = await post_file(client, mine, content, "许可合同.pdf", sha256=digest.upper(), description="合同")
    assert answer.status_code == 201, answer.text
    file = answer.json()
    assert answer.headers["Location"] == f"{FILES}/{file['id']}"
    assert (file["filename"], file["media_type"], file["size"]) == ("许可合同.pdf", "application/pdf", len(content))
    assert (file["sha256"], file["description"]) == (digest, "合同")
    about = await get(client, mine, f"{FILES}/{file['id']}")
    assert about.json() == file
    again = {**mine.headers, "If-None-Match": about.headers["ETag"]}
    assert (await client.get(f"{FILES}/{file['id']}", headers=again)).status_code == 304
    given = await get(client, mine, f"{FILES}/{file['id']}/content")
    assert given.content == content
    assert given.headers["Content-Type"] == "application/pdf"
    assert given.headers["Content-Length"] == str(len(content))
    assert given.headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''%E8%AE%B8" in given.headers["Content-Disposition"]
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    policy = given.headers["Content-Security-Policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "frame-ancestors 'none'"} <= set(policy)
    assert given.headers["Cache-Control"] == "private, no-store"


async def test_the_same_bytes_are_one_file_of_an_organisation_and_nobody_elses(client: httpx.AsyncClient) -> None:
    mine, other = await register_organisation(client), await register_organisation(client)
    content = pdf()
    first = await upload_file(client, mine, content, "a.pdf")
    again = await post_file(client, mine, content, "b.pdf")
    assert (again.status_code, again.json()) == (200, first)
    theirs = await post_file(client, other, content, "c.pdf")
    assert theirs.status_code == 201
    assert theirs.json()["id"] != first["id"]
    assert [file["id"] for file in (await get(client, mine, FILES)).json()["items"]] == [first["id"]]


async def test_the_same_bytes_at_the_same_moment_are_one_file(client: httpx.AsyncClient) -> None:
    mine, content = await register_organisation(client), pdf()
    answers = await asyncio.gather(*(post_file(client, mine, content) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_own_files_are_listed_the_newest_first_page_by_page(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    files = [await upload_file(client, mine) for _ in range(5)]
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await client.get(FILES, params={"limit": 2, **cursor}, headers=mine.headers)).json()
        found += [file["id"] for file in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert found == [file["id"] for file in reversed(files)]


@pytest.mark.parametrize(
    ("content", "form", "status", "code"),
    [
        (b"", {}, 422, "file_without_content"),
        (b"<html></html>", {}, 422, "file_type_not_accepted"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", {}, 422, "file_type_not_accepted"),
        (b"hello", {"sha256": "0" * 64}, 422, "sha256_mismatch"),
        (b"hello", {"sha256": "abc"}, 422, "malformed"),
        (pdf() + docx(), {}, 422, "file_two_in_one"),
        (pdf()[:50], {}, 422, "file_not_whole"),
        (docx(**{"word/a.xml": bytes(60 << 20)}), {}, 413, "file_unpacks_too_large"),
    ],
    ids=("empty", "html", "svg", "other_hash", "no_hash", "two_in_one", "half", "bomb"),  # the contents are made anew
)
async def test_a_file_that_is_not_to_be_trusted_is_refused(
    client: httpx.AsyncClient, content: bytes, form: dict[str, str], status: int, code: str
) -> None:
    mine = await register_organisation(client)
    answer = await post_file(client, mine, content, "a.pdf", **form)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await get(client, mine, FILES)).json()["items"] == []


@pytest.mark.parametrize(
    ("parts", "field", "code"),
    [
        ({"data": {"sha_256": "0" * 64}}, "/sha_256", "extra_forbidden"),
        ({"more": ("attachment", ("b.pdf", b"%PDF-"))}, "/attachment", "extra_forbidden"),
        ({"more": ("file", ("b.pdf", b"%PDF-"))}, "/file", "given_twice"),
        ({"data": {"description": ["a", "b"]}}, "/description", "given_twice"),
    ],
)
async def test_no_part_of_the_form_gets_lost(
    client: httpx.AsyncClient, parts: dict[str, Any], field: str, code: str
) -> None:
    mine = await register_organisation(client)
    files = [("file", ("a.pdf", pdf())), *([parts["more"]] if "more" in parts else [])]
    answer = await client.post(FILES, files=files, data=parts.get("data"), headers=mine.headers)
    assert answer.status_code == 422, answer.text
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]
    assert (await get(client, mine, FILES)).json()["items"] == []


async def test_an_empty_field_of_the_form_says_nothing(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    for blank in ("", "  "):
        answer = await post_file(client, mine, pdf(), sha256="", description=blank)
        assert (answer.status_code, answer.json()["description"]) == (201, None)


async def test_a_refusal_names_what_is_accepted(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    answer = await post_file(client, mine, b"MZ\x90\0", "a.pdf")
    assert "PDF, PNG, JPEG, TIFF, DOCX, XLSX, OFD, TXT" in answer.json()["detail"]


async def test_a_file_that_is_too_large_is_refused(client: httpx.AsyncClient, app: FastAPI) -> None:
    mine, most = await register_organisation(client), app.state.settings.max_file_bytes
    answer = await post_file(client, mine, b"x" * (most + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert str(most) in answer.json()["detail"]
    unread = await client.post(
        FILES,
        content=b"",
        headers={**mine.headers, "Content-Length": str(most * 2), "Content-Type": "multipart/form-data; boundary=x"},
    )
    assert unread.status_code == 413


async def test_the_name_is_defused_and_the_content_tells_the_type(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    text = f"a text {secrets.token_hex(4)}".encode()
    file = await upload_file(client, mine, text, "..\\..\\page\u202e.html")
    assert (file["filename"], file["media_type"]) == ("page.html.txt", "text/plain")
    given = await get(client, mine, f"{FILES}/{file['id']}/content")
    assert given.headers["Content-Type"] == "text/plain; charset=utf-8"


async def test_an_upload_that_breaks_off_leaves_nothing_to_be_seen(connected: httpx.AsyncClient) -> None:
    mine = await register_organisation(connected)
    whole = httpx.Request("POST", "http://x", files={"file": ("a.pdf", pdf() + bytes(1 << 20))})
    body, kind = whole.read(), whole.headers["Content-Type"]
    reader, writer = await asyncio.open_connection(connected.base_url.host, connected.base_url.port)
    head = f"POST {FILES} HTTP/1.1\r\nHost: x\r\nAuthorization: {mine.headers['Authorization']}\r\n"
    writer.write(f"{head}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[: 1 << 19])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    del reader
    assert (await get(connected, mine, FILES)).json()["items"] == []
    assert (await post_file(connected, mine, pdf())).status_code == 201, "and keeps no place"


async def asked_with(client: httpx.AsyncClient, member: Member, patent_id: str, *files: str) -> dict[str, Any]:
    """Return the member's request to be heard as a holder of another's patent, with the files as evidence."""
    (request,) = await ask_to_be_heard(client, member, patent_id, evidence_files=list(files))
    return await wait_for_state(client, member, request["id"], "proposed")


async def test_who_may_see_the_evidence_may_read_its_files_and_nobody_else(client: httpx.AsyncClient) -> None:
    mine, rival, other = [await register_organisation(client) for _ in range(3)]
    authority = await register_organisation(client, "authority")
    unverified = await register_organisation(client, "authority", verified=False)
    platform = await sign_in_platform(client)
    patent = await enter_patent(client, mine)
    await list_patent(client, mine, patent["id"])
    file = await upload_file(client, rival)
    place = f"{FILES}/{file['id']}"
    assert (await get(client, mine, place)).status_code == 404, "it is attached to nothing yet"
    await asked_with(client, rival, patent["id"], file["id"])
    for reader in (rival, mine, platform, authority):
        about = await get(client, reader, place)
        assert (about.status_code, about.json()["uploaded_by"] is None) == (200, reader is mine)
        assert (await get(client, reader, f"{place}/content")).status_code == 200
    for stranger in (other, unverified):
        assert (await get(client, stranger, place)).status_code == 404
        assert (await get(client, stranger, f"{place}/content")).status_code == 404
    assert (await get(client, None, place)).status_code == 401


async def test_every_reading_is_noted_for_whom_the_file_belongs_to(client: httpx.AsyncClient) -> None:
    mine, rival = await register_organisation(client), await register_organisation(client)
    platform = await sign_in_platform(client)
    patent = await enter_patent(client, mine)
    await list_patent(client, mine, patent["id"])
    file = await upload_file(client, rival)
    await asked_with(client, rival, patent["id"], file["id"])
    place = f"{FILES}/{file['id']}"
    assert (await get(client, rival, f"{place}/accesses")).json()["items"] == []
    await get(client, mine, place)
    await get(client, mine, f"{place}/content")
    await get(client, platform, f"{place}/content")
    noted = (await get(client, rival, f"{place}/accesses")).json()["items"]
    assert [one["organisation_id"] for one in noted] == [platform.organisation_id, mine.organisation_id]
    assert (await get(client, platform, f"{place}/accesses")).status_code == 200
    reader = await get(client, mine, f"{place}/accesses")
    assert (reader.status_code, reader.json()["code"]) == (403, "forbidden"), (
        "a reader may see the file, not who read it"
    )


async def test_who_asks_for_the_headers_alone_is_given_no_content_and_not_noted(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    file = await upload_file(client, mine)
    place = f"{FILES}/{file['id']}"
    asked = await client.head(f"{place}/content", headers=mine.headers)
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["Content-Length"] == str(file["size"])
    assert (await get(client, mine, f"{place}/accesses")).json()["items"] == []


async def test_a_reading_is_noted_before_the_first_byte_is_sent(client: httpx.AsyncClient, app: FastAPI) -> None:
    mine = await register_organisation(client)
    file = await upload_file(client, mine)
    seen: list[int] = []

    async def counted() -> int:
        noted = await get(client, mine, f"{FILES}/{file['id']}/accesses")
        return len(noted.json()["items"])

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()  # whoever reads stays
        raise AssertionError

    async def send(_message: dict[str, Any]) -> None:
        seen.append(await counted())

    headers = [(name.lower().encode(), value.encode()) for name, value in mine.headers.items()]
    path = f"{FILES}/{file['id']}/content"
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
             "headers": headers, "client": ("127.0.0.1", 1), "app": app, "http_version": "1.1", "scheme": "http",
             "server": ("test", 80), "root_path": "", "asgi": {"version": "3.0"}}  # fmt: skip
    await app(scope, receive, send)  # type: ignore[arg-type]
    assert seen
    assert set(seen) == {1}


async def test_content_that_is_lost_is_said_to_be_and_not_noted_as_read(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    mine = await register_organisation(client)
    file = await upload_file(client, mine)
    before = app.state.clock.real().replace(year=app.state.clock.real().year + 1)
    assert await asyncio.to_thread(app.state.blobs.remove, file["sha256"], before)
    lost = await get(client, mine, f"{FILES}/{file['id']}/content")
    assert (lost.status_code, lost.json()["code"]) == (503, "file_content_missing")
    assert (await get(client, mine, f"{FILES}/{file['id']}/accesses")).json()["items"] == []


async def test_a_key_needs_the_scopes_of_files(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    for scopes, read, write in (
        (["files:read"], 200, 403),
        (["files:write"], 403, 201),
        (["catalogue:write"], 403, 403),
    ):
        body = {"name": "k", "scopes": scopes, "role": "editor"}
        key = (await client.post("/v1/api-keys", json=body, headers=mine.headers)).json()["secret"]
        headers = {"Authorization": f"Bearer {key}"}
        assert (await client.get(FILES, headers=headers)).status_code == read
        sent = await client.post(FILES, files={"file": ("a.pdf", pdf())}, headers=headers)
        assert sent.status_code == write


async def test_a_viewer_uploads_nothing(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    viewer = await add_member(client, mine, "viewer")
    assert (await post_file(client, viewer, pdf())).status_code == 403
