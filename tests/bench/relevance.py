"""How well the embedded engine finds: real citing and cited patents against plain BM25, and pieces of real titles."""

import asyncio
import csv
import gzip
import json
import math
import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tantivy

from backend.patent_search.documents import PatentDocument
from backend.patent_search.index_fields import PATENTS
from search.embedded.engine import EmbeddedEngine
from search.engine import Query, SearchEngine
from search.text import fold, is_han, pieces, stem
from tests.bench.corpus import in_batches

DATA = Path(__file__).parents[3] / "shared" / "data"
_TITLES = DATA / "registers" / "cn_organisation_patents_20190712.csv"
_DEPTH = 10
_PIECES = 300
_SEED = 20_190_712
_PAGE = 2_000

Ranked = Callable[[str, int], Coroutine[Any, Any, list[str]]]


def run() -> dict[str, float]:
    """recall@10 and nDCG@10 of the engine and of plain BM25, and the recall of pieces of titles; about two minutes."""
    return asyncio.run(_run())


async def _run() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        engine = await engine_over(Path(folder) / "citing", citable())
        recall, ndcg = await quality(ranked_by(engine))
        await engine.close()
        bm25_recall, bm25_ndcg = await quality(_by_plain_bm25())
        return {
            "recall_at_10": recall,
            "ndcg_at_10": ndcg,
            "bm25_recall_at_10": bm25_recall,
            "bm25_ndcg_at_10": bm25_ndcg,
            "substring_recall": await substring_recall_of_embedded(Path(folder) / "titles"),
        }


async def engine_over(folder: Path, patents: Iterable[PatentDocument]) -> EmbeddedEngine:
    """An engine in a new folder, filled with these patents."""
    engine = EmbeddedEngine(PATENTS, folder, time_limit=10.0)
    await engine.rebuild(in_batches(patents), 1)
    return engine


async def substring_recall(engine: SearchEngine, titles: list[PatentDocument]) -> float:
    """The mean share found, over 300 random pieces of real titles, of the titles that hold the piece."""
    shares = []
    for piece in title_pieces(titles):
        wanted = {patent.id for patent in titles if piece in patent.title}
        shares.append(len(wanted & await _all_found(engine, piece, wanted)) / len(wanted))
    return sum(shares) / len(shares)


async def substring_recall_of_embedded(folder: Path) -> float:
    """The same of an embedded engine in a new folder."""
    titles = title_patents()
    engine = await engine_over(folder, titles)
    try:
        return await substring_recall(engine, titles)
    finally:
        await engine.close()


def title_patents() -> list[PatentDocument]:
    """The 32,959 titles of the register as patents."""
    with _TITLES.open(encoding="utf-8", newline="") as file:
        return [_patent(f"pat_{number}", row["title"]) for number, row in enumerate(csv.DictReader(file))]


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


async def _all_found(engine: SearchEngine, piece: str, wanted: set[str]) -> set[str]:
    found: set[str] = set()
    while not wanted <= found:
        answer = await engine.search(Query(text=piece, offset=len(found), limit=_PAGE, highlight=False))
        found.update(hit.id for hit in answer.hits)
        if len(answer.hits) < _PAGE:
            break
    return found


def citable() -> Iterable[PatentDocument]:
    """The patents that may be cited."""
    for row in _rows("corpus.jsonl.gz"):
        yield _patent(row["_id"], row["title"], row["text"])


def _patent(identity: str, title: str, abstract: str = "") -> PatentDocument:
    listed = datetime(2024, 1, 1, tzinfo=UTC)
    return PatentDocument(
        id=identity, listing_id=identity, served=b"{}", title=title, abstract=abstract, listed_at=listed
    )


def ranked_by(engine: SearchEngine) -> Ranked:
    """What the engine gives for a text, best first."""

    async def ranked(text: str, depth: int) -> list[str]:
        answer = await engine.search(Query(text=text, limit=depth, highlight=False))
        return [hit.id for hit in answer.hits]

    return ranked


def _by_plain_bm25() -> Ranked:
    """The same library with the same words and nothing else: one field, any word, as the library scores."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", tokenizer_name="whitespace")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(100_000_000, 1)
    for patent in citable():
        document = tantivy.Document()
        document.add_text("id", patent.id)
        document.add_text("text", " ".join(_words(f"{patent.title} {patent.abstract}")))
        writer.add_document(document)
    writer.commit()
    index.reload()
    searcher = index.searcher()

    async def ranked(text: str, depth: int) -> list[str]:
        terms = [tantivy.Query.term_query(schema, "text", word) for word in sorted(set(_words(text)))]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        found = [searcher.doc(address).get_first("id") for _, address in searcher.search(query, depth).hits]
        return [identity for identity in found if identity]

    return ranked


def _words(text: str) -> list[str]:
    return [piece if is_han(piece) else stem(piece) for piece in pieces(fold(text))]


def queries() -> list[tuple[str, str]]:
    """The citing patents, by id, with what is asked for each."""
    return [(row["_id"], row["text"]) for row in _rows("queries_dev.jsonl.gz")]


async def quality(ranked: Ranked) -> tuple[float, float]:
    """recall@10 and nDCG@10 of what is cited."""
    cited = defaultdict(set)
    for line in (DATA / "retrieval" / "qrels_dev.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        citing, identity, _ = line.split("\t")
        cited[citing].add(identity)
    recalls, gains = [], []
    for citing, text in queries():
        wanted = cited[citing]
        found = [identity for identity in await ranked(text, _DEPTH + 1) if identity != citing][:_DEPTH]
        recalls.append(len(wanted.intersection(found)) / len(wanted))
        gain = sum(1 / math.log2(place + 2) for place, identity in enumerate(found) if identity in wanted)
        gains.append(gain / sum(1 / math.log2(place + 2) for place in range(min(len(wanted), _DEPTH))))
    return sum(recalls) / len(recalls), sum(gains) / len(gains)


def _rows(name: str) -> Iterable[dict[str, Any]]:
    with gzip.open(DATA / "retrieval" / name, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
