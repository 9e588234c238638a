"""Whether the time of an answer tells that a hidden number is taken: interleaved pairs of a taken and a free one."""

import itertools
import json
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx
from stdnum.cn import uscc

from backend.patents.numbers.canonical import check_digit
from tests.bench import server
from tests.commands import make_operator
from tests.machine import postgres_url
from tests.one_server import free_port

PAIRS: Final = 200
WARM_UP: Final = 20
ROUNDS: Final = 3  # at most: what others do on the machine is apart once, what a number tells is apart every time
MOST: Final = 0.05  # of the medians, either way
OPERATOR, PASSWORD = "bench@example.com", "correct horse battery staple"
SERIAL = itertools.count(secrets.randbelow(6_000_000))
ROOM: Final = {
    "PATENTS_PER_DAY": "1000000",
    "IMPORT_ROWS_PER_DAY": "1000000",
    "UPLOAD_BYTES_PER_DAY": "1000000000",
    "REGISTRATIONS_PER_DAY_OF_ADDRESS": "1000",
}
Asking = Callable[[str], float]


def _number() -> str:
    digits = f"20181{next(SERIAL):07d}"
    return f"{digits}.{check_digit(digits)}"


def _good(answer: httpx.Response, *due: int) -> httpx.Response:
    if answer.status_code not in due:
        raise RuntimeError(f"{answer.request.url}: {answer.status_code} {answer.text[:300]}")
    return answer


def _signed_in(client: httpx.Client, address: str) -> dict[str, str]:
    form = {"grant_type": "password", "username": address, "password": PASSWORD}
    return {"Authorization": f"Bearer {_good(client.post('/v1/oauth/token', data=form), 200).json()['access_token']}"}


def _organisation(client: httpx.Client, office: dict[str, str]) -> dict[str, str]:
    """Register a verified university; return with what its owner signs in."""
    body = "91500106MA" + "".join(secrets.choice("0123456789") for _ in range(7))
    address = f"{secrets.token_hex(6)}@example.com"
    code = body + uscc.calc_check_digit(body)
    entry = {"kind": "university", "name": f"示例大学{secrets.token_hex(3)}", "credit_code": code,
             "member": {"email": address, "name": "王示例", "password": PASSWORD}}  # fmt: skip
    made = _good(client.post("/v1/organisations", json=entry), 201).json()["id"]
    _good(client.post(f"/v1/organisations/{made}/verification", json={"outcome": "verified"}, headers=office), 200)
    return _signed_in(client, address)


def _entry(number: str) -> dict[str, Any]:
    return {"application_number": number, "title": "一种装置", "filing_date": "2018-03-01", "grant_date": "2020-05-05"}


def _askings(client: httpx.Client, who: dict[str, str]) -> dict[str, Asking]:
    """Return what is asked with a number; each gives the seconds that its answer took."""

    def by_number(number: str) -> float:
        began = time.perf_counter()
        answer = client.get(f"/v1/patents/by-number/{number}", headers=who)
        took = time.perf_counter() - began
        _good(answer, 404)
        return took

    def entry(number: str) -> float:
        began = time.perf_counter()
        answer = client.post("/v1/patents", json=_entry(number), headers=who)
        took = time.perf_counter() - began
        _good(answer, 201)
        return took

    def check(number: str) -> float:
        """The answer to the upload and the whole work that follows: both are seen by who sent it."""
        file = {"file": ("file.csv", f"申请号,名称\n{number},一种装置\n".encode())}
        began = time.perf_counter()
        answer = client.post("/v1/imports", data={"kind": "patents", "mode": "check"}, files=file, headers=who)
        place = _good(answer, 202).headers["Location"]
        while client.get(place, headers=who).json()["finished_at"] is None:
            time.sleep(0.001)
        return time.perf_counter() - began

    return {"by_number": by_number, "entry": entry, "import_check": check}


def _medians(ask: Asking, taken: list[str]) -> tuple[float, float]:
    """Return the median seconds of taken and of free numbers, asked in turn, either first."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for count, number in enumerate(taken):
        first = bool(count % 2)
        for is_taken in (first, not first):
            took = ask(number if is_taken else _number())
            if count >= WARM_UP:
                times[is_taken].append(took)
    return statistics.median(times[True]), statistics.median(times[False])


def _calmest(
    client: httpx.Client, office: dict[str, str], holder: dict[str, str], name: str, pairs: int
) -> tuple[float, float]:
    """Return the medians of the first round in which they are not apart, else of the one in which they are least so."""
    rounds: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        taken = [_number() for _ in range(pairs + WARM_UP)]
        for number in taken:
            _good(client.post("/v1/patents", json=_entry(number), headers=holder), 201)
        rounds.append(_medians(_askings(client, _organisation(client, office))[name], taken))
        if abs(rounds[-1][0] / rounds[-1][1] - 1) <= MOST:
            break
    return min(rounds, key=lambda medians: abs(medians[0] / medians[1] - 1))


def times_of(folder: Path, database: str = "", pairs: int = PAIRS) -> dict[str, float]:
    """Return by way of asking the median milliseconds of taken and free numbers, and by how much they differ."""
    port = free_port()
    settings = server.settings_of(folder, DATABASE_URL=database, PATENTMART_LOG_LEVEL="error", **ROOM)
    make_operator(settings, OPERATOR, PASSWORD)
    found: dict[str, float] = {}
    with (
        server.running(server.patentmart(port), settings, port, folder),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        office = _signed_in(client, OPERATOR)
        holder = _organisation(client, office)
        for name in ("by_number", "entry", "import_check"):
            of_taken, of_free = _calmest(client, office, holder, name, pairs)
            found[f"{name}_taken_ms"], found[f"{name}_free_ms"] = of_taken * 1_000, of_free * 1_000
            found[f"{name}_apart"] = of_taken / of_free - 1
    return found


def measure() -> dict[str, float]:
    """Return the figures on both databases."""
    figures: dict[str, float] = {}
    for kind, database in (("sqlite", ""), ("postgres", postgres_url("number_lookup_times"))):
        with tempfile.TemporaryDirectory(prefix="patentmart-bench-") as folder:
            figures |= {f"{name}_{kind}": value for name, value in times_of(Path(folder), database).items()}
    worst = max((abs(value) for name, value in figures.items() if "_apart_" in name), default=0.0)
    return figures | {"number_lookups_apart": worst, "number_lookups_told_apart": float(worst > MOST)}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
