"""Runs a bench by its name, prints a table and, where asked, writes its figures as JSON."""

import argparse
import importlib
import json
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

BENCHES = {
    "import": "importing",
    "abuse": "abuse.measure",
    "emails": "email_kills",
    "told": "told_kills",
    "financing-report": "financing_report",
} | {
    name: name
    for name in (
        "search",
        "relevance",
        "write",
        "crash",
        "fuzz",
        "soak",
        "scale",
        "race",
        "permissions",
        "paired",
        "matching",
        "alerts",
        "standing",
        "financing",
        "appraisal",
    )
}  # fmt: skip
MOST_OTHERS = 3
ON_SERVER = {"search": "search_server", "relevance": "engines"}


def machine() -> str:
    """Return one line about the machine that the figures were measured on."""
    model = next(
        (line.partition(":")[2].strip() for line in _cpu_lines() if line.startswith("model name")), "unknown CPU"
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} × {model}, {memory:.0f} GiB, {system}"


def _cpu_lines() -> list[str]:
    file = Path("/proc/cpuinfo")
    return file.read_text("utf-8").splitlines() if file.exists() else []


def _commit() -> str:
    asked = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or "unknown"


def main() -> None:
    """Read the command line, run, report."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("bench", choices=BENCHES)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    parser.add_argument("--meilisearch", action="store_true", help="search, relevance: on a Meilisearch server")
    parser.add_argument("--attempts", type=int, metavar="N", help="race: so many, half of them on each database")
    parser.add_argument("--only", choices=("grants", "deals"), help="race: those about rights, or about loans")
    parser.add_argument("--against", action="append", metavar="REF", help="paired: a commit to compare this tree with")
    given = parser.parse_args()
    if given.meilisearch and given.bench not in ON_SERVER:
        parser.error("--meilisearch goes with search and relevance")
    if (given.attempts or given.only) and given.bench != "race":
        parser.error("--attempts and --only go with race")
    if len(given.against or ()) > MOST_OTHERS:
        parser.error(f"paired has connections to PostgreSQL for {MOST_OTHERS} others")
    if bool(given.against) != (given.bench == "paired"):
        parser.error("--against goes with paired, and paired with it")
    module = (ON_SERVER if given.meilisearch else BENCHES)[given.bench]
    asked: dict[str, Any] = {"attempts": given.attempts} if given.attempts else {}
    asked |= {"only": given.only} if given.only else {}
    asked |= {"against": given.against} if given.against else {}
    figures: dict[str, float] = importlib.import_module(f"tests.bench.{module}").run(**asked)
    print(f"\n{given.bench} at {_commit()} on {machine()}\n")
    width = max(map(len, figures))
    for name, value in figures.items():
        print(f"  {name:<{width}}  {value:>12,.4g}" if abs(value) < 1000 else f"  {name:<{width}}  {value:>12,.0f}")
    if given.json:
        report = {"bench": given.bench, "machine": machine(), "commit": _commit(), "figures": figures}
        given.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
