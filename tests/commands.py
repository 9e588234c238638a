"""The command line in this process: starting another one takes longer than most of what a command does."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from click.testing import Result
from typer.testing import CliRunner

from backend.cli.commands import app


def patentmart(environment: Mapping[str, str], *arguments: str, stdin: str | None = None) -> Result:
    """Run `patentmart` with the arguments and its input, never two at once; the unexpected is raised."""
    with ThreadPoolExecutor(1) as thread:  # a command has an event loop of its own
        run = CliRunner().invoke
        return thread.submit(run, app, arguments, input=stdin, env=environment, catch_exceptions=False).result()


def make_operator(environment: Mapping[str, str], email: str, password: str) -> None:
    """Make the platform's first owner, unless there is one."""
    ran = patentmart(environment, "create-operator", email, "--name", "Operator", "--password", password)
    assert ran.exit_code == 0 or "already" in ran.output, ran.output
