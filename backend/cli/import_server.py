"""The server that `patentmart import` talks to: one that runs, or one of its own for the time of the import."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, cast

import httpx

UNAUTHORIZED: Final = 401
SECONDS_TO_START: Final = 300
TIMEOUT: Final = httpx.Timeout(120, read=600)  # a large file is read through before it is answered


class ImportRefused(Exception):
    """The import could not be done; the message says why, for a person to read."""


class SignInRefused(ImportRefused):
    """The token or the password is not, or no longer, good."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: a bearer token or API key, or an e-mail address with its password."""

    token: str | None = None
    email: str | None = None
    password: str | None = None


def sender_of(token: str | None, email: str | None, password: str | None) -> Sender:
    """Return who sends, from the options or PATENTMART_TOKEN and PATENTMART_PASSWORD; raise ImportRefused without."""
    token = token or os.environ.get("PATENTMART_TOKEN")
    password = password or os.environ.get("PATENTMART_PASSWORD")
    if email and password:
        return Sender(email=email, password=password)
    if token:
        return Sender(token=token)
    raise ImportRefused("Say who imports: --as EMAIL (with its password) or --token TOKEN.")


def _problem_text(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return f"The server answered {answer.status_code}."
    lines = [f"{problem.get('title', answer.status_code)}: {problem.get('detail', '')}"]
    lines += [f"  {error['pointer']} {error['detail']}" for error in problem.get("errors", ())]
    lines.append(problem.get("cure", ""))
    if "Retry-After" in answer.headers:
        lines.append(f"Retry-After: {answer.headers['Retry-After']}")
    return "\n".join(lines).strip()


class _Counted:
    """A file that tells how many bytes were read of it."""

    def __init__(self, file: BinaryIO, tell: Callable[[int], None]) -> None:
        self._file, self._tell = file, tell

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        piece = self._file.read(size)
        self._tell(len(piece))
        return piece

    def fileno(self) -> int:
        """Return the file's number, by which its size is known before it is read."""
        return self._file.fileno()


class Server:
    """The running server, asked over HTTP as whoever sends."""

    def __init__(self, address: str, sender: Sender, language: str) -> None:
        self._sender = sender
        self._client = httpx.Client(base_url=address, timeout=TIMEOUT, headers={"Accept-Language": language})
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
            start = "start one with `patentmart serve`, name it with --server, or give --own-server"
            raise ImportRefused(f"{where}: {start}.") from None
        if answer.is_error:
            raise (SignInRefused if answer.status_code == UNAUTHORIZED else ImportRefused)(_problem_text(answer))
        return answer

    def _signed_in(self, method: str, path: str) -> httpx.Response:
        """Return the answer; a token that ran out meanwhile is renewed once."""
        try:
            return self._ask(method, path)
        except SignInRefused:
            if self._sender.token:
                raise
        self._sign_in()
        return self._ask(method, path)

    def read(self, path: str) -> httpx.Response:
        """Return the answer at the address."""
        return self._signed_in("GET", path)

    def cancel(self, import_id: str) -> dict[str, Any]:
        """Cancel the import, and give it."""
        found: dict[str, Any] = self._signed_in("POST", f"/v1/imports/{import_id}/cancellation").json()
        return found

    def send(self, file: Path, form: dict[str, str], tell: Callable[[int], None]) -> str:
        """Return the id of the import of the file, which goes out piece by piece; `tell` hears how many bytes went."""
        with file.open("rb") as content:
            counted = cast("IO[bytes]", _Counted(content, tell))
            answer = self._ask("POST", "/v1/imports", data=form, files={"file": (file.name, counted)})
        return str(answer.json()["id"])


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(SECONDS_TO_START * 10):
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{address}/readyz").is_success:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise ImportRefused("The server of its own does not start; `patentmart serve` says why.")


@contextlib.contextmanager
def own_server() -> Iterator[str]:
    """Serve the data folder of the settings until the end; give the address. Raises ImportRefused."""
    port = _free_port()
    command = [sys.executable, "-m", "backend.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own program
    try:
        _until_ready(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
