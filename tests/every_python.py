"""Starts the server once on every Python from 3.11 on that the machine has: `python -m tests.every_python`.

Each gets an environment of its own under `.venv`, kept for the next time, with what requirements.txt pins. One that
the platform refuses in a sentence counts as well; a trace does not.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.one_server import free_port
from tests.served import answering

TOP: Final = Path(__file__).parents[1]
KEPT: Final = TOP / ".venv" / "pythons"
PLACES: Final = ("/usr/bin", "/usr/local/bin", *map(str, Path.home().glob(".pyenv/versions/*/bin")))
ASK: Final = "import sys; print(sys.base_prefix, *sys.version_info[:3], sep='|')"

REFUSAL: Final = "or newer is needed"


def pythons() -> dict[str, str]:
    """Return the command of each Python by its version and place."""
    found: dict[str, str] = {}
    folders = [*os.environ["PATH"].split(os.pathsep), *PLACES]
    for command in (Path(folder) / f"python3.{minor}" for folder in folders for minor in range(11, 20)):
        if command.exists():
            asked = subprocess.run([command, "-c", ASK], capture_output=True, text=True, check=False)
            if asked.returncode == 0:
                prefix, *version = asked.stdout.strip().split("|")
                found.setdefault(f"{'.'.join(version)} in {prefix}", str(command))
    return found


def environment_of(command: str, name: str) -> Path | None:
    """Return the Python of an environment with our requirements; None where there cannot be one at present."""
    if name.endswith(f" in {sys.base_prefix}"):
        return Path(sys.executable)
    folder = KEPT / name.partition(" ")[0]
    python, stamp = folder / "bin" / "python", folder / "requirements.txt"
    wanted = (TOP / "requirements.txt").read_bytes()
    if stamp.exists() and stamp.read_bytes() == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    if subprocess.run([command, "-m", "venv", folder], stdout=subprocess.DEVNULL, check=False).returncode:
        return None
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for asked in (["--require-hashes", "-r", "requirements.txt"], ["--no-deps", "--no-build-isolation", "-e", "."]):
        if subprocess.run([*install, *asked], cwd=TOP, check=False).returncode:
            return None
    stamp.write_bytes(wanted)
    return python


def outcome(python: Path) -> str:
    """Start the server with a small demonstration; give what came of it."""
    with tempfile.TemporaryDirectory(prefix="patentmart-start-") as folder:
        env = {**os.environ, "PATENTMART_DEMO": "1", "PATENTMART_DATA_DIR": folder, "DATABASE_URL": ""}
        env |= {"PATENTMART_LOG_LEVEL": "error"}
        port = free_port()
        for arguments in (["seed", "--patents", "50"], ["serve", "--port", str(port)]):
            command = [python, "-m", "backend.cli", *arguments]
            process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if arguments[0] == "serve" and answering(process, f"http://127.0.0.1:{port}"):
                process.terminate()
                process.communicate()
                return "starts"
            said, _ = process.communicate()
            if process.returncode:
                refused = REFUSAL in said and "Traceback" not in said
                return f"refused: {said.strip()}" if refused else f"FAILED:\n{said[-2_000:]}"
    return "FAILED: the server does not answer"


def main() -> int:
    """Report on each; give 1 where one fails."""
    failed = 0
    for name, command in pythons().items():
        python = environment_of(command, name)
        came = outcome(python) if python else "NOT RUN: no environment with the required packages could be made."
        print(f"Python {name}: {came}", flush=True)
        failed |= came.startswith("FAILED")
    return failed


if __name__ == "__main__":
    sys.exit(main())
