"""How well texts meet patents: plain BM25, the words of matching, and with classes, on four sets; then how fast."""

import asyncio
import csv
import math
import random
import re
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import openpyxl

from backend.matching.scoring.parts import WHOLE
from search.similarity.collection import Collection
from search.similarity.language import language_of
from search.similarity.profile import Sought, profile_of, whole_points
from search.similarity.segment import Segment
from search.similarity.vectors import Field, Vector, vector_of
from search.text import fold, is_han, pieces, stem
from tests.bench import matching_speed
from tests.bench.judged import DATA, judged_queries, rows_of

TITLES: Final = 1_000  # of the register, asked for others of their subclass
SEED: Final = 20_190_712
DEPTH: Final = 10
FEWEST: Final = 50  # texts of a pair of languages that is counted
TITLE: Final = 2.0
GAINS: Final = {2: 3, 1: 1, 0: 0}
Rank = Callable[[str, int, frozenset[str]], list[str]]


@dataclass(frozen=True, slots=True)
class Text:
    """A document: its texts and classes."""

    title: str
    abstract: str
    classes: tuple[str, ...]


def run() -> dict[str, float]:
    """The quality on each of the four sets, of three ways to rank, and the times through the API."""
    figures: dict[str, float] = {}
    for name, measure in (("citing", _citing), ("titles", _titles), ("claims", _claims), ("sme", _sme)):
        for figure, value in measure().items():
            figures[f"{name}_{figure}"] = value
            print(f"  {name}_{figure}  {value:.4f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="patentmart-matching-") as folder:
        return figures | asyncio.run(matching_speed.measure(Path(folder)))


def ways(texts: Mapping[str, Text]) -> dict[str, Rank]:
    """Return by name the three ways to rank these documents for a text."""
    collection = Collection()
    collection.put({key: _vector(text) for key, text in texts.items()})
    collection.settle()
    return {
        "bm25": _plain_bm25(texts),
        "words": lambda text, most, without: _ranked(collection, text, most, without, classes=False),
        "with_classes": lambda text, most, without: _ranked(collection, text, most, without, classes=True),
    }


def _vector(text: Text) -> Vector:
    return vector_of([Field(text.title, TITLE), Field(text.abstract, 1.0)], text.classes)


def _ranked(collection: Collection, text: str, most: int, without: frozenset[str], *, classes: bool) -> list[str]:
    profile = profile_of(Sought([Field(text, 1.0)], (), without), collection)
    profile = profile if classes else replace(profile, classes={})
    return [scored.id for scored in whole_points(profile, collection, WHOLE).best(most, without)]


def _plain_bm25(texts: Mapping[str, Text]) -> Rank:
    """Two-character pieces of Chinese and stems of words, one field, k1 1.2 and b 0.75: nothing else."""
    words = {key: _counted(f"{text.title} {text.abstract}") for key, text in texts.items()}
    usual = statistics.fmean(sum(counts.values()) for counts in words.values())
    vectors = {}
    for key, counts in words.items():
        norm = 1.2 * (0.25 + 0.75 * sum(counts.values()) / usual)
        vectors[key] = Vector({term: count * 2.2 / (count + norm) for term, count in counts.items()}, (), "")
    segment = Segment(vectors)

    def rank(text: str, most: int, without: frozenset[str]) -> list[str]:
        weights = {}
        for term in _counted(text):
            count = segment.frequency(term)
            weights[term] = math.log(1 + (segment.size - count + 0.5) / (count + 0.5)) if count else 0.0
        best = sorted(segment.best(segment.sums(weights), most + len(without)), key=lambda one: (-one[1], one[0]))
        return [key for key, _ in best if key not in without][:most]

    return rank


def _counted(text: str) -> dict[str, float]:
    counts: dict[str, float] = defaultdict(float)
    for piece in pieces(fold(text)):
        counts[piece if is_han(piece) else stem(piece)] += 1
    return counts


def _citing() -> dict[str, float]:
    """Texts of citing patents and the patents that they cite: recall@10 and nDCG@10, and by the pair's languages.

    The citing patents stand among the others; as in `relevance` they are left out of what is found. The figures named
    `unaided` are of a ranking that learns nothing of their classes either.
    """
    texts = {row["_id"]: Text(row["title"], row["text"], tuple(row["classes"])) for row in rows_of("corpus.jsonl.gz")}
    cited = defaultdict(set)
    for line in (DATA / "retrieval" / "qrels_dev.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        citing, key, _ = line.split("\t")
        cited[citing].add(key)
    queries = [(row["_id"], row["text"]) for row in rows_of("queries_dev.jsonl.gz")]
    spoken = {key: language_of(f"{text.title} {text.abstract}") or "other" for key, text in texts.items()}
    spoken |= {citing: language_of(text) or "other" for citing, text in queries}
    figures = {}
    for name, rank in ways(texts).items():
        found = {citing: _others(rank(text, DEPTH + 1, frozenset()), citing) for citing, text in queries}
        gains = [_ndcg([key in cited[citing] for key in keys], len(cited[citing])) for citing, keys in found.items()]
        figures[f"recall_{name}"], figures[f"ndcg_{name}"] = _recall(found, cited), statistics.fmean(gains)
        if name == "with_classes":
            unaided = {citing: rank(text, DEPTH, frozenset({citing})) for citing, text in queries}
            figures |= {f"recall_{name}_unaided": _recall(unaided, cited)}
            figures |= _by_languages(found, cited, spoken)
    return figures


def _others(keys: list[str], citing: str) -> list[str]:
    return [key for key in keys if key != citing][:DEPTH]


def _recall(found: Mapping[str, list[str]], cited: Mapping[str, set[str]]) -> float:
    return statistics.fmean(len(cited[c].intersection(keys)) / len(cited[c]) for c, keys in found.items())


def _by_languages(
    found: Mapping[str, list[str]], cited: Mapping[str, set[str]], spoken: Mapping[str, str]
) -> dict[str, float]:
    """Recall@10 and nDCG@10 of the cited patents in one language, for citing ones in one, where fifty texts ask."""
    recalls: dict[str, list[float]] = defaultdict(list)
    gains: dict[str, list[float]] = defaultdict(list)
    for citing, keys in found.items():
        for language in {spoken[key] for key in cited[citing]}:
            wanted = {key for key in cited[citing] if spoken[key] == language}
            pair = f"{spoken[citing]}_{language}"
            recalls[pair].append(len(wanted.intersection(keys)) / len(wanted))
            gains[pair].append(_ndcg([key in wanted for key in keys], len(wanted)))
    counted = sorted(pair for pair, values in recalls.items() if len(values) >= FEWEST)
    return {f"recall_{pair}": statistics.fmean(recalls[pair]) for pair in counted} | {
        f"ndcg_{pair}": statistics.fmean(gains[pair]) for pair in counted
    }


def _ndcg(hits: Iterable[bool], wanted: int) -> float:
    gain = sum(1 / math.log2(place + 2) for place, hit in enumerate(hits) if hit)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(wanted, DEPTH)))


def register_titles() -> dict[str, Text]:
    """The titles of a day's register, by their row."""
    path = DATA / "registers" / "cn_organisation_patents_20190712.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {str(number): Text(row["title"], "", _classes(row["ipc"])) for number, row in enumerate(rows)}


def _classes(cell: str) -> tuple[str, ...]:
    return tuple(found for part in re.split(r"[;；\n]", cell) if (found := part.partition("(")[0].strip()))


def _titles() -> dict[str, float]:
    """A title alone as the question, its class never told: the share of other titles found that share its subclass."""
    texts = register_titles()
    same: dict[str, set[str]] = defaultdict(set)
    for key, text in texts.items():
        same[text.title].add(key)
    asked = random.Random(SEED).sample([key for key, text in texts.items() if text.classes], TITLES)
    figures = {}
    for name, rank in ways(texts).items():
        shares = []
        for key in asked:
            wanted = {symbol[:4] for symbol in texts[key].classes}
            found = rank(texts[key].title, DEPTH, frozenset(same[texts[key].title]))
            shares.append(sum(bool(wanted & {c[:4] for c in texts[one].classes}) for one in found) / DEPTH)
        figures[f"share_{name}"] = statistics.fmean(shares)
    return figures


def _claims() -> dict[str, float]:
    """First claims and the patents that they are of, whose abstracts stand among the Chinese ones: recall@1."""
    texts = {
        row["_id"]: Text(row["title"], row["text"], tuple(row["classes"]))
        for row in rows_of("corpus.jsonl.gz")
        if row["_id"].startswith("CN")
    }
    sheet = openpyxl.load_workbook(DATA / "registers" / "cn_patents_200_abstracts.xlsx", read_only=True).worksheets[0]
    heading, *rows = sheet.iter_rows(values_only=True)
    places = [heading.index(name) for name in ("摘要", "首项权利要求", "主IPC分类号-小组")]
    claims = {}
    for number, row in enumerate(rows):
        abstract, claim, symbol = (str(row[place] or "") for place in places)
        texts[f"row_{number}"] = Text("", abstract, _classes(symbol))
        if abstract and claim:
            claims[f"row_{number}"] = claim
    figures: dict[str, float] = {"questions": len(claims)}
    for name, rank in ways(texts).items():
        figures[f"recall_at_1_{name}"] = statistics.fmean(
            rank(claim, 1, frozenset()) == [key] for key, claim in claims.items()
        )
    return figures


def _sme() -> dict[str, float]:
    """Judged questions of enterprises over the titles: nDCG@10 with gains 3 and 1, and the share that nobody read."""
    queries, grades = judged_queries()
    figures: dict[str, float] = {}
    for name, rank in ways(register_titles()).items():
        for kinds in (("need", "sentence"), ("need",), ("sentence",), ("short",), ("english",)):
            asked = [query for query in queries if query["type"] in kinds]
            found = [(grades[query["id"]], rank(query["q"], DEPTH, frozenset())) for query in asked]
            label = "_and_".join(kinds)
            figures[f"ndcg_{label}_{name}"] = statistics.fmean(_graded(judged, keys) for judged, keys in found)
            if name == "with_classes" and len(kinds) > 1:
                unread = [sum(key not in judged for key in keys) / DEPTH for judged, keys in found]
                figures[f"unread_{label}"] = statistics.fmean(unread)
    return figures


def _graded(judged: Mapping[str, int], found: Sequence[str]) -> float:
    gain = sum(GAINS[judged.get(key, 0)] / math.log2(place + 2) for place, key in enumerate(found))
    ideal = sorted((GAINS[grade] for grade in judged.values()), reverse=True)[:DEPTH]
    return gain / sum(one / math.log2(place + 2) for place, one in enumerate(ideal))
