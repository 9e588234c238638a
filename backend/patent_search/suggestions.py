"""What else a search may have meant: names to filter by, other spellings, parts; from what is listed alone.

A process holds the names and the words of titles in memory, as it does the listed texts. Until they are all read, a
search answers without suggestions.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from heapq import nlargest
from typing import Final

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.domain import ServiceSite
from backend.core.http.search_answer import Search
from backend.core.search_indexing.answering import engine_of
from backend.patent_search import listed_texts
from backend.patent_search.documents import PatentDocument
from backend.patent_search.index_fields import PATENTS
from backend.patent_search.listed_texts import ListedTexts
from backend.patent_search.ranking import ranked_search
from search.engine import Answer, Query, SearchEngine, SearchError, Suggestion, Understood
from search.ranking.pages import Page, Place
from search.ranking.ranked_search import RankedSearch
from search.suggestions.names import Borne, Kind, NameFound, Names
from search.suggestions.spelling import parts, proposals
from search.suggestions.title_words import TitleWords, is_latin
from search.text import fold, is_han, pieces, roots, stem

NAME: Final = "search_suggestions"
LITTLE: Final = 5  # hits, fewer than which other spellings and parts are proposed
PATIENCE: Final = 0.3  # seconds for counting what proposals find
WORDS_CHECKED: Final = 8
MOST_FIRST: Final = 300  # documents of a name that come first
LEAST_LATIN: Final = 4  # letters of a word that may be misspelt
USED: Final = 3  # documents with two characters side by side, from which on they are a word that many seek
PART: Final = "part"


class SearchSuggestions:
    """The names and the words of titles of what is listed, and what they suggest for a search."""

    def __init__(self, texts: ListedTexts) -> None:
        self._texts = texts
        self._names = Names(self._is_word)
        self._titles = TitleWords()
        texts.observe(self._take_in)

    def names_in(self, query: str) -> list[NameFound]:
        """Return the names that a query is or begins with; none while not all listings are in memory."""
        return self._names.found_in(query) if query and self._texts.is_filled else []

    async def page(self, search: RankedSearch, engine: SearchEngine, query: Query, place: Place) -> Page:
        """Return the page of a query with what else may have been meant.

        The documents of a name that is surely meant come first among those that the query finds.
        """
        named = [one for one in self.names_in(query.text) if one.kind not in query.filters]
        page = await search.page(query, place, _first(named))
        if not query.text or not self._texts.is_filled:
            return page
        suggestions = [_offered(one) for one in named]
        if not place.offset:
            suggestions += await self._others(engine, query, page.answer)
        if not suggestions:
            return page
        understood = replace(page.answer.understood, suggestions=tuple(suggestions))
        return Page(replace(page.answer, understood=understood), page.next)

    async def _others(self, engine: SearchEngine, query: Query, found: Answer) -> list[Suggestion]:
        """Other words, where these find little or are unknown, and parts of them: nothing that finds nothing."""
        is_little = found.total - found.understood.by_meaning < LITTLE
        if not (is_little or self._is_misspelt(found.understood)):
            return []
        others = [Suggestion(kind=kind, text=text, total=0) for kind, text in self._proposals(query.text)]
        if is_little:
            said = parts((*found.understood.words, *found.understood.phrases), self._titles)
            others += [Suggestion(kind=PART, text=text, total=0) for text in said if text != fold(query.text).strip()]
        return [one for one in await self._counted(engine, query, others) if one.total]

    def _proposals(self, text: str) -> list[tuple[str, str]]:
        return [(kind.value, meant) for kind, meant in proposals(text, self._titles, self._is_known)]

    async def _counted(self, engine: SearchEngine, query: Query, others: list[Suggestion]) -> list[Suggestion]:
        """The proposals with how many each finds under the query's filters; none where counting takes too long."""
        wanted = [one for one in others if self._may_be_found(one.text)]
        asked = replace(query, facets=(), limit=0, highlight=False, sort=None)
        counts = (engine.search(replace(asked, text=one.text)) for one in wanted)
        try:
            async with asyncio.timeout(PATIENCE):
                answers = await asyncio.gather(*counts)
        except (SearchError, TimeoutError):
            return []
        return [replace(one, total=answer.total) for one, answer in zip(wanted, answers, strict=True)]

    def _may_be_found(self, text: str) -> bool:
        """Whether documents have any of the words; asking the index for one that none has costs more."""
        folded = fold(text)
        terms = (*pieces(folded), *roots(folded))  # a single character is no term of what stands among others
        return len(folded) == 1 or any(map(self._texts.collection.frequency, terms))

    def _is_misspelt(self, understood: Understood) -> bool:
        """Whether what was found was found by words that are only like one of the query's."""
        words = understood.words[:WORDS_CHECKED]
        return any(len(word) >= LEAST_LATIN and is_latin(word) and not self._is_known(word) for word in words)

    def _is_known(self, word: str) -> bool:
        return self._texts.collection.frequency(stem(word)) > 0

    def _is_word(self, key: str) -> bool:
        if self._titles.frequency(key):
            return True
        if is_han(key):
            return len(key) == 2 and self._texts.collection.frequency(key) >= USED  # noqa: PLR2004 - a pair
        return self._is_known(key)

    async def _take_in(
        self, session: AsyncSession, documents: Mapping[str, PatentDocument], gone: Sequence[str]
    ) -> None:
        del session
        await asyncio.to_thread(self._keep, documents, gone)

    def _keep(self, documents: Mapping[str, PatentDocument], gone: Sequence[str]) -> None:
        for patent_id, document in documents.items():
            self._names.put(patent_id, _borne_by(document))
            self._titles.put(patent_id, (document.title, document.title_en))
        for patent_id in gone:
            self._names.remove(patent_id)
            self._titles.remove(patent_id)


def _borne_by(document: PatentDocument) -> list[Borne]:
    english = dict(zip(document.holders, document.holders_en, strict=True)) if document.holders_en else {}
    return [
        *(Borne(Kind.HOLDER, name, english.get(name, "")) for name in document.holders),
        *(Borne(Kind.APPLICANT, name, english.get(name, "")) for name in document.applicants),
        *(Borne(Kind.INVENTOR, name) for name in document.inventors),
    ]


def _first(named: list[NameFound]) -> frozenset[str]:
    """The documents that come first: of very many those entered last, as an index is asked for each by its id."""
    sure = {document_id for one in named if one.is_certain for document_id in one.document_ids}
    return frozenset(sure if len(sure) <= MOST_FIRST else nlargest(MOST_FIRST, sure))


def _offered(found: NameFound) -> Suggestion:
    kind = found.kind.value
    return Suggestion(kind=kind, text=found.name, total=found.total, filter=kind, value=found.name)


def suggesting_search(request: Request) -> Search:
    """Return what searches the patents for a request, and suggests."""
    suggestions: SearchSuggestions = request.app.state.services[NAME]
    return partial(suggestions.page, ranked_search(request), engine_of(request, PATENTS))


@contextlib.asynccontextmanager
async def search_suggestions(site: ServiceSite) -> AsyncIterator[SearchSuggestions]:
    """Hold the names and the words of a process, kept up with its listed texts."""
    yield SearchSuggestions(site.services[listed_texts.NAME])
