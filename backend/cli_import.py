"""`patentmart import`: sends a file to a running server and shows its progress; the API does the work."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

UNDER_WAY: Final = frozenset({"received", "checking", "applying"})
POLL_SECONDS: Final = 0.3
UNAUTHORIZED: Final = 401
COLUMNS: Final = (
    SpinnerColumn(),
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
)


class ImportRefused(Exception):
    """The import could not be done; the message says why, for a person to read."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: a bearer token or API key, or an e-mail address with its password."""

    token: str | None = None
    email: str | None = None
    password: str | None = None


def _told(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return f"The server answered {answer.status_code}."
    lines = [f"{problem.get('title', answer.status_code)}: {problem.get('detail', '')}"]
    lines += [f"  {error['pointer']} {error['detail']}" for error in problem.get("errors", ())]
    return "\n".join([*lines, problem.get("cure", "")]).strip()


class Server:
    """The running server, asked over HTTP as whoever sends."""

    def __init__(self, address: str, sender: Sender, language: str) -> None:
        self._sender = sender
        self._client = httpx.Client(base_url=address, timeout=120, headers={"Accept-Language": language})
        if sender.token:
            self._client.headers["Authorization"] = f"Bearer {sender.token}"
        else:
            self._sign_in()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _sign_in(self) -> None:
        form = {"grant_type": "password", "username": self._sender.email, "password": self._sender.password}
        self._client.headers.pop("Authorization", None)
        answer = self._ask("POST", "/v1/oauth/token", data=form)
        self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, path, **more)
        except httpx.TransportError:
            where = f"No server answers at {self._client.base_url}"
            raise ImportRefused(f"{where}: start one with `patentmart serve`, or name it with --server.") from None
        if answer.is_error:
            raise ImportRefused(_told(answer))
        return answer

    def read(self, path: str) -> httpx.Response:
        """Give the answer at the address; a token that ran out meanwhile is renewed once."""
        if self._sender.token:
            return self._ask("GET", path)
        try:
            return self._ask("GET", path)
        except ImportRefused:
            self._sign_in()
            return self._ask("GET", path)

    def send(self, file: Path, kind: str, mode: str, mapping: str | None, prefer: str) -> str:
        """Give the address of the import of the file."""
        form = {"kind": kind, "mode": mode, "prefer": prefer, **({"mapping": mapping} if mapping else {})}
        with file.open("rb") as content:
            answer = self._ask("POST", "/v1/imports", data=form, files={"file": (file.name, content)})
        return answer.headers["Location"]


def _watched(server: Server, address: str, console: Console) -> dict[str, Any]:
    with Progress(*COLUMNS, console=console) as progress:
        task = progress.add_task("rows", total=None)
        while True:
            found: dict[str, Any] = server.read(address).json()
            progress.update(task, completed=found["progress"]["done"], total=found["progress"]["total"])
            if found["status"] not in UNDER_WAY:
                return found
            time.sleep(POLL_SECONDS)


def _show(found: dict[str, Any], console: Console) -> None:
    console.print(found["summary"], highlight=False)
    if found["ignored"]:
        console.print(f"Columns not read: {', '.join(found['ignored'])}", highlight=False, markup=False)
    if found["errors"]:
        table = Table("rows", "what is wrong", "what to do", "first: row, column, value")
        for group in found["errors"]:
            first = group["example"]
            place = f"{first['row']}, {first['column'] or '-'}, {first['value']}"
            table.add_row(str(group["count"]), group["detail"], group["cure"], place)
        console.print(table)


def import_file(
    file: Path,
    *,
    kind: str,
    mode: str,
    server: str,
    sender: Sender,
    mapping: str | None = None,
    prefer: str = "register",
    rejected: Path | None = None,
    language: str = "en",
) -> dict[str, Any]:
    """Give the import of the file once it has ended, after showing its progress and what came of its rows.

    `rejected` is where rejected.csv is saved, if rows had errors. Raises ImportRefused.
    """
    console = Console(stderr=True)
    if not file.is_file():
        raise ImportRefused(f"There is no file {file}.")
    asked = Server(server, sender, language)
    try:
        with console.status(f"Sending {file.name} ({file.stat().st_size:,} bytes)"):
            address = asked.send(file, kind, mode, mapping, prefer)
        found = _watched(asked, address, console)
        _show(found, console)
        if rejected and found["with_errors"]:
            rejected.write_bytes(asked.read(f"{address}/rejected.csv").content)
            console.print(f"{found['with_errors']} rows with errors saved in {rejected}", highlight=False)
    finally:
        asked.close()
    if found["failure"]:
        raise ImportRefused(f"{found['failure']['detail']} (row {found['failure']['row']})")
    return found


def sender_of(token: str | None, email: str | None, password: str | None) -> Sender:
    """Give who sends, from the options or PATENTMART_TOKEN and PATENTMART_PASSWORD; raise ImportRefused without any."""
    token = token or os.environ.get("PATENTMART_TOKEN")
    password = password or os.environ.get("PATENTMART_PASSWORD")
    if email and password:
        return Sender(email=email, password=password)
    if token:
        return Sender(token=token)
    raise ImportRefused("Say who imports: --as EMAIL (with its password) or --token TOKEN.")
