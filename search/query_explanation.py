"""What an answer tells of how its query was read, and what could be left out of a query that found nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from search.engine import Part, Strictest, Understood
from search.query_parser import Reading, Term, Word
from search.text import cut
from search.vocabulary import stop_words

_MOST_PARTS = 8  # of one word or phrase


def without_each(reading: Reading) -> Iterator[tuple[str, str, Reading]]:
    """What a document had to hold, or not to hold, each in turn, and the rest of what was asked.

    Of plain words one was enough: only one that was asked for alone can have been too strict.
    """
    for phrase in reading.phrases:
        yield "phrase", phrase.text, replace(reading, phrases=tuple(one for one in reading.phrases if one != phrase))
    for term in reading.excluded:
        yield "excluded", term.text, replace(reading, excluded=tuple(one for one in reading.excluded if one != term))
    asked = [
        *(("number", one) for one in reading.numbers),
        *(("class", one) for one in reading.classes),
        *(("word", word.term.text) for word in reading.words),
    ]
    if len(asked) == 1 and not reading.phrases:
        yield *asked[0], replace(reading, numbers=(), classes=(), words=())


def parts_sought(reading: Reading, in_parts: Iterable[Word], nothing_found: bool) -> Iterator[tuple[str, Reading]]:
    """What was sought by its parts, with the question for each: long words, and phrases where nothing is found."""
    whole = [(word.term.text, word.parts) for word in in_parts]
    if nothing_found:
        whole += [(phrase.text, words_of_phrase(phrase)) for phrase in reading.phrases]
    for text, parts in whole:
        for part in parts[:_MOST_PARTS]:
            yield text, replace(reading, words=(Word(part),), phrases=(), numbers=(), classes=())


def words_of_phrase(phrase: Term) -> tuple[Term, ...]:
    """The words of a phrase that say something; none where there is only one."""
    words = tuple(Term.of(word) for word in dict.fromkeys(cut(phrase.text)) if word not in stop_words())
    return words if len(words) > 1 else ()


def understood(reading: Reading, strictest: Strictest | None, parts: tuple[Part, ...] = ()) -> Understood:
    """How the query's text was read, and what was too strict."""
    return Understood(
        words=tuple(word.term.text for word in reading.words),
        phrases=tuple(phrase.text for phrase in reading.phrases),
        numbers=reading.numbers,
        classes=reading.classes,
        synonyms={word.term.text: [other.text for other in word.others] for word in reading.words if word.others},
        dropped=reading.dropped,
        excluded=tuple(term.text for term in reading.excluded),
        parts=parts,
        strictest=strictest,
    )
