"""`scripts/bench fuzz`: spoilt files of every form end in a declared problem, in time, and without growth."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from tests.bench.mutations import FORMS

SECONDS: Final = 600.0
MOST_SECONDS: Final = 10.0  # of the processor, that one file may take
LEFT_BEHIND: Final = 60.0  # seconds in which the machine gives a worker no time at all
MOST_GROWN: Final = 64.0  # MB: what the allocator keeps of a large file is no growth
SEED: Final = 1


@dataclass
class Outcome:
    """What came of the spoilt files of one form; crashes and hangs name the seed that gives the file again."""

    inputs: int = 0
    crashes: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    peak_mb: float = 0.0
    grown_mb: float = 0.0


def fuzz(form: str, seconds: float, seed: int = SEED) -> Outcome:
    """Return what came of reading spoilt files of the form for so many seconds, from the seed on."""
    outcome, until = Outcome(), time.monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="patentmart-fuzz-") as folder:
        progress = Path(folder) / "progress"
        while (left := until - time.monotonic()) > 0 or not outcome.inputs:
            reached = _work(form, max(left, seconds / 2), seed, progress, outcome)
            if reached is None:
                break
            seed = reached + 1
    return outcome


def _work(form: str, seconds: float, seed: int, progress: Path, outcome: Outcome) -> int | None:
    """Run a worker; give the number of the file that it died of, or None where it came to its end."""
    progress.write_bytes(b"")
    command = [sys.executable, "-m", "tests.bench.fuzz_worker", form, str(seconds), str(seed), str(progress)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    hangs = _hangs(process, progress)
    said, wrong = process.communicate()
    reached = int(progress.read_bytes() or seed)
    if process.returncode == 0:
        told = json.loads(said.splitlines()[-1])
        outcome.inputs += told["inputs"]
        outcome.crashes += told["crashes"]
        outcome.peak_mb = max(outcome.peak_mb, told["peak_mb"])
        outcome.grown_mb = max(outcome.grown_mb, told["grown_mb"])
        return None
    outcome.inputs += reached - seed + 1
    if hangs:
        outcome.hangs.append(f"{form} {reached}")
    else:
        last = (wrong.splitlines() or [""])[-1]
        outcome.crashes.append(f"{form} {reached}: the process ended with {process.returncode}: {last}"[:300])
    return reached


def _hangs(process: "subprocess.Popen[str]", progress: Path) -> bool:
    """Whether a file took too long, and the worker was killed for it; wait for the worker otherwise."""
    watched = psutil.Process(process.pid)
    known, spent, since = "", 0.0, time.monotonic()
    while process.poll() is None:
        time.sleep(0.1)
        now = progress.read_text("ascii")
        with contextlib.suppress(psutil.NoSuchProcess):
            used = sum(watched.cpu_times()[:2])
            if now != known or not now:  # nothing is there until the first file is begun
                known, spent, since = now, used, time.monotonic()
            elif used - spent > MOST_SECONDS or time.monotonic() - since > LEFT_BEHIND:
                process.kill()
                return True
    return False


def run(seconds: float | None = None) -> dict[str, float]:
    """Return the figures of the fuzz bench: the sum over the forms, the highest memory, and each form's inputs."""
    seconds = seconds or float(os.environ.get("BENCH_FUZZ_SECONDS", SECONDS))
    figures: dict[str, float] = {"inputs": 0, "crashes": 0, "hangs": 0, "peak_mb": 0.0, "grown_mb": 0.0}
    for form in FORMS:
        found = fuzz(form, seconds / len(FORMS))
        for line in (*found.crashes, *found.hangs):
            print(f"  {line}")
        figures["inputs"] += found.inputs
        figures["crashes"] += len(found.crashes)
        figures["hangs"] += len(found.hangs)
        figures["peak_mb"] = max(figures["peak_mb"], found.peak_mb)
        figures["grown_mb"] = max(figures["grown_mb"], found.grown_mb)
        figures[f"inputs_{form}"] = found.inputs
    return figures


if __name__ == "__main__":
    print(json.dumps(run(float(sys.argv[1]) if len(sys.argv) > 1 else None), indent=1))
