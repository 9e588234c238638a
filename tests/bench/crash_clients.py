"""Clients that write without pause to a server that is killed again and again, and note what it acknowledged."""

import contextlib
import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, Self

import httpx

from backend.patents.numbers.canonical import check_digit
from tests.fresh_server import OPERATOR
from tests.fresh_server import PASSWORD as OPERATORS
from tests.scenarios.imports import csv_table

PASSWORD: Final = "a rather long sentence of mine"
AGAIN: Final = 0.05
LATER: Final = frozenset({409, 425, 429, 500, 502, 503, 504})  # of a request with a key: the first is not over yet
PATIENCE: Final = 300.0  # seconds in which every import must have ended by itself
UNFINISHED: Final = 3  # imports under way at once
ROWS: Final = (40, 4_000)  # the longer files are worked on in a process beside the server
UNIVERSITY: Final = "断电大学"
PARTNERS: Final = 20
CHANGED_EACH: Final = 5  # every fifth row tells of a change of holders
Headers = dict[str, str]


@dataclass
class EditedPatent:
    """A patent as its only writer knows it: each title that was sent, and how many of them were acknowledged."""

    number: str
    id: str
    titles: list[str]
    acknowledged: int = 1
    years: list[int] = field(default_factory=list)
    listing_id: str | None = None


@dataclass
class Ledger:
    """What was sent, and what of it was acknowledged: parties and imports by what only we name so, with its id."""

    parties: dict[str, str | None] = field(default_factory=dict)
    patents: dict[str, EditedPatent | None] = field(default_factory=dict)
    imports: dict[str, str | None] = field(default_factory=dict)
    rows: dict[str, list[str]] = field(default_factory=dict)
    answered_twice: int = 0  # one key, two answers
    server_errors: int = 0
    unanswered: int = 0  # neither an answer nor a broken connection
    acknowledged: int = 0
    read: int = 0
    share: int = 1_000_000  # numbers of each client


class Sender:
    """Sends one request again and again, until it is answered or all is over."""

    def __init__(self, base: str, email: str, password: str, ledger: Ledger, over: threading.Event) -> None:
        self.ledger, self.over = ledger, over
        self._client = httpx.Client(base_url=base, timeout=30, headers={"Accept-Language": "en"})
        self._form = {"grant_type": "password", "username": email, "password": password}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def sign_in(self) -> None:
        """Get a token."""
        answer = self._try("POST", "/v1/oauth/token", data=self._form)
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def sign_in_like(self, other: Self) -> None:
        """Take the other's token: each sign-in costs the server as much as a hundred requests."""
        self._client.headers["Authorization"] = other._client.headers["Authorization"]

    def _try(self, method: str, path: str, **more: Any) -> httpx.Response:
        while not self.over.is_set():
            try:
                answer = self._client.request(method, path, **more)
            except httpx.TransportError as error:
                self.ledger.unanswered += isinstance(error, httpx.ReadTimeout)
                time.sleep(AGAIN)
                continue
            if answer.status_code not in LATER:
                return answer
            self.ledger.server_errors += answer.status_code == 500
            time.sleep(AGAIN)
        raise Over

    def send(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """Return what the server acknowledged; raise Over at the end."""
        answer = self._try(method, path, **more)
        if answer.status_code == 401:
            self.sign_in()
            return self.send(method, path, **more)
        if answer.is_error:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
        self.ledger.acknowledged += method != "GET"
        self.ledger.read += method == "GET"
        return dict(answer.json())

    def post(self, path: str, key: str, **more: Any) -> dict[str, Any]:
        """Return what the server acknowledged under the key; sometimes it is asked a second time."""
        said = self.send("POST", path, headers={"Idempotency-Key": key.replace(" ", "-")}, **more)
        if random.random() < 0.2:
            again = self.send("POST", path, headers={"Idempotency-Key": key.replace(" ", "-")}, **more)
            self.ledger.answered_twice += again["id"] != said["id"]
        return said


class Over(Exception):
    """The time of writing is over; what was sent last may or may not have been taken."""


def _number(serial: int) -> str:
    digits = f"20191{serial:07d}"
    return f"{digits}.{check_digit(digits)}"


def edit(sender: Sender, worker: int) -> None:
    """Enter parties and patents, list some, and change them, until the end."""
    ledger, mine = sender.ledger, list[EditedPatent]()
    for n in itertools.count():
        name = f"Party {n} of {worker}"
        ledger.parties[name] = None
        party = sender.post("/v1/parties", name, json={"person": "legal", "name": name, "country": "JP"})
        ledger.parties[name] = party["id"]
        if n % 5 == 0:
            mine.append(_enter(sender, worker, n))
        patent = random.choice(mine)
        _retitle(sender, patent, n)
        if n % 4 == 0 and len(patent.years) < 15:
            year = len(patent.years) + 3
            body = {"kind": "annuity_paid", "effective_on": f"{2019 + year - 1}-03-01", "year": year, "source": "fee"}
            sender.post(f"/v1/patents/{patent.id}/legal-events", f"{patent.id} {year}", json=body)
            patent.years.append(year)


def _enter(sender: Sender, worker: int, n: int) -> EditedPatent:
    number = _number(worker * sender.ledger.share + n)
    sender.ledger.patents[number] = None
    body = {"application_number": number, "title": "title 0", "filing_date": "2019-03-01", "grant_date": "2020-05-05"}
    found = sender.post("/v1/patents", number, json=body)
    patent = sender.ledger.patents[number] = EditedPatent(number, found["id"], ["title 0"])
    if n % 2 == 0:
        terms = {"patent_id": found["id"], "deal_types": ["ordinary_licence"], "price_note": "to be agreed"}
        listing = sender.post("/v1/listings", f"list {number}", json=terms)
        for step in ("submission", "publication"):
            sender.post(f"/v1/listings/{listing['id']}/{step}", f"{step} {number}")
        patent.listing_id = listing["id"]
    return patent


def _retitle(sender: Sender, patent: EditedPatent, n: int) -> None:
    patent.titles.append(f"title {n} of {patent.number}")
    sender.send("PATCH", f"/v1/patents/{patent.id}", json={"title": patent.titles[-1]}, headers={"If-Match": "*"})
    patent.acknowledged = len(patent.titles)


def import_files(sender: Sender, worker: int) -> None:
    """Send file after file, a few under way at once, until the end."""
    ledger, serial, open_ones = sender.ledger, itertools.count(worker * sender.ledger.share), list[str]()
    for n in itertools.count():
        name = f"file {n} of {worker}.csv"
        numbers = [_number(next(serial)) for _ in range(random.randint(*ROWS))]
        content = csv_table(*(_row(number, place) for place, number in enumerate(numbers)))
        ledger.imports[name], ledger.rows[name] = None, numbers
        form = {"data": {"kind": "patents", "mode": "apply"}, "files": {"file": (name, content)}}
        ledger.imports[name] = sender.post("/v1/imports", name, **form)["id"]
        open_ones.append(str(ledger.imports[name]))
        while len(open_ones) >= UNFINISHED:
            found = {one: sender.send("GET", f"/v1/imports/{one}")["status"] for one in open_ones}
            open_ones = [one for one, status in found.items() if status in ("received", "applying")]
            time.sleep(AGAIN)


def _row(number: str, place: int) -> dict[str, str]:
    row = {"申请号": number, "名称": f"第 {number} 件", "专利权人": UNIVERSITY, "legal_events": ""}
    if place % CHANGED_EACH == 0:
        before = [UNIVERSITY, f"断电公司 {place % PARTNERS}"]
        told = {"event": "holder_changed", "effective_on": "2022-03-01", "holders_before": before}
        row["legal_events"] = json.dumps([{**told, "holders_after": [UNIVERSITY]}], ensure_ascii=False)
    return row


def enter(base: str, ledger: Ledger) -> str:
    """Return the address of a member of a university that the platform has verified."""
    member = {"email": "crash@example.com", "name": "断电", "password": PASSWORD}
    body = {"kind": "university", "name": UNIVERSITY, "country": "JP", "member": member}
    with Sender(base, OPERATOR, OPERATORS, ledger, threading.Event()) as staff:
        found = staff.send("POST", "/v1/organisations", json=body)
        staff.sign_in()
        staff.send("POST", f"/v1/organisations/{found['id']}/verification", json={"outcome": "verified"})
    return member["email"]


Task = tuple[Callable[[Sender, int], None], int]


@contextlib.contextmanager
def busy(base: str, email: str, ledger: Ledger, tasks: Sequence[Task]) -> Iterator[None]:
    """Have a client at work on each task until the end of the block."""
    over = threading.Event()
    with contextlib.ExitStack() as stack:
        running = []
        senders = [stack.enter_context(Sender(base, email, PASSWORD, ledger, over)) for _ in tasks]
        threads = stack.enter_context(ThreadPoolExecutor(len(tasks)))  # ends before its senders
        senders[0].sign_in()
        for sender, (work, number) in zip(senders, tasks, strict=True):
            sender.sign_in_like(senders[0])
            running.append(threads.submit(work, sender, number))
        try:
            yield
        finally:
            over.set()
        for ended in running:
            with contextlib.suppress(Over):
                ended.result()


def settle(base: str, email: str, ledger: Ledger) -> None:
    """Wait until every import has ended by itself; what does not end is counted as lost later."""
    until = time.monotonic() + PATIENCE
    with Sender(base, email, PASSWORD, ledger, threading.Event()) as sender:
        sender.sign_in()
        while sender.send("GET", "/v1/imports?status=received&status=applying&limit=1")["items"]:
            if time.monotonic() > until:
                return
            time.sleep(0.2)


def read(sender: Sender, _worker: int) -> None:
    """Search and look at what others write, until the end."""
    while True:
        word = random.choice(("title", UNIVERSITY, "件", "1", ""))
        found = sender.send("GET", "/v1/patents/search", params={"q": word, "limit": 20, "facets": "legal_status"})
        for item in found["items"][:3]:
            sender.send("GET", f"/v1/patents/{item['id']}")
        sender.send("GET", "/v1/imports", params={"limit": 5})
