"""What search quality is measured on: judged questions, citing and cited patents, known items, pieces of titles."""

import csv
import gzip
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from backend.patent_search.documents import PatentDocument
from backend.patent_search.index_fields import PATENTS
from search.embedded.engine import EmbeddedEngine
from search.similarity.language import CHINESE, language_of
from search.text import cut, fold, is_han
from search.vocabulary import stop_words
from tests.bench.corpus import in_batches

DATA = Path(__file__).parents[3] / "shared" / "data"
_TITLES = DATA / "registers" / "cn_organisation_patents_20190712.csv"
_PIECES = 300
_ITEMS: Final = 400  # known items that are sought
_WORDS: Final = 3  # of a document, by which it is sought
_RARE: Final = (2, 400)  # in so many documents is a word that somebody remembers one by
_SEED = 20_190_712
Find = Callable[[str, int], Awaitable[list[str]]]


async def engine_over(folder: Path, patents: Iterable[PatentDocument]) -> EmbeddedEngine:
    """An engine in a new folder, filled with these patents."""
    engine = EmbeddedEngine(PATENTS, folder, time_limit=10.0)
    await engine.rebuild(in_batches(patents), 1)
    return engine


async def substring_recall(find: Find, titles: list[PatentDocument]) -> float:
    """The mean share found, over 300 random pieces of real titles, of the titles that hold the piece."""
    shares = []
    for piece in title_pieces(titles):
        wanted = {patent.id for patent in titles if piece in patent.title}
        shares.append(len(wanted.intersection(await find(piece, len(titles)))) / len(wanted))
    return sum(shares) / len(shares)


def title_patents() -> list[PatentDocument]:
    """The 32,959 titles of the register as patents."""
    with _TITLES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [_patent(f"pat_{number}", row["title"], "", _classes(row["ipc"])) for number, row in enumerate(rows)]


def _classes(cell: str) -> tuple[str, ...]:
    return tuple(found for part in re.split(r"[;；\n]", cell) if (found := part.partition("(")[0].strip()))


def title_pieces(titles: list[PatentDocument]) -> list[str]:
    """300 random pieces of two to six characters of the titles, the same ones every time."""
    luck = random.Random(_SEED)
    found: list[str] = []
    while len(found) < _PIECES:
        title, length = luck.choice(titles).title, luck.randint(2, 6)
        if len(title) >= length:
            start = luck.randrange(len(title) - length + 1)
            found.append(title[start : start + length])
    return found


def citable() -> list[PatentDocument]:
    """The patents that may be cited."""
    return [_patent(row["_id"], row["title"], row["text"], row["classes"]) for row in _rows("corpus.jsonl.gz")]


def _patent(identity: str, title: str, abstract: str, classes: Iterable[str]) -> PatentDocument:
    listed = datetime(2024, 1, 1, tzinfo=UTC)
    return PatentDocument(
        id=identity,
        listing_id=identity,
        served=b"{}",
        title=title,
        abstract=abstract,
        ipc=tuple(classes),
        listed_at=listed,
    )


def known_items(patents: Sequence[PatentDocument]) -> list[tuple[str, list[str]]]:
    """Chinese patents that somebody looks for by three words of theirs, none of them common, with those words."""
    chinese = [one for one in patents if language_of(f"{one.title}{one.abstract}") == CHINESE]
    words = {one.id: list(dict.fromkeys(cut(fold(f"{one.title} {one.abstract}")))) for one in chinese}
    frequency = Counter(word for found in words.values() for word in found)
    luck = random.Random(_SEED)
    items = []
    for patent in luck.sample(chinese, min(len(chinese), 5 * _ITEMS)):
        telling = [word for word in words[patent.id] if _is_telling(word, frequency[word])]
        if len(telling) >= _WORDS and len(items) < _ITEMS:
            items.append((patent.id, luck.sample(telling, _WORDS)))
    return items


def _is_telling(word: str, frequency: int) -> bool:
    return len(word) > 1 and is_han(word) and word not in stop_words() and _RARE[0] <= frequency <= _RARE[1]


def cited() -> dict[str, set[str]]:
    """By citing patent the patents that it cites."""
    found = defaultdict(set)
    for line in (DATA / "retrieval" / "qrels_dev.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        citing, identity, _ = line.split("\t")
        found[citing].add(identity)
    return found


def queries() -> list[tuple[str, str]]:
    """The citing patents, by id, with what is asked for each."""
    return [(row["_id"], row["text"]) for row in _rows("queries_dev.jsonl.gz")]


def _rows(name: str) -> Iterable[dict[str, Any]]:
    with gzip.open(DATA / "retrieval" / name, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
