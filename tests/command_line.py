"""`patentmart` as a person starts it, in a process forked from one that has loaded it already (tests/forked.py)."""

import sys

from backend.cli.commands import main as run


def main(*arguments: str) -> None:
    """Run the command line with the arguments."""
    sys.argv = ["patentmart", *arguments]
    run()
