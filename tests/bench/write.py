"""Writes with all promises against the plainest endpoint that makes the same change and promises nothing."""

import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final
from uuid import uuid4

from stdnum.cn import uscc

from tests.bench import load, server
from tests.machine import postgres_url
from tests.one_server import free_port

CLIENTS: Final = (1, 8)
SECONDS: Final = 4.0
ROUNDS: Final = 3
MOST: Final = 8
NEW: Final = b'{"person":"legal","name":"Party %d of client %d","country":"JP"}'
CHANGES: Final = (b'{"country":"KR"}', b'{"country":"JP"}')
Headers = dict[str, str]


async def once(port: int, request: bytes) -> tuple[int, Headers, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = await load.ask(reader, writer, request)
    writer.close()
    return answer


async def sign_in(port: int) -> Headers:
    body = "91500106MA5U00001"
    person = {"email": "bench@example.com", "name": "Bench", "password": "correct horse battery staple"}
    organisation = {
        "kind": "enterprise",
        "name": "示例企业",
        "credit_code": body + uscc.calc_check_digit(body),
        "member": person,
    }
    status, _, said = await once(port, load.request("POST", "/v1/organisations", {}, json.dumps(organisation).encode()))
    if status != 201:
        raise RuntimeError(said.decode())
    form = f"grant_type=password&username={person['email']}&password=correct+horse+battery+staple".encode()
    head = {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(form))}
    _, _, said = await once(port, load.request("POST", "/v1/oauth/token", head) + form)
    return {"authorization": f"Bearer {json.loads(said)['access_token']}"}


def posting(headers: Headers) -> Callable[[int], load.Next]:
    def client(number: int) -> load.Next:
        def following(turn: int, _last: Headers) -> bytes:
            key = {"idempotency-key": uuid4().hex} if headers else {}
            return load.request("POST", "/v1/parties", headers | key, NEW % (turn, number))

        return following

    return client


def patching(headers: Headers, things: list[tuple[str, str]]) -> Callable[[int], load.Next]:
    def client(number: int) -> load.Next:
        party, tag = things[number]

        def following(turn: int, last: Headers) -> bytes:
            seen = {"if-match": last.get("etag", tag)} if headers else {}
            return load.request("PATCH", f"/v1/parties/{party}", headers | seen, CHANGES[turn % 2])

        return following

    return client


async def _loads(port: int, headers: Headers, clients: int) -> dict[str, load.Load]:
    things = []
    for number in range(clients):
        status, said, body = await once(port, posting(headers)(number)(0, {}))
        if status != 201:
            raise RuntimeError(body.decode())
        things.append((json.loads(body)["id"], said.get("etag", "")))
    found = {
        "post": await load.run(port, clients, SECONDS, posting(headers)),
        "patch": await load.run(port, clients, SECONDS, patching(headers, things)),
    }
    if {status for loaded in found.values() for status in loaded.statuses} - {200, 201}:
        raise RuntimeError(f"refused: { {name: loaded.statuses for name, loaded in found.items()} }")
    return found


async def _database(kind: str, folder: Path) -> dict[str, float]:
    ours, plain = free_port(), free_port()
    sqlite = kind == "sqlite"
    own = server.settings_of(folder / "ours", DATABASE_URL="" if sqlite else postgres_url("bench_ours"))
    bare = f"sqlite+aiosqlite:///{folder}/plain.sqlite" if sqlite else postgres_url("bench_plain")
    bare = bare.replace("postgresql:", "postgresql+psycopg:")
    figures: dict[str, float] = {}
    with (
        server.running(server.patentmart(ours), own, ours, folder),
        server.running(server.uvicorn("tests.bench.plain_app:app", plain), own | {"DATABASE_URL": bare}, plain, folder),
    ):
        server.pin(server.LOAD_CORE)
        headers = await sign_in(ours)
        for clients in CLIENTS:
            figures |= await _compared(kind, ours, headers, plain, clients)
    return figures


async def _compared(kind: str, ours: int, headers: Headers, plain: int, clients: int) -> dict[str, float]:
    turns = [(await _loads(ours, headers, clients), await _loads(plain, {}, clients)) for _ in range(ROUNDS)]
    figures = {}
    for name in ("post", "patch"):
        label = f"{name}_{kind}_{clients}"
        ratios = [own[name].throughput / bare[name].throughput for own, bare in turns]
        figures[f"ratio_{label}"] = statistics.median(ratios)
        figures[f"per_second_{label}"] = statistics.median(own[name].throughput for own, _ in turns)
        figures[f"plain_per_second_{label}"] = statistics.median(bare[name].throughput for _, bare in turns)
        figures[f"p99_to_p50_{label}"] = statistics.median(own[name].quantile(0.99) / own[name].p50 for own, _ in turns)
    return figures


def run(kinds: tuple[str, ...] = ("sqlite", "postgres")) -> dict[str, float]:
    """Return the figures of the write bench; `write_ratio_*` is the worst of POST and PATCH, with 1 and 8 clients."""
    figures: dict[str, float] = {}
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="patentmart-bench-") as folder:
            found = asyncio.run(_database(kind, Path(folder)))
        figures |= found
        figures[f"write_ratio_{kind}"] = min(v for k, v in found.items() if k.startswith("ratio_"))
        figures[f"p99_to_p50_{kind}"] = max(
            v for k, v in found.items() if k.startswith("p99_") and k.endswith(f"_{MOST}")
        )
    return figures


if __name__ == "__main__":
    print(json.dumps(run(tuple(sys.argv[1:]) or ("sqlite", "postgres")), indent=1))
