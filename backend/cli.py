"""The command line: `patentmart …`."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from backend.core.settings import Settings, SettingsWrong, read_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsWrong as wrong:
        typer.echo(f"patentmart cannot start:\n{wrong}", err=True)
        raise typer.Exit(2) from None


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Migrate the database, load the demonstration on a first start in demo mode, and serve."""
    from backend.serving import serve as run

    run(_settings(), host, port)


@app.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    from backend.core import schema

    schema.upgrade(_settings())
    typer.echo("The database is up to date.")


@app.command()
def seed(patents: Annotated[int, typer.Option(help="How many made-up patents.")] = 27_500) -> None:
    """Load the demonstration database (demo mode only; does nothing where it is loaded already)."""
    from backend.core import schema
    from backend.demo.seed import seed_with_progress

    settings = _settings()
    if not settings.patentmart_demo:
        typer.echo("The demonstration is loaded in demo mode only: set PATENTMART_DEMO=1.", err=True)
        raise typer.Exit(2)
    schema.upgrade(settings)
    seed_with_progress(settings, patents)


@app.command("export-openapi")
def export_openapi(
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("openapi/openapi.json"),
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail where the file differs.")] = False,
) -> None:
    """Write the API's description, or check that the committed one is current."""
    import orjson

    from backend.main import create_app

    document = create_app(read_settings(patentmart_demo=True)).openapi()
    written = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
    if not check:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written)
    elif not path.exists() or path.read_bytes() != written:
        typer.echo(f"{path} is not current: run `patentmart export-openapi`.", err=True)
        raise typer.Exit(1)


@app.command("create-operator")
def create_operator(
    email: Annotated[str, typer.Argument(help="E-mail address of the platform's first member.")],
    name: Annotated[str, typer.Option(help="The person's name.", prompt=True)],
    password: Annotated[str, typer.Option(help="At least ten characters.", prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Make the platform's own organisation and its first member."""
    from backend.accounts import operators

    _with_database(lambda database, now: operators.create_operator(database, email, name, password, now))
    typer.echo(f"{email} is now the platform's first owner.")


@app.command("reset-password")
def reset_password(email: Annotated[str, typer.Argument(help="E-mail address of the account.")]) -> None:
    """Make a one-time way for a person to set a new password, good for an hour."""
    from backend.accounts import operators

    token = _with_database(lambda database, now: operators.reset_password(database, email, now))
    typer.echo(f"POST /v1/password-resets/{token} with {{\"password\": \"…\"}}; it works once, for an hour.")


def _with_database(work: Any) -> Any:
    import asyncio

    from backend.core import movable, schema
    from backend.core.clock import Clock
    from backend.core.db import Database
    from backend.core.errors import Problem

    settings = _settings()
    schema.upgrade(settings)

    async def run() -> Any:
        database = Database(settings, Clock())
        try:
            await movable.load_offset(database)
            return await work(database, database.clock.now())
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except Problem as problem:
        said = problem.document("en", settings.patentmart_public_url, "")
        typer.echo(" ".join(filter(None, (said["title"] + ".", said["detail"], said.get("cure")))), err=True)
        raise typer.Exit(1) from None


def main() -> None:
    """Run the command line."""
    app(prog_name="patentmart")


if __name__ == "__main__":
    sys.exit(main())
