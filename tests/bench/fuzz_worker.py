"""Reads spoilt files one after another under a limit of memory: `python -m tests.bench.fuzz_worker FORM SECONDS SEED
PROGRESS`. The number of the file under way stands in PROGRESS; what came of all is printed at the end."""

import io
import json
import resource
import sys
import time
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Final

import psutil

from backend.core.errors import Problem
from backend.core.settings import read_settings
from backend.imports.cells import read_cells
from backend.imports.import_kinds import Importer, ImportKind
from backend.imports.layout import layout_of
from backend.imports.rules import Mode
from backend.listings import file_import as listing_import
from backend.register_import import legal_event_import, patent_import
from tests.bench.mutations import spoilt

KINDS: Final = {**patent_import.import_kinds(()), **listing_import.IMPORT_KINDS, **legal_event_import.IMPORT_KINDS}
ROOM: Final = 1 << 30  # bytes of address space beyond what the program itself takes
WARM: Final = 200  # files after which the memory is compared
MOST_ROWS: Final = 20_000


def _importer(fields: frozenset[str]) -> Importer:
    known: dict[str, Any] = {
        "import_id": "imp", "organisation_id": "org", "user_id": "usr", "for_all": False, "verified": True,
        "mode": Mode.CHECK, "fields": fields, "settings": read_settings(patentmart_demo=True),
        "prefers_file": False,
    }  # fmt: skip
    return Importer(**{name: value for name, value in known.items() if name in Importer.__dataclass_fields__})


def go_through(content: bytes, kind: ImportKind) -> None:
    """Do with a file all that an import does before the database is asked."""
    file = io.BytesIO(content)
    layout = layout_of(file, kind.fields, kind.needs)
    layout, _ = layout.counted(file)
    now = datetime.now(UTC)
    read = kind.reader(_importer(frozenset(field for field in layout.fields if field)))
    for number, (_, row) in enumerate(layout.rows(file)):
        cells, _errors = read_cells(layout, row)
        if cells:
            read(cells, now)
        if number > MOST_ROWS:
            return


def main(form: str, seconds: float, seed: int, progress: Path) -> None:
    """Read files until the time is over."""
    process = psutil.Process()
    room = process.memory_info().vms + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    crashes: list[str] = []
    warm, inputs = 0, 0
    until = time.monotonic() + seconds
    with progress.open("wb", buffering=0) as told:
        for number in count(seed):
            if time.monotonic() > until:
                break
            told.seek(0)
            told.write(f"{number:20}".encode())
            kind = list(KINDS.values())[number % len(KINDS)] if number % 3 == 0 else KINDS["patents"]
            try:
                go_through(spoilt(form, number), kind)
            except Problem:
                pass
            except Exception as error:  # noqa: BLE001 - whatever is no declared problem is what is looked for
                crashes.append(f"{form} {number}: {type(error).__name__}: {error}"[:300])
            inputs += 1
            if inputs == WARM:
                warm = process.memory_info().rss
    grown = process.memory_info().rss - warm if warm else 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said = {"inputs": inputs, "crashes": crashes, "peak_mb": peak, "grown_mb": grown / 2**20}
    print(json.dumps({**said, "at": datetime.now(UTC).isoformat()}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
