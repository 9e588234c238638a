"""`patentmart import`: sends a file to a server, follows it, and says what came of it; the API does the work."""

import time
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from backend.cli.import_server import ImportRefused, Server, own_server, sender_of

UNDER_WAY: Final = frozenset({"received", "checking", "applying"})
ENDED_WELL: Final = frozenset({"checked", "done"})
POLL_SECONDS: Final = 0.3
WITH_ERRORS: Final = 3
INTERRUPTED: Final = 130


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be done with a file, or with the import of one that was sent before (`follow`, `cancel`: its id)."""

    kind: str
    mode: str
    prefer: str
    mapping: str | None
    rejected: Path | None
    detach: bool
    file: Path | None
    follow: str | None
    cancel: str | None

    def form(self) -> dict[str, str]:
        """Return the fields that go with the file."""
        values = {"kind": self.kind, "mode": self.mode, "prefer": self.prefer}
        return values | ({"mapping": self.mapping} if self.mapping else {})


def run(
    wish: Wish, address: str | None, token: str | None, email: str | None, password: str | None, language: str
) -> int:
    """Do it at the server's address, or with a server of its own; give the exit code. Raises ImportRefused."""
    console, sender = Console(stderr=True), sender_of(token, email, password)
    with (
        nullcontext(address) if address else own_server() as place,
        closing(Server(place, sender, language)) as server,
    ):
        if wish.file is not None:
            return import_file(server, wish.file, wish, console)
        if wish.cancel is not None:
            return cancel(server, wish.cancel, console)
        return follow(server, wish.follow or "", wish.rejected, console)


def import_file(server: Server, file: Path, wish: Wish, console: Console) -> int:
    """Send the file and follow its import to the end; give the exit code. Raises ImportRefused."""
    if not file.is_file():
        raise ImportRefused(f"There is no file {file}.")
    try:
        import_id = _sent(server, file, wish, console)
    except KeyboardInterrupt:
        console.print("Interrupted before the file had arrived: nothing was imported.")
        return INTERRUPTED
    if wish.detach:
        _say_how_to_go_on(import_id, console)
        return 0
    return follow(server, import_id, wish.rejected, console)


def follow(server: Server, import_id: str, rejected: Path | None, console: Console) -> int:
    """Follow an import to its end and tell what came of it; give the exit code. Raises ImportRefused."""
    address = f"/v1/imports/{import_id}"
    try:
        found = _watched(server, address, console)
    except KeyboardInterrupt:
        console.print("Interrupted: the import goes on without you.")
        _say_how_to_go_on(import_id, console)
        return INTERRUPTED
    _show(found, console)
    if rejected and found["with_errors"]:
        rejected.write_bytes(server.read(f"{address}/rejected.csv").content)
        console.print(f"{found['with_errors']:,} rows with errors saved in {rejected}", highlight=False, markup=False)
    if found["status"] not in ENDED_WELL:
        return 1
    return WITH_ERRORS if found["with_errors"] else 0


def cancel(server: Server, import_id: str, console: Console) -> int:
    """Cancel an import and tell what came of it until then; give the exit code. Raises ImportRefused."""
    console.print(server.cancel(import_id)["summary"], highlight=False, markup=False)
    return 0


def _say_how_to_go_on(import_id: str, console: Console) -> None:
    console.print(f"  see it:     patentmart import --follow {import_id}", highlight=False, soft_wrap=True)
    console.print(f"  cancel it:  patentmart import --cancel {import_id}", highlight=False, soft_wrap=True)


def _sent(server: Server, file: Path, wish: Wish, console: Console) -> str:
    columns = (SpinnerColumn(), TextColumn("sending"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
               TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("sending", total=file.stat().st_size)
        return server.send(file, wish.form(), lambda n: progress.advance(task, n))


def _speed(progress: dict[str, Any]) -> str:
    if progress["per_second"] is None:
        return ""
    left = progress["seconds_left"]
    said = f"{progress['per_second']:,.0f} rows/s"
    return said if left is None else f"{said}, {timedelta(seconds=left)} left"


def _watched(server: Server, address: str, console: Console) -> dict[str, Any]:
    columns: tuple[ProgressColumn, ...] = (
        SpinnerColumn(), TextColumn("rows"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"),
    )  # fmt: skip
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=None)
        while True:
            found: dict[str, Any] = server.read(address).json()
            come = found["progress"]
            progress.update(task, completed=come["done"], total=come["total"], description=_speed(come))
            if found["status"] not in UNDER_WAY:
                return found
            time.sleep(POLL_SECONDS)


def _show(found: dict[str, Any], console: Console) -> None:
    console.print(found["summary"], highlight=False, markup=False)
    if failure := found["failure"]:
        said = (failure["title"], failure["detail"], failure["cure"], failure["member"])
        console.print(" ".join(filter(None, said)), highlight=False, markup=False)
    if found["ignored"]:
        console.print(f"Columns not read: {', '.join(found['ignored'])}", highlight=False, markup=False)
    if found["errors"]:
        table = Table("rows", "what is wrong", "columns", "what to do", "first: row, column, value")
        for group in found["errors"]:
            first = group["example"]
            columns = ", ".join(one["column"] or "-" for one in group["columns"])
            place = f"{first['row']}, {first['column'] or '-'}, {first['value']}"
            table.add_row(*(_plain(said) for said in (group["count"], group["title"], columns, group["cure"], place)))
        console.print(table)


def _plain(said: Any) -> str:
    """Return the text so that what stands in a file's cells is not read as markup."""
    return str(said).replace("[", r"\[")
