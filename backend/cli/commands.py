"""The command line: `patentmart …`."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from backend.cli.maintenance import care, settings_or_exit
from backend.core.settings import read_settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(care)


Processes = Annotated[int, typer.Option(min=1, max=64, help="How many processes (more than one: PostgreSQL).")]
Inherited = Annotated[int | None, typer.Option(hidden=True, help="A socket that the supervisor gave.")]


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    processes: Processes = 1,
    *,
    work: Annotated[
        bool, typer.Option("--work/--no-work", help="Do long work too, or leave it to `patentmart worker`.")
    ] = True,
    listening: Inherited = None,
    supervisor: Inherited = None,
) -> None:
    """Migrate the database, load the demonstration on a first start in demo mode, and serve."""
    from backend.cli.serving import Part

    _serve(Part(host, port, works=work), processes, listening, supervisor)


@app.command()
def worker(
    host: Annotated[str, typer.Option(help="Address of /healthz, /readyz and /metrics.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Their port.")] = 8001,
    processes: Processes = 1,
    *,
    listening: Inherited = None,
    supervisor: Inherited = None,
) -> None:
    """Do long work beside `patentmart serve`: imports, deadlines, feeding the search (PostgreSQL)."""
    from backend.cli.serving import Part

    _serve(Part(host, port, answers=False), processes, listening, supervisor)


def _serve(part: Any, processes: int, listening: int | None, supervisor: int | None) -> None:
    from backend.cli.serving import serve, serve_one

    if listening is not None and supervisor is not None:
        serve_one(settings_or_exit(), part, listening, supervisor)
    else:
        serve(settings_or_exit(), part, processes)


@app.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    from backend.core.database import schema

    schema.upgrade(settings_or_exit())
    typer.echo("The database is up to date.")


@app.command()
def seed(patents: Annotated[int, typer.Option(help="How many made-up patents.")] = 27_500) -> None:
    """Load the demonstration database (demo mode only; does nothing where it is loaded already)."""
    from backend.core.database import schema
    from backend.demo.seed import seed_with_progress

    settings = settings_or_exit()
    if not settings.patentmart_demo:
        typer.echo("The demonstration is loaded in demo mode only: set PATENTMART_DEMO=1.", err=True)
        raise typer.Exit(2)
    schema.upgrade(settings)
    seed_with_progress(settings, patents)


def _keep(path: Path, written: bytes, command: str, *, check: bool) -> None:
    if not check:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written)
    elif not path.exists() or path.read_bytes() != written:
        typer.echo(f"{path} is not current: run `patentmart {command}`.", err=True)
        raise typer.Exit(1)


Check = Annotated[bool, typer.Option("--check", help="Write nothing; fail where the file differs.")]


@app.command("export-openapi")
def export_openapi(
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("openapi/openapi.json"),
    check: Check = False,
) -> None:
    """Write the API's description, or check that the committed one is current."""
    import orjson

    from backend.app import create_app

    document = create_app(read_settings(patentmart_demo=True)).openapi()
    written = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"
    _keep(path, written, "export-openapi", check=check)


@app.command("export-problems")
def export_problems(
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("backend/PROBLEMS.md"),
    check: Check = False,
) -> None:
    """Write the table of every refusal, or check that the committed one is current."""
    from backend.app import create_app
    from backend.core.http.openapi import problem_table
    from backend.core.network import connection_errors  # noqa: F401 - what the protocol before the app refuses

    create_app(read_settings(patentmart_demo=True))  # brings in every domain's refusals
    _keep(path, problem_table().encode(), "export-problems", check=check)


@app.command("export-states")
def export_states(
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("backend/STATES.md"),
    check: Check = False,
) -> None:
    """Write the pictures of every state machine, or check that the committed ones are current."""
    from backend.core.state_diagrams import picture
    from backend.domains import REGISTRY

    _keep(path, picture(REGISTRY.state_machines).encode(), "export-states", check=check)


@app.command("export-domains")
def export_domains(
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("backend/docs/domains.md"),
    check: Check = False,
) -> None:
    """Write the page on what each domain brings, or check that the committed one is current."""
    from backend.core.domain_table import domain_table
    from backend.domains import REGISTRY

    _keep(path, domain_table(REGISTRY).encode(), "export-domains", check=check)


@app.command("export-events")
def export_events(
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("backend/docs/events.md"),
    check: Check = False,
) -> None:
    """Write the page on every kind of event, or check that the committed one is current."""
    from backend.delivery.event_descriptions import event_table
    from backend.domains import REGISTRY

    written = event_table(REGISTRY.events, REGISTRY.notifications, REGISTRY.handling_domains())
    _keep(path, written.encode(), "export-events", check=check)


@app.command("create-operator")
def create_operator(
    email: Annotated[str, typer.Argument(help="E-mail address of the platform's first member.")],
    name: Annotated[str, typer.Option(help="The person's name.", prompt=True)],
    password: Annotated[
        str, typer.Option(help="At least ten characters.", prompt=True, hide_input=True, confirmation_prompt=True)
    ],
) -> None:
    """Make the platform's own organisation and its first member."""
    from backend.accounts.members import operators

    _with_database(lambda database, now: operators.create_operator(database, email, name, password, now))
    typer.echo(f"{email} is now the platform's first owner.")


@app.command("reset-password")
def reset_password(email: Annotated[str, typer.Argument(help="E-mail address of the account.")]) -> None:
    """Make a one-time way for a person to set a new password, good for an hour."""
    from backend.accounts.members import operators

    token = _with_database(lambda database, now: operators.reset_password(database, email, now))
    typer.echo(f'POST /v1/password-resets/{token} with {{"password": "…"}}; it works once, for an hour.')


@app.command("reset-second-factor")
def reset_second_factor(
    account: Annotated[str, typer.Argument(help="E-mail address or id of the account.")],
    reason: Annotated[str, typer.Option(help="Why, and how the person was recognised; the person is told.")],
) -> None:
    """Remove the second factor of a person who has lost authenticator and recovery codes; all sign-ins end."""
    from backend.accounts.members import operators

    user_id = _with_database(lambda database, now: operators.reset_second_factor(database, account, reason, now))
    typer.echo(f"{user_id} has no second factor any more, and signs in anew with the password.")


@app.command("import")
def import_(
    file: Annotated[Path | None, typer.Argument(help="The file; its content counts, not its name.")] = None,
    *,
    kind: Annotated[str, typer.Option(help="patents, listings or legal_events.")] = "patents",
    mode: Annotated[str, typer.Option(help="check changes nothing and reports all that apply would.")] = "check",
    server: Annotated[str, typer.Option(help="Address of the running server.")] = "http://127.0.0.1:8000",
    own_server: Annotated[bool, typer.Option("--own-server", help="Serve the data folder for as long.")] = False,
    email: Annotated[str | None, typer.Option("--as", help="E-mail address to sign in with.")] = None,
    password: Annotated[str | None, typer.Option(help="Its password; or PATENTMART_PASSWORD, or asked for.")] = None,
    token: Annotated[str | None, typer.Option(help="Bearer token or API key instead; or PATENTMART_TOKEN.")] = None,
    mapping: Annotated[str | None, typer.Option(help='JSON: {"heading": "field" or null}.')] = None,
    prefer: Annotated[str, typer.Option(help="file overwrites what was changed by hand; else register.")] = "register",
    rejected: Annotated[Path | None, typer.Option(help="Where to save the rows with errors.")] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Send the file and do not wait for its end.")] = False,
    follow: Annotated[str | None, typer.Option(help="Instead of a file: an import to be followed.")] = None,
    cancel: Annotated[str | None, typer.Option(help="Instead of a file: an import to be cancelled.")] = None,
    language: Annotated[str, typer.Option(help="zh or en.")] = "en",
) -> None:
    """Send a file to a server, follow it, and show what comes of each row.

    Ctrl-C ends the watching; the import goes on. Exit codes: 0 every row was taken whole (or: detached, cancelled as
    asked); 1 refused, failed or cancelled; 2 wrong usage; 3 ended, with rows in error; 130 interrupted.
    """
    from backend.cli import import_command, import_server

    if sum(given is not None for given in (file, follow, cancel)) != 1 or (detach and own_server):
        raise typer.BadParameter("Give one of FILE, --follow and --cancel; --detach needs a server that stays.")
    if email and not password and not os.environ.get("PATENTMART_PASSWORD"):
        password = typer.prompt("Password", hide_input=True)
    wish = import_command.Wish(kind, mode, prefer, mapping, rejected, detach, file, follow, cancel)
    try:
        code = import_command.run(wish, None if own_server else server, token, email, password, language)
    except import_server.ImportRefused as refused:
        typer.echo(str(refused), err=True)
        code = 1
    raise typer.Exit(code)


def _with_database(work: Any) -> Any:
    import asyncio

    from backend.core import demo_clock
    from backend.core.clock import Clock
    from backend.core.database import schema
    from backend.core.database.sessions import Database
    from backend.core.errors import Problem

    settings = settings_or_exit()
    schema.upgrade(settings)

    async def run() -> Any:
        database = Database(settings, Clock())
        try:
            await demo_clock.load_offset(database)
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
    try:
        app(prog_name="patentmart")
    except Exception as error:
        from sqlalchemy.exc import OperationalError

        if not isinstance(error, OperationalError):
            raise
        typer.echo(f"The database does not answer (DATABASE_URL): {str(error.orig).strip()}", err=True)
        raise SystemExit(2) from None
