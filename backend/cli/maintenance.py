"""The commands that look after a platform: its index, its state, its search server's keys."""

from pathlib import Path
from typing import Annotated

import typer

from backend.core.settings import Settings, SettingsWrong, read_settings

care = typer.Typer()


def settings_or_exit() -> Settings:
    """Return the settings; say what is wrong with them and exit where something is."""
    try:
        return read_settings()
    except SettingsWrong as wrong:
        typer.echo(f"patentmart cannot start:\n{wrong}", err=True)
        raise typer.Exit(2) from None


@care.command()
def reindex() -> None:
    """Build fresh search indexes while the old ones answer; a running server does it when asked."""
    import asyncio

    from backend.cli.reindexing import NotRebuilt
    from backend.cli.reindexing import reindex as run
    from backend.core.database import schema
    from backend.domains import REGISTRY

    settings = settings_or_exit()
    schema.upgrade(settings)
    try:
        for index in REGISTRY.search_indexes:
            typer.echo(f"The index holds {asyncio.run(run(settings, index)):,} {index.name}.")
    except NotRebuilt as why:
        typer.echo(f"The old index answers on; the fresh one could not be made: {why}", err=True)
        raise typer.Exit(1) from None


@care.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False) -> None:
    """Tell how far index and stream have come and what work waits; exit 1 where something lags."""
    import asyncio

    import orjson
    from rich.console import Console

    from backend.cli.platform_status import figures, show
    from backend.cli.platform_status import status as run
    from backend.core.database import schema
    from backend.domains import REGISTRY

    settings = settings_or_exit()
    schema.upgrade(settings)
    found = asyncio.run(run(settings, REGISTRY.search_indexes))
    if as_json:
        typer.echo(orjson.dumps(figures(found), option=orjson.OPT_INDENT_2).decode())
    else:
        show(found, Console())
    raise typer.Exit(0 if found.is_well else 1)


@care.command("search-keys")
def search_keys(
    master_key: Annotated[
        str, typer.Option(envvar="MEILI_MASTER_KEY", prompt=True, hide_input=True, help="The server's master key.")
    ],
    to: Annotated[Path | None, typer.Option(help="Write them into FOLDER/search and FOLDER/write.")] = None,
) -> None:
    """Make the two keys of the search server (MEILI_URL), once, with no more rights than they need."""
    from backend.core.search_indexing.engines import uid_of
    from backend.domains import REGISTRY
    from search.engine import SearchUnavailable
    from search.meilisearch.keys import keys

    settings = settings_or_exit()
    try:
        found = keys(settings.meili_url, master_key, [uid_of(settings, index) for index in REGISTRY.search_indexes])
    except SearchUnavailable as refused:
        typer.echo(f"No keys were made: {refused}", err=True)
        raise typer.Exit(1) from None
    for right, key in zip(("search", "write"), found, strict=True):
        if to is None:
            typer.echo(f"MEILI_{right.upper()}_KEY={key}")
        else:
            file = to / right / f"meili_{right}_key"  # each process is given the folder of the key that it needs
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(key, encoding="utf-8")


@care.command()
def fsck(
    repair: Annotated[bool, typer.Option("--repair", help="Put right what is derived from something else.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Compare database, index, events, files and derived states; exit 1 where a difference stays."""
    import asyncio

    import orjson
    from rich.console import Console

    from backend.core.database import schema
    from backend.domains import REGISTRY
    from backend.fsck.command import NotChecked, print_report
    from backend.fsck.command import fsck as run

    settings = settings_or_exit()
    schema.upgrade(settings)
    try:
        report = asyncio.run(run(settings, REGISTRY, repair=repair))
    except NotChecked as why:
        typer.echo(str(why), err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(orjson.dumps(report.stored(), option=orjson.OPT_INDENT_2).decode())
    else:
        print_report(report, Console())
    raise typer.Exit(0 if report.is_clean else 1)


@care.command()
def backup(folder: Annotated[Path, typer.Argument(help="A new folder.")]) -> None:
    """Copy all that is kept into a folder, while the platform runs; the index is derived and not in it."""
    from backend.core.storage.backup import BackupRefused, back_up

    try:
        about = back_up(settings_or_exit(), folder)
    except BackupRefused as why:
        typer.echo(str(why), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{folder} holds the {about['database']} database as at {about['at']}.")


@care.command()
def restore(folder: Annotated[Path, typer.Argument(help="The folder of a backup.")]) -> None:
    """Bring a backup into an empty platform; then `patentmart reindex` and `patentmart fsck`."""
    from backend.core.storage.backup import BackupRefused
    from backend.core.storage.backup import restore as run

    try:
        about = run(settings_or_exit(), folder)
    except BackupRefused as why:
        typer.echo(str(why), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Restored as at {about['at']}. Now: patentmart reindex, patentmart fsck.")


@care.command("receive-bounce")
def receive_bounce(
    returned_to: Annotated[
        str, typer.Option("--returned-to", help="The envelope's recipient, where the mail server tells it.")
    ] = "",
) -> None:
    """Take an e-mail that came back, from standard input, as a mail server's pipe gives it (exit codes: sysexits.h)."""
    import asyncio
    import sys

    from backend.delivery.email.bounces import command
    from backend.domains import REGISTRY

    raw = sys.stdin.buffer.read(command.LARGEST + 1)
    ended = asyncio.run(command.run(settings_or_exit(), REGISTRY.handlers, raw, returned_to or None))
    typer.echo(ended.text, err=ended.code != 0)
    raise typer.Exit(ended.code)
