"""The command line beside a server that is raced on: files of legal events, and a command that writes by itself."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench.race_arena import Arena
from tests.scenarios.imports import csv_table
from tests.scenarios.members import PASSWORD

NEWEST: Final = 40  # patents that each file tells of: those that are raced for at the moment, and some before
DONE: Final = (0, 3)  # done, or with rows that say nothing new


@dataclass
class Beside:
    """What the command line did."""

    files: int = 0
    rows: int = 0
    commands: int = 0
    failed: int = 0


def _ran(environment: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "backend.cli", *arguments]
    whole = {**environment, "PATENTMART_PASSWORD": PASSWORD, "COLUMNS": "200"}
    done = subprocess.run(command, env=whole, capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, done.stdout + done.stderr


async def _write(arena: Arena, environment: Mapping[str, str], folder: Path, done: Beside, over: asyncio.Event) -> None:
    owner, bystander = arena.people["owner"].user_email, arena.people["bank"].user_email
    while not over.is_set():
        numbers, file = arena.numbers[-NEWEST:], folder / "events.csv"
        year = 5 + done.files % 4
        event = {"法律事件": "缴纳年费", "生效日": f"{2018 + year}-02-20", "年度": str(year)}
        file.write_bytes(csv_table(*({"专利号": number, **event} for number in numbers)))
        who = ("--kind", "legal_events", "--mode", "apply", "--server", arena.base, "--as", owner)
        code, said = await asyncio.to_thread(_ran, environment, "import", str(file), *who)
        done.files, done.rows = done.files + 1, done.rows + len(numbers)
        if code not in DONE:
            done.failed += 1
            print(f"  import: {code} {said[-300:]}")
        code, said = await asyncio.to_thread(
            _ran, environment, "reset-password", bystander
        )  # writes the database itself
        done.commands += 1
        if code:
            done.failed += 1
            print(f"  reset-password: {code} {said[-300:]}")


@asynccontextmanager
async def writing(arena: Arena, environment: Mapping[str, str], folder: Path) -> AsyncIterator[Beside]:
    """Have the command line write without pause until the end."""
    done, over = Beside(), asyncio.Event()
    await arena.patent()
    work = asyncio.create_task(_write(arena, environment, folder, done, over))
    try:
        yield done
    finally:
        over.set()
        await work
