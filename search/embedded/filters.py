"""Filters and sorts of a query, in tantivy's terms."""

from collections.abc import Iterable, Mapping
from typing import Any

from tantivy import FieldType, Occur, Query, Schema

from search.embedded.schema import AMOUNT_BITS, DAY_BITS, GREATEST, LAST_DAY, day_key, instant_key, sort_keys_of
from search.filter_terms import Bound, Choice, bounds, choices
from search.index_spec import IndexSpec, Kind


def clauses(spec: IndexSpec, schema: Schema, filters: Mapping[str, Any]) -> dict[tuple[str, str], Query]:
    """What each filter given asks of a document, by the filter's name and its value as text; all must hold."""
    found: dict[tuple[str, str], Query] = {}
    if not filters:
        return found
    for choice in choices(spec, filters):
        found[choice.name, choice.said] = Query.const_score_query(_any_of(schema, choice), 0.0)
    for bound in bounds(spec, filters):
        field, low, high = _range(bound)
        within = Query.range_query(schema, field, FieldType.Unsigned, low, high, include_upper=False)
        found[bound.name, bound.said] = Query.const_score_query(within, 0.0)
    return found


def all_of(queries: Iterable[Query]) -> Query:
    """What every one of the queries finds."""
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def all_but(found: Query, unwanted: Iterable[Query]) -> Query:
    """What a query finds without what others find."""
    return Query.boolean_query([(Occur.Must, found), *((Occur.MustNot, query) for query in unwanted)])


def every(schema: Schema) -> Query:
    """Every document, and not the document that carries the position."""
    return Query.const_score_query(Query.term_query(schema, "every", "1", "basic"), 0.0)


def one_of_ids(schema: Schema, ids: Iterable[str]) -> Query:
    """The documents with these ids."""
    terms = [(Occur.Should, Query.term_query(schema, "id", one, "basic")) for one in ids]
    return Query.const_score_query(Query.boolean_query(terms), 0.0) if terms else Query.empty_query()


def _any_of(schema: Schema, choice: Choice) -> Query:
    terms = [Query.term_query(schema, choice.field, value, "basic") for value in choice.values]
    return terms[0] if len(terms) == 1 else Query.boolean_query([(Occur.Should, term) for term in terms])


def _range(bound: Bound) -> tuple[str, int, int]:
    """The field that is looked at, its first key within the bound, and the key after the last."""
    quantity, low = bound.quantity, bound.low or 0
    field = sort_keys_of(quantity)[0]
    after = None if bound.high is None else bound.high + 1
    if quantity.kind is Kind.LEVEL:
        return field, max(low, 0), 1 << 32 if after is None else max(after, 0)
    if quantity.kind is Kind.AMOUNT:
        most = GREATEST if after is None else min(max(after, 0), GREATEST)
        return field, min(max(low, 0), GREATEST) << AMOUNT_BITS, most << AMOUNT_BITS
    if quantity.kind is Kind.INSTANT:  # 0 is the document that carries the position
        return field, max(instant_key(low), 1), 1 << 63 if after is None else instant_key(after)
    first = 0 if bound.low is None else day_key(low)
    return field, first, LAST_DAY << DAY_BITS if after is None else day_key(after)
