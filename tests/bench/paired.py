"""This tree and others of the same repository, request by request in turns: what one change costs or saves.

The figure that other work on the machine disturbs least is the processor's time that a server takes for a request, so
that is what is compared, by its lower quartile over all turns; beside it stands the time that passed.
"""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from tests.bench import load, search, search_engine, server, write
from tests.machine import postgres_url
from tests.one_server import free_port

TURNS: Final = int(os.environ.get("BENCH_TURNS", "40"))
SEARCHERS: Final = 4
WRITERS: Final = 8
EACH: Final = 12  # requests of a writer in a turn
TOP: Final = Path(__file__).parents[2]
DONE: Final = (200, 201)
BUSY: Final = 503


@dataclass
class Client:
    """Sends its own requests, a few in each turn."""

    following: load.Next
    count: int = 0
    last: write.Headers = field(default_factory=dict)

    async def ask(self, port: int, count: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        until = self.count + count
        while self.count < until:
            status, headers, _ = await load.ask(reader, writer, self.following(self.count, self.last))
            if status in DONE:
                self.count, self.last = self.count + 1, headers
            elif status != BUSY:
                raise RuntimeError(f"refused: {status}")
        writer.close()


@dataclass
class Side:
    """A tree's server, and what its turns took: seconds of the processor and of the clock for a request."""

    port: int
    process: psutil.Process
    turns: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def busy(self) -> float:
        threads = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((thread / "schedstat").read_text("ascii").split()[0]) for thread in threads) / 1e9

    async def turn(self, name: str, clients: Sequence[Client], each: int) -> None:
        before, began = self.busy(), time.perf_counter()
        await asyncio.gather(*(client.ask(self.port, each) for client in clients))
        passed, used = time.perf_counter() - began, self.busy() - before
        total = each * len(clients)
        self.turns.setdefault(name, []).append((used / total, passed / total))


Sides = dict[str, Side]


@contextmanager
def _trees(refs: Sequence[str], folder: Path) -> Iterator[dict[str, Path]]:
    trees = {"": TOP}
    for ref in refs:
        trees[ref] = folder / f"tree-{len(trees)}"
        packed = folder / "tree.tar"
        subprocess.run(["git", "archive", "-o", str(packed), ref], cwd=TOP, check=True)
        with tarfile.open(packed) as archive:
            archive.extractall(trees[ref], filter="data")
    yield trees


@contextmanager
def _served(trees: dict[str, Path], folder: Path, settings: Callable[[int, Path], dict[str, str]]) -> Iterator[Sides]:
    with ExitStack() as stack:
        sides = {}
        for number, (ref, tree) in enumerate(trees.items()):
            own, port = folder / f"data-{number}", free_port()
            own.mkdir()
            command = [sys.executable, "-m", "backend.cli", "serve", "--port", str(port)]
            there = {"PYTHONPATH": str(tree), "PYTHONSAFEPATH": "1"}
            running = server.running(command, settings(number, own) | there, port, own)
            sides[ref] = Side(port, stack.enter_context(running))
        server.pin(server.LOAD_CORE)
        yield sides


async def _in_turns(sides: Sides, name: str, clients: dict[str, list[Client]], each: int) -> None:
    for turn in range(-2, TURNS):  # the first two only warm up
        for ref, side in reversed(sides.items()) if turn % 2 else sides.items():
            await side.turn(name, clients[ref], each)
            if turn < 0:
                side.turns[name].clear()


async def _searches(trees: dict[str, Path], folder: Path) -> Sides:
    asked = [request for requests in search.targets().values() for request in requests]

    def settings(_number: int, own: Path) -> dict[str, str]:
        shutil.copytree(folder / "index", own / "index")
        return server.settings_of(own)

    with _served(trees, folder, settings) as sides:
        clients = {ref: [Client(load.repeating(asked)(n)) for n in range(SEARCHERS)] for ref in sides}
        await _in_turns(sides, "search", clients, len(asked) // SEARCHERS)
    return sides


async def _writes(trees: dict[str, Path], folder: Path, kind: str) -> Sides:
    def settings(number: int, own: Path) -> dict[str, str]:
        url = "" if kind == "sqlite" else postgres_url(f"bench_paired_{number}")
        return server.settings_of(own, DATABASE_URL=url)

    with _served(trees, folder, settings) as sides:
        posting, patching = {}, {}
        for ref, side in sides.items():
            headers = await write.sign_in(side.port)
            things = []
            for number in range(WRITERS):
                _, said, body = await write.once(side.port, write.posting(headers)(number)(0, {}))
                things.append((json.loads(body)["id"], said.get("etag", "")))
            posting[ref] = [Client(write.posting(headers)(n)) for n in range(WRITERS)]
            patching[ref] = [Client(write.patching(headers, things)(n)) for n in range(WRITERS)]
        await _in_turns(sides, f"post_{kind}", posting, EACH)
        await _in_turns(sides, f"patch_{kind}", patching, EACH)
    return sides


def _figures(sides: Sides) -> dict[str, float]:
    figures = {}
    here = sides[""].turns
    for ref, side in sides.items():
        for name, turns in side.turns.items():
            used = [statistics.quantiles([own[0] for own in found], n=4)[0] for found in (here[name], turns)]
            figures[f"cpu_us_{name}_{ref or 'here'}"] = used[1] * 1e6
            if ref:
                passed = [own[1] / other[1] for own, other in zip(here[name], turns, strict=True)]
                figures[f"per_cpu_second_{name}_{ref}"] = used[0] / used[1]
                figures[f"per_second_{name}_{ref}"] = statistics.median(passed)
    return figures


def run(against: Sequence[str]) -> dict[str, float]:
    """Return for each other tree how many requests it answers where this one answers one, by each clock."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="patentmart-bench-") as made, _trees(against, Path(made)) as trees:
        folder = Path(made)
        (folder / "search").mkdir()
        asyncio.run(_index(folder / "search"))
        figures |= _figures(asyncio.run(_searches(trees, folder / "search")))
        for kind in ("sqlite", "postgres"):
            (folder / kind).mkdir()
            figures |= _figures(asyncio.run(_writes(trees, folder / kind, kind)))
    return figures


async def _index(folder: Path) -> None:
    await (await search_engine.built(folder / "index", search.SMALL)).close()
