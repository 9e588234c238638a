"""Filters and sorts of a query, in tantivy's terms."""

from collections.abc import Iterable

from tantivy import FieldType, Occur, Order, Query, Schema

from search.embedded.schema import DAY_BITS, DEAREST, LAST_DAY, PRICE_BITS, day_key, instant_key
from search.engine import Filters, Sort
from search.filter_terms import Bound, Choice, bounds, choices

ORDERS: dict[Sort, tuple[str, Order]] = {
    Sort.LISTED_AT: ("listed", Order.Asc),
    Sort.LISTED_AT_DESC: ("listed", Order.Desc),
    Sort.FILING_DATE: ("filed_up", Order.Asc),
    Sort.FILING_DATE_DESC: ("filed_down", Order.Desc),
    Sort.PRICE_FEN: ("price_up", Order.Asc),
    Sort.PRICE_FEN_DESC: ("price_down", Order.Desc),
    Sort.EXPIRY_DATE: ("expires_up", Order.Asc),
    Sort.EXPIRY_DATE_DESC: ("expires_down", Order.Desc),
}


def clauses(schema: Schema, filters: Filters) -> dict[tuple[str, str], Query]:
    """What each filter given asks of a patent, by the filter's name and its value as text; all must hold."""
    found = {}
    for choice in choices(filters):
        found[choice.name, choice.said] = Query.const_score_query(_any_of(schema, choice), 0.0)
    for bound in bounds(filters):
        field, low, high = _range(bound)
        within = Query.range_query(schema, field, FieldType.Unsigned, low, high, include_upper=False)
        found[bound.name, bound.said] = Query.const_score_query(within, 0.0)
    return found


def all_of(queries: Iterable[Query]) -> Query:
    """What every one of the queries finds."""
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def every(schema: Schema) -> Query:
    """Every patent, and not the document that carries the position."""
    return Query.const_score_query(Query.term_query(schema, "every", "1", "basic"), 0.0)


def _any_of(schema: Schema, choice: Choice) -> Query:
    terms = [Query.term_query(schema, choice.field, value, "basic") for value in choice.values]
    return terms[0] if len(terms) == 1 else Query.boolean_query([(Occur.Should, term) for term in terms])


def _range(bound: Bound) -> tuple[str, int, int]:
    """The field that is looked at, its first key within the bound, and the key after the last."""
    low, after = bound.low, None if bound.high is None else bound.high + 1
    if bound.field == "stage":
        return "level", max(low or 0, 0), 1 << 32 if after is None else max(after, 0)
    if bound.field == "price_fen":
        return "price_up", 0, min(max(after or 0, 0), DEAREST) << PRICE_BITS
    if bound.field == "listed":
        return "listed", max(instant_key(low or 0), 1), 1 << 63  # 0 is the document that carries the position
    first = 0 if low is None else day_key(low)
    return bound.field + "_up", first, LAST_DAY << DAY_BITS if after is None else day_key(after)
