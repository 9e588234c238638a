"""Titles, abstracts and first claims put together from a bilingual vocabulary, the two languages saying the same."""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final, NamedTuple

from backend.demo.organisations import DATA


class Term(NamedTuple):
    """One term in both languages; `detail` is its IPC symbol, or `up`/`down` for a gain."""

    zh: str
    en: str
    detail: str


@dataclass(frozen=True, slots=True)
class Topic:
    """One area of technology with its vocabulary by slot; `cluster` is the city's, or empty."""

    key: str
    name: str
    name_en: str
    cluster: str
    terms: Mapping[str, Sequence[Term]]

    def subjects(self, kind: str) -> Sequence[str]:
        """Return which slots can be the subject of a patent of this kind."""
        if kind != "invention":
            return ("device",)
        return [slot for slot in ("task", "material", "device") if slot in self.terms]


class Wording(NamedTuple):
    """What a made-up patent says."""

    title: str
    title_en: str
    abstract: str
    first_claim: str
    ipc: tuple[str, ...]
    keywords: tuple[str, ...]


TRIES_FOR_A_NEW_TITLE: Final = 40
SHARE_WITH_METHOD: Final = 0.5
SHARE_OF_ONE_CLASS: Final = 0.6
WHAT: Final = {"invention": "发明", "utility_model": "实用新型"}
CHANGE: Final = {"up": "提高", "down": "降低"}


@cache
def phrases() -> Mapping[tuple[str, str], Sequence[tuple[str, str]]]:
    """Return the sentence patterns (Chinese, English) by text (title, abstract, claim) and form."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    with (DATA / "phrases.csv").open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            found[row["text"], row["form"]].append((row["zh"], row["en"]))
    return found


@cache
def topics() -> Mapping[str, Topic]:
    """Return the areas of technology by their keys."""
    terms: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    with (DATA / "vocabulary.csv").open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text):
            terms[row["topic"]][row["slot"]].append(Term(row["zh"], row["en"], row["detail"]))
    with (DATA / "topics.csv").open(encoding="utf-8", newline="") as text:
        return {
            row["topic"]: Topic(
                key=row["topic"],
                name=row["name_zh"],
                name_en=row["name_en"],
                cluster=row["cluster"],
                terms={
                    **terms[row["topic"]],
                    "feature": terms["machine"]["feature"],
                    "material_feature": terms[row["family"]]["feature"],
                },
            )
            for row in csv.DictReader(text)
        }


def word(rng: Random, topic: Topic, kind: str, taken: set[str]) -> Wording:
    """Put together one patent of `kind` in the topic, if it can be done under a title not yet taken, and take it."""
    for _ in range(TRIES_FOR_A_NEW_TITLE):
        subject = rng.choice(topic.subjects(kind))
        pattern, pattern_en = rng.choice(phrases()["title", _form(rng, subject, kind)])
        chosen = _chosen(rng, topic)
        values = {slot: term.zh for slot, term in chosen.items()}
        title = pattern.format_map(values)
        if title not in taken:
            break
    taken.add(title)
    title_en = pattern_en.format_map({slot: term.en for slot, term in chosen.items()})
    values |= {"title": title, **_circumstances(rng, topic, kind, chosen)}
    text = "design" if kind == "design" else subject
    return Wording(
        title=title,
        title_en=title_en[0].upper() + title_en[1:],
        abstract=rng.choice(phrases()["abstract", text])[0].format_map(values),
        first_claim="" if kind == "design" else phrases()["claim", text][0][0].format_map(values),
        ipc=() if kind == "design" else _classes(rng, topic, chosen[subject]),
        keywords=(chosen[subject].zh, chosen["scene"].zh),
    )


def _chosen(rng: Random, topic: Topic) -> dict[str, Term]:
    chosen = {slot: terms[int(rng.random() * len(terms))] for slot, terms in topic.terms.items()}
    for slot in ("part", "technique", "ingredient"):
        if slot in chosen:
            chosen[f"{slot}2"] = rng.choice([t for t in topic.terms[slot] if t is not chosen[slot]])
    return chosen


def _form(rng: Random, subject: str, kind: str) -> str:
    if kind == "design":
        return "design"
    return "control" if subject == "device" and kind == "invention" and rng.random() < SHARE_WITH_METHOD else subject


def _circumstances(rng: Random, topic: Topic, kind: str, chosen: Mapping[str, Term]) -> dict[str, str]:
    return {
        "field": topic.name,
        "what": WHAT.get(kind, ""),
        "change": CHANGE[chosen["gain"].detail],
        "material_change": CHANGE[chosen.get("material_gain", chosen["gain"]).detail],
        "percent": str(rng.randrange(8, 46)),
        "hours": str(rng.randrange(1, 25)),
        "ratio": str(rng.randrange(2, 13)),
    }


def _classes(rng: Random, topic: Topic, subject: Term) -> tuple[str, ...]:
    if rng.random() < SHARE_OF_ONE_CLASS:
        return (subject.detail,)
    slot = rng.choice([s for s in ("device", "material", "task") if s in topic.terms])
    other = rng.choice(topic.terms[slot]).detail
    return (subject.detail,) if other == subject.detail else (subject.detail, other)
