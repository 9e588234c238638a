"""How products fit a request: reasons for and against each, and their order; pure.

The order is by what stands against a product, then by what is not known, then by what speaks for it, then by the rate.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from backend.core.errors import Text
from backend.financing.codes import Aspect

BASIS_POINTS: Final = 10_000


class Terms(NamedTuple):
    """What of a product bears on its fitting a request."""

    id: str
    amount_min_fen: int
    amount_max_fen: int
    term_min_months: int
    term_max_months: int
    rate_bp: int
    ltv_bp: int | None
    patent_kinds: Sequence[str]
    ipc: Sequence[str]
    regions: Sequence[str]
    guarantee_required: bool
    documents: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """What a request asks for and has; `value_fen` is the appraised value of its patents, None where not known."""

    amount_fen: int
    term_months: int
    region: str | None
    kinds: frozenset[str]
    ipc: frozenset[str]
    documents: frozenset[str]
    value_fen: int | None
    has_unknown_kind: bool = False


class Verdict(NamedTuple):
    """One aspect: true for the product, false against it, None where it is not known."""

    aspect: Aspect
    fits: bool | None


class Fit(NamedTuple):
    """A product with the verdicts on it, in the order of the ranking."""

    order: tuple[int, int, int, int, str]
    terms: Terms
    verdicts: tuple[Verdict, ...]


VERDICT_TEXTS: Final[dict[tuple[Aspect, bool | None], Text]] = {
    (Aspect.AMOUNT, True): Text("金额在产品范围内。", "The amount lies in its range."),
    (Aspect.AMOUNT, False): Text("金额不在产品范围内。", "The amount lies outside its range."),
    (Aspect.TERM, True): Text("期限在产品范围内。", "The term lies in its range."),
    (Aspect.TERM, False): Text("期限不在产品范围内。", "The term lies outside its range."),
    (Aspect.PATENT_KINDS, True): Text("专利类型符合。", "Patents of the kinds that it takes are there."),
    (Aspect.PATENT_KINDS, False): Text("没有产品所要的专利类型。", "No patent is of a kind that it takes."),
    (Aspect.PATENT_KINDS, None): Text("有专利的类型不详。", "The kind of a patent is not known."),
    (Aspect.CLASSES, True): Text("技术分类符合。", "Patents in the classes that it wants are there."),
    (Aspect.CLASSES, False): Text("没有产品所要分类的专利。", "No patent is in a class that it wants."),
    (Aspect.CLASSES, None): Text("专利的分类不详。", "The classes of the patents are not known."),
    (Aspect.REGION, True): Text("企业在产品所及地区。", "The enterprise is in its region."),
    (Aspect.REGION, False): Text("企业不在产品所及地区。", "The enterprise is outside its region."),
    (Aspect.REGION, None): Text("企业所在地区不详。", "The region of the enterprise is not known."),
    (Aspect.LOAN_TO_VALUE, True): Text("金额不超过评估价值的质押率。", "The amount is within its share of the value."),
    (Aspect.LOAN_TO_VALUE, False): Text("金额超过评估价值的质押率。", "The amount is above its share of the value."),
    (Aspect.LOAN_TO_VALUE, None): Text("专利的评估价值不详。", "No appraised value of the patents is known."),
    (Aspect.DOCUMENTS, True): Text("所需材料已齐。", "The documents that it wants are there."),
    (Aspect.DOCUMENTS, None): Text("尚缺所需材料。", "Documents that it wants are not there yet."),
    (Aspect.GUARANTEE, None): Text("须有担保。", "It needs a guarantee."),
}  # fmt: skip


def ranked(products: Iterable[Terms], wanted: RequestFacts) -> list[Fit]:
    """Return the products with the verdicts on each, the most suitable first."""
    return sorted((_fit(terms, wanted) for terms in products), key=lambda fit: fit.order)


def _fit(terms: Terms, wanted: RequestFacts) -> Fit:
    verdicts = tuple(_verdicts(terms, wanted))
    against = sum(verdict.fits is False for verdict in verdicts)
    unknown = sum(verdict.fits is None for verdict in verdicts)
    return Fit((against, unknown, against + unknown - len(verdicts), terms.rate_bp, terms.id), terms, verdicts)


def _verdicts(terms: Terms, wanted: RequestFacts) -> Iterator[Verdict]:
    yield Verdict(Aspect.AMOUNT, terms.amount_min_fen <= wanted.amount_fen <= terms.amount_max_fen)
    yield Verdict(Aspect.TERM, terms.term_min_months <= wanted.term_months <= terms.term_max_months)
    if terms.patent_kinds:
        yield Verdict(Aspect.PATENT_KINDS, _of_kinds(terms.patent_kinds, wanted))
    if terms.ipc:
        yield Verdict(Aspect.CLASSES, _in_classes(tuple(terms.ipc), wanted.ipc))
    if terms.regions:
        yield Verdict(Aspect.REGION, _in_region(terms.regions, wanted.region))
    if terms.ltv_bp is not None:
        yield Verdict(Aspect.LOAN_TO_VALUE, _within_value(terms.ltv_bp, wanted))
    if terms.documents:
        yield Verdict(Aspect.DOCUMENTS, True if wanted.documents.issuperset(terms.documents) else None)
    if terms.guarantee_required:
        yield Verdict(Aspect.GUARANTEE, None)


def _of_kinds(kinds: Sequence[str], wanted: RequestFacts) -> bool | None:
    if not wanted.kinds.isdisjoint(kinds):
        return True
    return None if wanted.has_unknown_kind else False


def _in_classes(prefixes: tuple[str, ...], classes: frozenset[str]) -> bool | None:
    if not classes:
        return None
    return any(symbol.startswith(prefixes) for symbol in classes)


def _in_region(regions: Sequence[str], region: str | None) -> bool | None:
    """Whether a region is one of those, or lies in one: a province's code ends in zeros."""
    if region is None:
        return None
    return any(region.startswith(code.rstrip("0") or code) for code in regions)


def _within_value(ltv_bp: int, wanted: RequestFacts) -> bool | None:
    if wanted.value_fen is None:
        return None
    return wanted.amount_fen * BASIS_POINTS <= wanted.value_fen * ltv_bp
