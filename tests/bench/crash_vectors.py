"""What a server that is killed while it computes vectors has computed twice, and what it has lost."""

import re
import time
from collections import Counter
from pathlib import Path
from typing import Final

import httpx
import sqlalchemy as sa

from backend.core.database.engines import make_job_engine
from backend.core.settings import Settings
from backend.text_vectors.jobs import AT_ONCE
from backend.text_vectors.queries import LISTED_TEXTS, VECTOR
from backend.text_vectors.texts import texts_of
from tests.small_embedder import FACTORY, NOTED, SLOW

PATIENCE: Final = 120.0  # seconds in which a server has computed what others left
COMPLETE: Final = re.compile(r"([\d,]+) of \1 titles, \d.*")


def model(folder: Path) -> dict[str, str]:
    """Return the settings of a model that takes its time, and notes in the folder what it computed."""
    return {
        "PATENTMART_SEMANTIC": "auto", "PATENTMART_SEMANTIC_MODEL": FACTORY, NOTED: str(folder / "notes"), SLOW: "0.02",
    }  # fmt: skip


def settle(base: str) -> None:
    """Wait until each listed patent has a vector; what gets none is counted as lost later."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        checks = httpx.get(f"{base}/readyz", timeout=30).json()["checks"]
        if any(COMPLETE.fullmatch(line["detail"]) for line in checks if line["name"] == "text_vectors"):
            return
        time.sleep(0.2)


def count(settings: Settings, folder: Path, kills: int) -> dict[str, int]:
    """Return how many vectors there are, which texts have none, and which were computed again without a kill."""
    notes = folder / "notes"
    noted = Counter(notes.read_text("utf-8").splitlines() if notes.exists() else [])
    again = sum(noted.values()) - len(noted)
    engine = make_job_engine(settings)
    try:
        with engine.connect() as connection:
            kept = list(connection.execute(sa.select(VECTOR.c.text_hash)).scalars())
            texts = [texts_of(row).title.hash for row in connection.execute(LISTED_TEXTS)]
    finally:
        engine.dispose()
    return {
        "vectors": len(kept),
        "vectors_lost": len({*texts} - {*kept}),
        "vectors_computed_again": again,
        "vectors_doubled": max(again - kills * AT_ONCE, 0),  # beyond the batch that each kill may have met
    }
