"""Reads a workbook in a process of its own: `workbook_worker.py < FILE` writes its rows, pickled, one after another.

The reader asks for as much memory as a damaged file tells it to, and ends its process where that is not to be had.
"""

import io
import pickle
import resource
import sys
from typing import Final

from python_calamine import CalamineError, load_workbook

ROOM: Final = 1 << 30  # bytes of address space; the guards let nothing through that needs more
SECONDS: Final = 120  # of the processor: a damaged file may send the reader round in circles
DAMAGED: Final = 3


def main() -> int:
    """Write the rows of the first sheet that has any; give 0, or DAMAGED where the file cannot be read."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (ROOM if most == resource.RLIM_INFINITY else min(ROOM, most), most))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        workbook = load_workbook(io.BytesIO(sys.stdin.buffer.read()))
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for row in rows:
                pickle.dump(row, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
            if rows:
                return 0
    except (CalamineError, MemoryError):
        return DAMAGED
    return 0


if __name__ == "__main__":
    sys.exit(main())
