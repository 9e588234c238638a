"""How much an organisation may send and keep: little before it is verified, refused unread, never overrun."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.accounts.test_quotas import limited, usage
from tests.scenarios.files import pdf, post_file
from tests.scenarios.imports import csv_table, new_number
from tests.scenarios.members import Member, register_organisation, verify_organisation

pytestmark = pytest.mark.both_databases

FILES = "/v1/files"
BOUNDARY = "a-boundary"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
).encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


def text(size: int) -> bytes:
    """Return a text that nobody else has."""
    return (secrets.token_hex(16) + "x" * size).encode()[:size]


class Watched:
    """A body that comes in pieces and counts what was read of it."""

    def __init__(self, pieces: int, size: int) -> None:
        self.pieces, self.size, self.read = pieces, size, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield HEAD
        for _ in range(self.pieces):
            self.read += self.size
            yield text(self.size)
        yield TAIL


async def post_stream(client: httpx.AsyncClient, member: Member, body: Watched, path: str = FILES) -> httpx.Response:
    """Return the answer to an upload; where the length is not said it comes in chunks."""
    headers = {**member.headers, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return await client.post(path, content=aiter(body), headers=headers)


async def test_an_organisation_that_nobody_verified_keeps_little_and_a_verified_one_more(
    client: httpx.AsyncClient,
) -> None:
    stranger = await register_organisation(client, verified=False)
    for _ in range(4):
        assert (await post_file(client, stranger, text(5_000_000), "a.txt")).status_code == 201
    refused = await post_file(client, stranger, text(100_000), "a.txt")
    assert (refused.status_code, refused.json()["code"]) == (413, "storage_used_up")
    assert "verified" in refused.json()["cure"].lower()
    shown = await usage(client, stranger)
    assert (shown["file_bytes"]["used"], shown["file_bytes"]["limit"]) == (20_000_000, 20_000_000)
    assert (shown["files"]["used"], shown["files"]["remaining"]) == (4, 46)
    await verify_organisation(client, stranger.organisation_id)
    assert (await post_file(client, stranger, text(100_000), "a.txt")).status_code == 201


async def test_the_number_of_files_is_limited_and_the_same_bytes_count_once(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    stranger = await register_organisation(client, verified=False)
    content = pdf()
    with limited(app, files_kept_unverified=2):
        answers = [await post_file(client, stranger, content) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [201, 200, 200]
        answers = [await post_file(client, stranger, pdf()) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 413]
    kept = (await client.get(FILES, headers=stranger.headers)).json()["items"]
    shown = await usage(client, stranger)
    assert shown["files"]["used"] == len(kept) == 2
    assert shown["file_bytes"]["used"] == sum(file["size"] for file in kept)


async def test_what_is_refused_is_not_kept_and_not_counted_as_kept(client: httpx.AsyncClient) -> None:
    stranger = await register_organisation(client, verified=False)
    assert (await post_file(client, stranger, b"<html></html>")).status_code == 422
    shown = await usage(client, stranger)
    assert (shown["files"]["used"], shown["file_bytes"]["used"]) == (0, 0)
    assert shown["upload_bytes"]["used"] > 0, "it was sent all the same"


async def test_a_body_that_says_that_it_is_too_large_is_not_read(app: FastAPI, client: httpx.AsyncClient) -> None:
    stranger = await register_organisation(client, verified=False)
    with limited(app, file_bytes_kept_unverified=1_000_000):
        body = Watched(60, 50_000)
        headers = {
            **stranger.headers,
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(len(HEAD) + len(TAIL) + 60 * 50_000),
        }
        answer = await client.post(FILES, content=aiter(body), headers=headers)
    assert (answer.status_code, answer.json()["code"], body.read) == (413, "storage_used_up", 0)
    assert (await usage(client, stranger))["upload_bytes"]["used"] == 0


async def test_a_body_of_unsaid_length_is_read_as_far_as_there_is_room(client: httpx.AsyncClient) -> None:
    stranger = await register_organisation(client, verified=False)
    body = Watched(450, 100_000)
    answer = await post_stream(client, stranger, body)
    assert (answer.status_code, answer.json()["code"]) == (413, "storage_used_up")
    assert body.read < 21_000_000, "no more is read"
    used = (await usage(client, stranger))["upload_bytes"]["used"]
    assert 20_000_000 < used < 21_000_000, "what came is counted, and what did not come is given back"


@pytest.mark.parametrize("count", [8])
async def test_of_many_files_at_once_no_more_are_kept_than_may(
    app: FastAPI, client: httpx.AsyncClient, count: int
) -> None:
    stranger = await register_organisation(client, verified=False)
    with limited(app, file_bytes_kept_unverified=250_000):
        answers = await asyncio.gather(*(post_file(client, stranger, text(100_000), "a.txt") for _ in range(count)))
    assert sorted(answer.status_code for answer in answers) == [201] * 2 + [413] * (count - 2)
    assert (await usage(client, stranger))["file_bytes"]["used"] == 200_000


async def test_what_comes_in_a_day_is_limited_whatever_becomes_of_it(app: FastAPI, client: httpx.AsyncClient) -> None:
    stranger = await register_organisation(client, verified=False)
    with limited(app, upload_bytes_per_day_unverified=250_000):
        answers = [await post_file(client, stranger, b"<html>" + text(100_000), "a.txt") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [422, 422, 429, 429]
        assert answers[2].json()["code"] == "quota_used_up"
        assert int(answers[2].headers["retry-after"]) > 0
        file = {"file": ("a.csv", text(100_000))}
        form = {"kind": "patents", "mode": "check"}
        sent = await client.post("/v1/imports", data=form, files=file, headers=stranger.headers)
        assert (sent.status_code, sent.json()["code"]) == (429, "quota_used_up"), "files to be imported count as well"


def register(rows: int) -> bytes:
    """Return a table of patents."""
    return csv_table(*({"专利名称": "一种装置" * 20, "申请号": new_number()} for _ in range(rows)))


async def post_import(client: httpx.AsyncClient, member: Member, content: bytes) -> httpx.Response:
    """Return the answer to a file that is to be checked."""
    form: dict[str, Any] = {"kind": "patents", "mode": "check"}
    return await client.post("/v1/imports", data=form, files={"file": ("a.csv", content)}, headers=member.headers)


async def test_the_bytes_of_imports_that_wait_are_limited(app: FastAPI, client: httpx.AsyncClient) -> None:
    stranger = await register_organisation(client, verified=False)
    content = register(400)
    with limited(app, import_bytes_waiting_unverified=len(content) - 1):
        refused = await post_import(client, stranger, content)
        assert (refused.status_code, refused.json()["code"]) == (429, "import_bytes_waiting")
        assert int(refused.headers["retry-after"]) > 0
    assert (await post_import(client, stranger, content)).status_code == 202
    shown = await usage(client, stranger)
    assert shown["import_bytes_waiting"]["limit"] == 20_000_000


async def test_the_rows_of_a_days_imports_are_limited(app: FastAPI, client: httpx.AsyncClient) -> None:
    stranger = await register_organisation(client, verified=False)
    with limited(app, import_rows_per_day_unverified=50):
        ends = []
        for rows in (30, 30, 20):
            address = (await post_import(client, stranger, register(rows))).headers["Location"]
            for _ in range(300):
                told = (await client.get(address, headers=stranger.headers)).json()
                if told["finished_at"]:
                    break
                await asyncio.sleep(0.05)
            ends.append((told["status"], (told["failure"] or {}).get("code"), told["progress"]["done"]))
    assert [end[:2] for end in ends] == [("checked", None), ("failed", "quota_used_up"), ("checked", None)]
    assert ends[1][2] == 0, "none of its rows is taken"
    assert (await usage(client, stranger))["import_rows"]["used"] == 50
