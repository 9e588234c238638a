"""A process reads for another: when it is killed, at whatever moment, the other goes at once, and fails nothing."""

import subprocess
import sys
from typing import Final

import pytest

PIECES: Final = 12  # more than wait to be taken, and each larger than what a connection holds
TAKER: Final = f"""
import os, signal, sys, threading, time
from pathlib import Path
from backend.core.processes.ipc import fork_producer

giver = fork_producer(lambda question: (question * 1_000_000 for _ in range({PIECES})), [])
child = int(Path(f"/proc/self/task/{{os.getpid()}}/children").read_text())

def end():
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

moment = sys.argv[1]
if moment == "before it is asked":
    end()
if moment == "before it has read the question":
    os.kill(child, signal.SIGSTOP)
    threading.Timer(0.3, end).start()
try:
    for number, piece in enumerate(giver.ask(b"abcd")):
        assert piece == b"abcd" * 1_000_000
        if moment == "in the middle of a piece" and number == 0:
            time.sleep(0.5)
            end()
    print("all of them", number + 1)
except BaseException as failed:
    print("failed", repr(failed))
"""


def taken(moment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", TAKER, moment], capture_output=True, text=True, check=False, timeout=30
    )


def test_all_that_is_given_is_taken() -> None:
    assert taken("never").stdout == f"all of them {PIECES}\n"


@pytest.mark.parametrize(
    "moment", ["before it is asked", "before it has read the question", "in the middle of a piece"]
)
def test_whoever_takes_goes_with_the_giver_and_takes_it_for_no_failure(moment: str) -> None:
    ended = taken(moment)
    assert (ended.stdout, ended.returncode) == ("", 1), ended.stderr
