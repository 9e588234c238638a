"""Reads files under the operating system's own limit on memory, as a program of its own, and tells what came of each.

Called with the megabytes that may be used on top of what the program needs itself, and the files.
"""

import os
import resource
import sys
from collections import Counter
from pathlib import Path

import orjson

from backend.core.errors import Problem
from backend.imports.cells import read_cells
from backend.imports.layout import layout_of
from backend.register_import.patent_import import FIELDS, NEEDS


def size() -> int:
    """Return the program's address space in bytes."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()


def outcome(path: Path) -> dict[str, object]:
    """Return the problem's code, or how many rows were read and how many errors of which code they have."""
    with path.open("rb") as file:
        try:
            layout = layout_of(file, FIELDS, NEEDS)
            layout, total = layout.counted(file)
            codes: Counter[str] = Counter()
            for _, row in layout.rows(file):
                codes.update(error.code for error in read_cells(layout, row)[1])
        except Problem as problem:
            return {"code": problem.code, "facts": {name: str(said) for name, said in problem.facts.items()}}
    skipped = {member.name: member.code for member in layout.members if member.code}
    return {"rows": total, "errors": dict(codes), "skipped": skipped}


def main() -> None:
    """Print a JSON line for each file."""
    room, *paths = sys.argv[1:]
    most = size() + (int(room) << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    for path in paths:  # each in a process of its own, which no earlier one has left anything in
        child = os.fork()
        if not child:
            sys.stdout.write(orjson.dumps({"file": Path(path).name, **outcome(Path(path))}).decode() + "\n")
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            sys.stdout.write(orjson.dumps({"file": Path(path).name, "died": status}).decode() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
