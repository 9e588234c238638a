"""The judged sets that quality is measured on."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).parents[3] / "shared" / "data"


def rows_of(name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file of citing and cited patents."""
    with gzip.open(DATA / "retrieval" / name, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def judged_queries() -> tuple[list[dict[str, Any]], dict[str, dict[str, int]]]:
    """Return the questions of enterprises, and by question the grade of each row of the register that was read."""
    lines = (DATA / "sme" / "queries_dev.jsonl").read_text(encoding="utf-8").splitlines()
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (DATA / "sme" / "qrels_dev.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, row, grade = line.split("\t")
        grades[query][row] = int(grade)
    return [json.loads(line) for line in lines], grades
