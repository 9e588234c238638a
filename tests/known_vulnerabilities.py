"""Asks for known vulnerabilities of what `requirements.txt` pins; what could not be looked up is NOT RUN."""

import json
import subprocess
import sys
from typing import Any

COMMAND = (
    "pip-audit", "--progress-spinner", "off", "--disable-pip", "--require-hashes", "--format", "json",
    "-r", "requirements.txt",
)  # fmt: skip
SECONDS = 120


def judge(packages: list[dict[str, Any]]) -> tuple[list[str], bool]:
    """Return what is to be said of the packages, and whether one of them has a known vulnerability."""
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    found = [
        f"{one['name']} {one['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for one in packages
        for flaw in one.get("vulns", ())
    ]
    said = [*found]
    if len(unknown) == len(packages):
        said.append("NOT RUN: not one of the packages could be looked up.")
    else:
        said.append(f"{len(packages) - len(unknown)} packages looked up, {len(found)} known vulnerabilities.")
        if unknown:
            said.append(f"NOT RUN for {len(unknown)} that could not be looked up: {', '.join(unknown)}.")
    return said, bool(found)


def main() -> int:
    """Run the audit; 1 where something is known."""
    try:
        asked = subprocess.run(COMMAND, capture_output=True, text=True, timeout=SECONDS, check=False)
        packages = json.loads(asked.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        print("NOT RUN: pip-audit could not reach its index.")
        return 0
    said, is_vulnerable = judge(packages)
    print("\n".join(said))
    return int(is_vulnerable)


if __name__ == "__main__":
    sys.exit(main())
