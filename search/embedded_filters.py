"""Filters and sorts of a query, in tantivy's terms."""

from collections.abc import Iterable
from datetime import date

from tantivy import FieldType, Occur, Order, Query, Schema

from search.embedded_schema import DAY_BITS, DEAREST, LAST_DAY, PRICE_BITS, day_key, instant_key, normal_name
from search.engine import Facet, Filters, Sort
from search.numbers import symbol

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
_EPOCH = date(1970, 1, 1).toordinal()
_CHINA_AHEAD = 8 * 3_600  # dates mean the China calendar
_MANY = 200  # values of one filter that are looked at; nobody types more


def clauses(schema: Schema, filters: Filters) -> dict[tuple[str, str], Query]:
    """What each filter given asks of a patent, by the filter's name and its value as text; all must hold."""
    found = {}
    for name, field, values in _sets(filters):
        if values:
            wanted = [_clean(value) for value in values[:_MANY]]
            found[name, ", ".join(wanted)] = Query.const_score_query(_any_of(schema, field, wanted), 0.0)
    for name, value, field, low, high in _ranges(filters):
        within = Query.range_query(schema, field, FieldType.Unsigned, low, high, include_upper=False)
        found[name, value] = Query.const_score_query(within, 0.0)
    return found


def all_of(queries: Iterable[Query]) -> Query:
    """What every one of the queries finds."""
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def every(schema: Schema) -> Query:
    """Every patent, and not the document that carries the position."""
    return Query.const_score_query(Query.term_query(schema, "every", "1", "basic"), 0.0)


def _any_of(schema: Schema, field: str, values: list[str]) -> Query:
    terms = [Query.term_query(schema, field, value, "basic") for value in values]
    return terms[0] if len(terms) == 1 else Query.boolean_query([(Occur.Should, term) for term in terms])


def _sets(filters: Filters) -> Iterable[tuple[str, str, list[str]]]:
    yield "holder", "held_by", [wanted for value in filters.holder for wanted in _holder(value)]
    yield "ipc", "ipc", [symbol(value) for value in filters.ipc]
    for facet in (Facet.REGION, Facet.KIND, Facet.LEGAL_STATUS, Facet.CLUSTER, Facet.DEAL_TYPE, Facet.GRADE):
        yield facet, facet, list(getattr(filters, facet))
    yield "technology_field", Facet.TECHNOLOGY_FIELD, [str(number) for number in filters.technology_field]
    if filters.open_licence is not None:
        yield "open_licence", Facet.OPEN_LICENCE, [str(filters.open_licence).lower()]


def _holder(value: str) -> list[str]:
    return list(dict.fromkeys((normal_name(value), value)))


def _ranges(filters: Filters) -> Iterable[tuple[str, str, str, int, int]]:
    """Each bound as filter, value, field, first key and the key after the last; what is not known is within none."""
    unknown = LAST_DAY << DAY_BITS
    if filters.stage_min is not None:
        yield "stage_min", str(filters.stage_min), "level", max(filters.stage_min, 0), 1 << 32
    if filters.stage_max is not None:
        yield "stage_max", str(filters.stage_max), "level", 0, max(filters.stage_max + 1, 0)
    if filters.price_max_fen is not None:
        last = min(max(filters.price_max_fen + 1, 0), DEAREST)
        yield "price_max_fen", str(filters.price_max_fen), "price_up", 0, last << PRICE_BITS
    if filters.filed_from is not None:
        yield "filed_from", str(filters.filed_from), "filed_up", day_key(filters.filed_from), unknown
    if filters.filed_to is not None:
        yield "filed_to", str(filters.filed_to), "filed_up", 0, _after(filters.filed_to)
    if filters.expires_after is not None:
        yield "expires_after", str(filters.expires_after), "expires_up", _after(filters.expires_after), unknown
    if filters.listed_from is not None:
        seconds = (filters.listed_from.toordinal() - _EPOCH) * 86_400 - _CHINA_AHEAD
        start = max(instant_key(seconds * 1_000_000), 1)  # 0 is the document that carries the position
        yield "listed_from", str(filters.listed_from), "listed", start, 1 << 63


def _after(day: date) -> int:
    return day_key(day) + (1 << DAY_BITS)


def _clean(value: str) -> str:
    return value.encode("utf-8", "replace").decode()
