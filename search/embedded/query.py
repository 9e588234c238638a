"""A query's words in tantivy's terms: what must be found, and what makes a better hit."""

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from tantivy import Occur, Query, Schema, Searcher

from search.embedded.schema import ANYWHERE, roots_of, spellings_of
from search.index_spec import IndexSpec
from search.numbers import only_symbol
from search.query_parser import Reading, Term, Word
from search.text import is_han

MUST, SHOULD = Occur.Must, Occur.Should
_MOST_WORDS = 64  # of a longer text, those that say most
_FEW_WORDS = 8  # up to so many, it counts that all are there and stand near, and typos are forgiven
_MISSPELT_COST = 30_000  # of looking for words like one word, in postings
_FEW_DOCUMENTS = 5  # a word found no oftener may be a typo
_LITTLE = 50  # a long Chinese word found no oftener is sought by its parts as well
_COMMON_SHARE, _COMMON_FROM = 0.1, 1_000  # a word in more documents ranks hits and makes none, where others are rarer
_SYNONYM, _PART, _TYPO = 0.8, 0.5, 0.3
_NUMBER_SCORE, _CLASS_SCORE = 200.0, 20.0
_MOST_BM25 = 2.2  # what one occurrence after another of one word approaches, times its rarity


@dataclass(frozen=True, slots=True)
class Group:
    """One thing asked for: the query that finds it, about how many postings that reads, and the most it can score.

    `terms` are the terms that alone make up the query, the one that was said first; empty where something else does.
    """

    query: Query
    postings: int
    most: float
    terms: tuple[Term, ...] = ()


def excluded_by(reading: Reading, spec: IndexSpec, schema: Schema) -> list[Query]:
    """What finds the documents that a reading excludes: by a word in any inflection, or by a class."""
    found: list[Query] = []
    for term in reading.excluded:
        for spelling in term.spellings:
            field, words = _anywhere(spelling)
            if len(words) == 1:
                found.append(Query.term_query(schema, field, words[0], "basic"))
                continue
            places = [_loose(tier.name, spelling) for tier in spec.tiers]
            found += [Query.phrase_query(schema, tier, [*words]) for tier, words in places]
        if (classes := spec.classes) is not None and (symbol := only_symbol(term.text)):
            found.append(Query.term_query(schema, classes.keyword, symbol, "basic"))
    return found


@dataclass(frozen=True, slots=True)
class Plan:
    """What a text asks for: the query that finds, the one that also ranks, about how many postings they read.

    `misspelt` are the words so rare that similar ones were sought as well, `in_parts` those that find so little that
    they are sought by their parts too.
    """

    finding: Query
    ranking: Query
    postings: int
    misspelt: tuple[Word, ...]
    in_parts: tuple[Word, ...]


class Planner:
    """Turns a reading into a plan for one searcher, whose frequencies decide what is rare."""

    def __init__(self, spec: IndexSpec, schema: Schema, searcher: Searcher) -> None:
        self._spec = spec
        self._nearness = [(tier, near) for tier in spec.tiers for near in tier.near]
        self._schema = schema
        self._searcher = searcher
        self._size = max(searcher.num_docs, 1)
        self._rare: list[Word] = []
        self._in_parts: list[Word] = []
        self._is_long = False

    def plan(self, reading: Reading) -> Plan:
        """The plan for a reading that is not empty."""
        phrases = [self._phrase(phrase) for phrase in reading.phrases]
        groups = [group for group in self._groups(reading) if group.postings]
        needed = [(MUST, phrase.query) for phrase in phrases]
        common: list[Group] = []
        if not phrases:
            rare, common = self._split(groups)
            needed = [(MUST, _one_or_any([group.query for group in rare]))]
        finding = _all(needed)
        better = (
            [group.query for group in groups] if phrases else [query for group in common for query in self._hint(group)]
        )
        if len(groups) + len(phrases) <= _FEW_WORDS:
            better += self._all_and_near(groups)
        ranking = Query.boolean_query([*needed, *((SHOULD, query) for query in better)]) if better else finding
        postings = sum(group.postings for group in [*groups, *phrases]) + _MISSPELT_COST * len(self._rare)
        return Plan(finding, ranking, postings, tuple(self._rare), tuple(self._in_parts))

    def _groups(self, reading: Reading) -> Iterator[Group]:
        if (numbers := self._spec.document_numbers) is not None:
            for number in reading.numbers:
                query = Query.const_score_query(self._term(numbers.keyword, number), _NUMBER_SCORE)
                yield Group(query, self._searcher.doc_freq(numbers.keyword, number), _NUMBER_SCORE)
        if (classes := self._spec.classes) is not None:
            for symbol in reading.classes:
                yield self._class(classes.keyword, symbol)
        self._is_long = len(reading.words) > _FEW_WORDS
        words = list(map(self._word, reading.words))
        if len(words) > _MOST_WORDS:
            words.sort(key=lambda group: group.most, reverse=True)
        yield from words[:_MOST_WORDS]

    def _split(self, groups: list[Group]) -> tuple[list[Group], list[Group]]:
        limit = max(_COMMON_FROM, self._size * _COMMON_SHARE)
        rare = [group for group in groups if group.postings <= limit]
        return (rare, [group for group in groups if group.postings > limit]) if rare else (groups, [])

    def _class(self, keyword: str, symbol: str) -> Group:
        asked = [Query.const_score_query(self._term(keyword, symbol), _CLASS_SCORE)]
        postings = self._searcher.doc_freq(keyword, symbol)
        term = Term.of(symbol.lower())
        if len(term.roots) == 1:  # C60 is a class, and a molecule
            found = self._in_tiers(term, 1.0)
            asked += [found.query]
            postings += found.postings
        return Group(_one_or_any(asked), postings, _CLASS_SCORE)

    def _word(self, word: Word) -> Group:
        """What finds a word in all that it may be called: a document scores as the best of that, not as their sum."""
        weight = 1 + math.log(word.count)
        terms = [term for term in word.names if self._frequency(term)]
        found = [self._in_tiers(term, weight if term is word.term else weight * _SYNONYM) for term in terms]
        if word.parts and not word.is_chinese:
            found += [self._in_tiers(part, weight * _PART) for part in word.parts]
        elif word.parts and not self._is_long and self._is_little(terms):
            self._in_parts.append(word)
            found.append(_all_of([self._in_tiers(part, weight * _PART) for part in word.parts]))
        if word.typos and not self._is_long and self._frequency(word.term) < _FEW_DOCUMENTS:
            self._rare.append(word)
            return _best_of([*found, _together(list(self._misspelt(word.term, word.typos)))])
        return _best_of(found, tuple(terms))

    def _is_little(self, terms: list[Term]) -> bool:
        """Whether so few documents have one of the terms, whose pieces may be in more."""
        if sum(map(self._frequency, terms)) <= _LITTLE:
            return True
        anywhere = [self._sequence(*_loose(tier.name, term)) for term in terms for tier in self._spec.tiers]
        result: Any = self._searcher.search(_one_or_any(anywhere), 1)
        return bool(result.count <= _LITTLE)

    def _phrase(self, phrase: Term) -> Group:
        sought = [(*_exact(tier.name, phrase), tier.weight) for tier in self._spec.tiers]
        return _together([self._part(field, words, weight) for field, words, weight in sought])

    def _in_tiers(self, term: Term, weight: float) -> Group:
        parts: list[Group] = []
        for tier in self._spec.tiers:
            share = tier.in_long_texts if self._is_long else 1.0
            part = self._part(*_loose(tier.name, term), tier.weight * weight * share)
            if part.postings:
                parts.append(part)
        return _together(parts)

    def _frequency(self, term: Term) -> int:
        """In how many documents the term may be, at most."""
        field, words = _loose(ANYWHERE, term)
        return min(self._searcher.doc_freq(field, word) for word in words)

    def _part(self, field: str, words: tuple[str, ...], weight: float) -> Group:
        frequencies = [self._searcher.doc_freq(field, word) for word in words]
        query = Query.boost_query(self._sequence(field, words), weight)
        return Group(query, min(frequencies), _MOST_BM25 * weight * sum(map(self._rarity, frequencies)))

    def _misspelt(self, term: Term, typos: int) -> Iterator[Group]:
        for tier in self._spec.tiers:
            for text in {term.text, term.roots[0]}:
                query = Query.fuzzy_term_query(self._schema, spellings_of(tier.name), text, typos)
                yield Group(Query.boost_query(query, tier.weight * _TYPO), _FEW_DOCUMENTS, tier.weight * _TYPO)

    def _sequence(self, field: str, words: tuple[str, ...]) -> Query:
        if len(words) == 1:
            return self._term(field, words[0], "position")
        return Query.phrase_query(self._schema, field, [*words])

    def _rarity(self, frequency: int) -> float:
        return math.log(1 + (self._size - frequency + 0.5) / (frequency + 0.5)) if frequency < self._size else 0.0

    def _hint(self, group: Group) -> Iterator[Query]:
        """What tells cheaply that a document holds a common word, in the title or anywhere: its rarest part."""
        if not group.terms:
            yield group.query
            return
        title = self._spec.tiers[0]
        for tier, weight in ((title.name, title.weight), (ANYWHERE, 1.0)):
            field, words = _loose(tier, group.terms[0])
            rarest = min(words, key=lambda word: self._searcher.doc_freq(field, word))
            yield Query.boost_query(self._term(field, rarest), weight)

    def _all_and_near(self, groups: list[Group]) -> list[Query]:
        """What a document gains by nearness, and by holding all that was asked for: more than any lack can gain."""
        pairs = [
            (one.terms[0], other.terms[0]) for one, other in itertools.pairwise(groups) if one.terms and other.terms
        ]
        near = [part for one, other in pairs if one.pieces and other.pieces for part in self._near(one, other)]
        queries = [part.query for part in near]
        if len(groups) > 1:
            everything = _all([(MUST, query) for group in groups for query in self._presence(group)])
            queries.append(Query.const_score_query(everything, sum(part.most for part in (*groups, *near))))
        return queries

    def _presence(self, group: Group) -> list[Query]:
        """What, taken all together, tells cheaply that a document holds what was asked for."""
        ways = [[self._term(field, word) for word in words] for field, words in map(_anywhere, group.terms)]
        if not ways:
            return [group.query]
        return ways[0] if len(ways) == 1 else [_one_or_any([_all([(MUST, query) for query in way]) for way in ways])]

    def _near(self, one: Term, other: Term) -> Iterator[Group]:
        words = (one.pieces[-1], other.pieces[0])
        for tier, (slop, weight) in self._nearness:
            frequencies = [self._searcher.doc_freq(tier.name, word) for word in words]
            if all(frequencies):
                near = Query.boost_query(Query.phrase_query(self._schema, tier.name, [*words], slop), weight)
                yield Group(near, 0, _MOST_BM25 * weight * sum(map(self._rarity, frequencies)))

    def _term(self, field: str, value: str, index_option: str = "basic") -> Query:
        return Query.term_query(self._schema, field, value, index_option)


def _together(parts: list[Group], terms: tuple[Term, ...] = ()) -> Group:
    query = _one_or_any([part.query for part in parts])
    return Group(query, sum(part.postings for part in parts), sum(part.most for part in parts), terms)


def _best_of(ways: list[Group], terms: tuple[Term, ...] = ()) -> Group:
    found = [way for way in ways if way.postings]
    if not found:
        return _together([], terms)
    if len(found) == 1:
        return replace(found[0], terms=terms)
    query = Query.disjunction_max_query([way.query for way in found])
    return Group(query, sum(way.postings for way in found), max(way.most for way in found), terms)


def _all_of(parts: list[Group]) -> Group:
    query = _all([(MUST, part.query) for part in parts])
    return Group(query, min(part.postings for part in parts), sum(part.most for part in parts))


def _anywhere(term: Term) -> tuple[str, tuple[str, ...]]:
    return _loose(ANYWHERE, term)


def _loose(tier: str, term: Term) -> tuple[str, tuple[str, ...]]:
    return (tier, term.pieces) if term.is_chinese else (roots_of(tier), term.roots)


def _exact(tier: str, term: Term) -> tuple[str, tuple[str, ...]]:
    """The pieces tell all but a single Chinese character beside something else."""
    alone = any(len(piece) == 1 and is_han(piece) for piece in term.pieces)
    return (roots_of(tier), term.roots) if alone else (tier, term.pieces)


def _all(clauses: list[tuple[Occur, Query]]) -> Query:
    return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)


def _one_or_any(queries: Iterable[Query]) -> Query:
    found = list(queries)
    if not found:
        return Query.empty_query()
    return found[0] if len(found) == 1 else Query.boolean_query([(SHOULD, query) for query in found])
