"""Tells what of the API's description is not there any more, or is another: `python -m tests.api_changes COMMIT`.

Additions and texts are left out. Exit code 1: something is gone or changed.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

TEXTS: Final = frozenset({"description", "summary", "title", "info", "tags"})
DESCRIPTION: Final = "openapi/openapi.json"
TOP: Final = Path(__file__).parents[1]


def changes(before: Any, after: Any, where: str = "") -> Iterator[str]:
    """Yield a line for each thing of before that after lacks or has otherwise."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            if name in TEXTS and not where.endswith("/properties"):
                continue
            if name in after:
                yield from changes(value, after[name], f"{where}/{name}")
            else:
                yield f"gone: {where}/{name}"
    elif isinstance(before, list) and isinstance(after, list):
        yield from _of_lists(before, after, where)
    elif before != after:
        yield f"changed: {where}: {before!r} is {after!r}"


def _of_lists(before: list[Any], after: list[Any], where: str) -> Iterator[str]:
    if any(isinstance(one, dict | list) for one in (*before, *after)):
        if len(after) < len(before):
            yield f"shorter: {where}"
        for place, (old, new) in enumerate(zip(before, after, strict=False)):
            yield from changes(old, new, f"{where}[{place}]")
    elif gone := [one for one in before if one not in after]:
        yield f"gone: {where}: {gone}"


def main(commit: str) -> int:
    """Print what differs from the description at a commit; return the exit code."""
    shown = subprocess.run(["git", "show", f"{commit}:{DESCRIPTION}"], cwd=TOP, capture_output=True, check=True)
    found = list(changes(json.loads(shown.stdout), json.loads((TOP / DESCRIPTION).read_bytes())))
    sys.stdout.write(("\n".join(found) or "Nothing is gone or changed.") + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
