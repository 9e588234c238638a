"""`scripts/bench race`: what cannot both stand, done at one moment, leaves what is lawful and nothing else.

On PostgreSQL several processes answer; on SQLite one server answers many clients while the command line writes beside
it. Each attempt is a race for a fresh patent or deal. What it leaves is judged by `race_judge`, and in the end by
`race_tables` from the tables themselves; both know the law and none of the platform's code. An attempt also counts as
unlawful where an answer was lost, a grant that was acknowledged is not there, somebody was refused for nothing, or the
tables say otherwise than the API.
"""

import asyncio
import contextlib
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg

from tests.bench.race_arena import Answered, Arena, Start, arena
from tests.bench.race_command_line import writing
from tests.bench.race_deals import deals_after
from tests.bench.race_financing import FINANCING_RACES
from tests.bench.race_judge import badly_answered, standing, unlawful
from tests.bench.race_open_licences import OPEN_RACES, open_after
from tests.bench.race_pledges import PLEDGE_RACES
from tests.bench.race_rights import RIGHT_RACES, Race, seen_after
from tests.bench.race_tables import read_tables, statuses, unlawful_deals
from tests.bench.server import settings_of
from tests.commands import make_operator
from tests.fresh_server import OPERATOR, PASSWORD
from tests.machine import postgres_url
from tests.many import running

ATTEMPTS: Final = 1_000
SHAPES: Final = ("postgres", "sqlite")
GRANTS: Final = (*RIGHT_RACES, *OPEN_RACES)
DEALS: Final = (*FINANCING_RACES, *PLEDGE_RACES)
RACES: Final = (*GRANTS, *DEALS)
PROCESSES: Final = 3
WIDTH: Final = 4  # races at once
EXAMPLES: Final = 50
CLAIMED: Final = ("licence", "open_licence")


@dataclass
class Tally:
    """What came of the races of one shape."""

    attempts: int = 0
    counts: Counter[str] = field(default_factory=Counter)  # by race: attempts, granted, refused, errors
    faults: list[str] = field(default_factory=list)
    unlawful: int = 0
    later_won: int = 0  # attempts in which one sent later won and the one sent first did not
    processes_met: int = 0
    beside: dict[str, int] = field(default_factory=dict)
    left: dict[str, set[str]] = field(default_factory=dict)  # every entry of each patent, as the API gave them
    claimed: set[str] = field(default_factory=set)  # those that stand and that PostgreSQL itself holds apart
    things: dict[str, str] = field(default_factory=dict)  # how what is of deals stands, as the API gave it

    def note(self, race: Race, answers: Sequence[Answered]) -> None:
        """Count the answers."""
        self.attempts += 1
        self.counts[f"{race.name}_attempts"] += 1
        for answer in answers:
            outcome = "granted" if answer.won else "refused" if answer.status == 409 else "errors"
            self.counts[f"{race.name}_{outcome}"] += 1
        self.later_won += not answers[0].won and any(answer.won for answer in answers)


async def _attempt(ring: Arena, lane: int, race: Race, tally: Tally) -> None:
    start = await race.prepare(ring)
    answers = await ring.race(lane, start.racers)
    entries, about = await seen_after(ring, start)
    about |= await open_after(ring, start, answers) | await deals_after(ring, start)
    tally.note(race, answers)
    faults = [
        *unlawful(entries),
        *badly_answered(answers, entries, start.before),
        *race.check(start, answers, entries, about),
    ]
    _keep(tally, start, entries)
    tally.things |= {thing_id: thing["status"] for thing_id, thing in about.get("things", {}).items()}
    if faults:
        tally.unlawful += 1
        tally.faults += [f"{race.name} {start.patent['id']}: {fault}" for fault in faults]


def _keep(tally: Tally, start: Start, entries: Sequence[dict[str, Any]]) -> None:
    tally.left.setdefault(start.patent["id"], set())
    for entry in entries:
        tally.left.setdefault(entry["patent_id"], set()).add(entry["id"])
    tally.claimed |= {
        entry["id"] for entry in standing(entries) if entry["kind"] in CLAIMED and "under" not in entry["details"]
    }


async def _races(ring: Arena, attempts: int, races: Sequence[Race], tally: Tally) -> None:
    waiting = iter([races[n % len(races)] for n in range(attempts)])

    async def lane(number: int) -> None:
        for race in waiting:
            await _attempt(ring, number, race, tally)
            if tally.attempts % 100 == 0:
                print(f"  {tally.attempts} attempts, {tally.unlawful} unlawful", flush=True)

    await asyncio.gather(*(lane(number) for number in range(WIDTH)))


@dataclass(frozen=True, slots=True)
class Served:
    """Where a platform answers, and the processes that do."""

    bases: tuple[str, ...]
    processes: tuple[int, ...]


Serve = Callable[[Path, Mapping[str, str], int], AbstractContextManager[Served]]


@contextlib.contextmanager
def serve(folder: Path, environment: Mapping[str, str], processes: int) -> Iterator[Served]:
    """Serve as a person does: one address, behind which so many processes answer."""
    many = ("--processes", str(processes)) if processes > 1 else ()
    with running(folder, environment, "serve", *many) as served:
        yield Served((served.base,), (served.process.pid, *(one.pid for one in served.all())))


async def _run(served: Served, environment: Mapping[str, str], attempts: int, races: Sequence[Race]) -> Tally:
    tally, folder = Tally(), Path(environment["PATENTMART_DATA_DIR"])
    is_sqlite = not environment["DATABASE_URL"]
    async with arena(served.bases, WIDTH) as ring:
        async with writing(ring, environment, folder) if is_sqlite else contextlib.nullcontext() as beside:
            await _races(ring, attempts, races, tally)
            ports = {
                int(base.rpartition(":")[2]) for base in served.bases
            }  # asked now: idle connections are closed soon
            tally.processes_met = sum(_answers(process, ports) for process in served.processes)
        if beside is not None:
            tally.beside = {"files": beside.files, "file_rows": beside.rows, "commands": beside.commands}
            tally.faults += ["the command line failed"] * beside.failed
    return tally


def _answers(process: int, ports: set[int]) -> bool:
    """Whether a client is connected to the process."""
    met = psutil.Process(process).net_connections("tcp")
    return any(one.laddr.port in ports and one.status == psutil.CONN_ESTABLISHED for one in met)


def _tables(environment: Mapping[str, str]) -> tuple[dict[str, set[str]], set[str] | None]:
    """Return the entries of each patent as the tables have them, and on PostgreSQL which the constraint holds apart."""
    asked, claims = "SELECT patent_id, id FROM right_entry", "SELECT right_id FROM right_claim"
    url, found = environment["DATABASE_URL"], {}
    if url:
        with psycopg.connect(url) as connection:
            rows = connection.execute(asked).fetchall()
            claimed = {row[0] for row in connection.execute(claims)}
    else:
        (file,) = Path(environment["PATENTMART_DATA_DIR"]).glob("*.sqlite")
        with contextlib.closing(sqlite3.connect(file)) as is_sqlite:
            rows, claimed = is_sqlite.execute(asked).fetchall(), None
    for patent_id, right_id in rows:
        found.setdefault(patent_id, set()).add(right_id)
    return found, claimed


def _compared(tally: Tally, environment: Mapping[str, str]) -> Iterator[str]:
    entries, claimed = _tables(environment)
    for patent_id, told in tally.left.items():
        if entries.get(patent_id, set()) != told:
            yield f"{patent_id}: the table has {sorted(entries.get(patent_id, set()) ^ told)} otherwise than the API"
    if claimed is not None:
        yield from (f"{right_id}: held apart, and stands not, or the other way" for right_id in claimed ^ tally.claimed)
    tables = read_tables(environment)
    stands = statuses(tables)
    for thing_id, status in tally.things.items():
        if stands.get(thing_id) != status:
            yield f"{thing_id}: the table has {stands.get(thing_id)}, the API {status}"
    yield from unlawful_deals(tables)


def measure(
    folder: Path, shape: str, attempts: int, races: Sequence[Race] = RACES, serving: Serve = serve, **settings: str
) -> Tally:
    """Return what came of so many attempts on a fresh platform of the shape, which works in the folder."""
    is_sqlite = shape == "sqlite"
    url = "" if is_sqlite else postgres_url("bench_race")
    environment = settings_of(folder, DATABASE_URL=url, PATENTMART_LOG_LEVEL="error", MEILI_URL="", **settings)
    make_operator(environment, OPERATOR, PASSWORD)
    with serving(folder, environment, 1 if is_sqlite else PROCESSES) as served:
        tally = asyncio.run(_run(served, environment, attempts, races))
    found = list(_compared(tally, environment))
    tally.unlawful += len(found)
    tally.faults += found
    return tally


def figures_of(found: Mapping[str, Tally]) -> dict[str, float]:
    """Return the figures of the shapes, together and each."""
    figures: dict[str, float] = {
        "attempts": sum(tally.attempts for tally in found.values()),
        "unlawful": sum(tally.unlawful for tally in found.values()),
    }
    for shape, tally in found.items():
        figures[f"processes_met_{shape}"] = tally.processes_met
        figures[f"later_sender_won_{shape}"] = tally.later_won
        figures |= {f"{name}_{shape}": count for name, count in tally.beside.items()}
        for race in RACES:
            for outcome in ("attempts", "granted", "refused", "errors"):
                figures[f"{race.name}_{outcome}_{shape}"] = tally.counts[f"{race.name}_{outcome}"]
    return figures


def run(attempts: int = ATTEMPTS, only: str | None = None) -> dict[str, float]:
    """Return the figures of so many races, half of them in each shape; `only`: of grants, or of deals."""
    races = {"grants": GRANTS, "deals": DEALS}.get(only or "", RACES)
    found = {}
    for shape in SHAPES:
        print(f"  {shape}", flush=True)
        folder = Path(tempfile.mkdtemp(prefix="patentmart-race-"))
        found[shape] = tally = measure(folder, shape, attempts // len(SHAPES), races)
        for fault in tally.faults[:EXAMPLES]:
            print(f"  {fault}")
        if tally.unlawful:
            print(f"  its logs are in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return figures_of(found)
