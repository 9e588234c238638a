"""Draws what a command shows in a terminal as an SVG, for the papers: `scripts/picture FILE.svg COLUMNS COMMAND…`."""

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

FETCHED: Final = re.compile(r"@font-face \{.*?\}|<!--.*?-->", re.DOTALL)  # a picture asks no other server for fonts
DRAWN_ANEW: Final = re.compile(r"[^\n]*\x1b\[2K")
CURSOR: Final = re.compile(r"\x1b\[\?25[lh]|\x1b\[1A")
MOST: Final = 30  # lines


def shown(command: list[str], columns: int) -> str:
    """Return what the command leaves on a terminal of so many columns."""
    leader, follower = pty.openpty()
    terminal = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm-256color"}
    found = bytearray()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=follower, stderr=follower, env=terminal):
        os.close(follower)
        try:
            while part := os.read(leader, 65_536):
                found += part
        except OSError:  # the command has closed its end
            pass
    os.close(leader)
    said = DRAWN_ANEW.sub("", found.decode().replace("\r\n", "\n").replace("\r", ""))
    return CURSOR.sub("", said).strip("\n")


def picture(command: list[str], columns: int) -> str:
    """Return the SVG, with the command itself in its first line."""
    console = Console(record=True, width=columns, file=io.StringIO(), force_terminal=True)
    lines = shown(command, columns).split("\n")
    console.print(Text("$ " + " ".join(command), style="bold"))
    console.print(Text.from_ansi("\n".join(lines[:MOST])), "" if len(lines) <= MOST else "…", sep="\n")
    drawn = FETCHED.sub("", console.export_svg(title="patentmart"))
    return "\n".join(line.rstrip() for line in drawn.split("\n") if line.strip())


if __name__ == "__main__":
    target, width, *asked = sys.argv[1:]
    Path(target).write_text(picture(asked, int(width)) + "\n")
