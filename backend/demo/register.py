"""The demonstration register: made-up patents of made-up universities, the same ones from the same seed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from backend.demo.organisations import DemoOrganisation, organisations
from backend.demo.patent_timeline import REGISTER_DAY, Life, live
from backend.demo.wording import Topic, Wording, topics, word
from backend.patents.codes import DealType, LegalStatus, PatentKind
from backend.patents.numbers.canonical import check_digit

SEED: Final = 20_261_101
COUNT: Final = 27_500
KINDS: Final = (PatentKind.INVENTION, PatentKind.UTILITY_MODEL, PatentKind.DESIGN)
KIND_WEIGHTS: Final = (70, 25, 5)
TYPE_DIGIT: Final = {PatentKind.INVENTION: "1", PatentKind.UTILITY_MODEL: "2", PatentKind.DESIGN: "3"}
GRANT_LETTER: Final = {PatentKind.INVENTION: "B", PatentKind.UTILITY_MODEL: "U", PatentKind.DESIGN: "S"}
DECLARED: Final = "open licences"
FIRST_SERIAL: Final = 9_000_000
"""The offices' own serials end well below: a made-up number is no real patent's."""
SHARE_CO_OWNED: Final = 0.08
SHARE_LISTED: Final = 0.97
SHARE_WITHOUT_PRICE: Final = 0.2
CAN_BE_HAD: Final = frozenset({LegalStatus.PENDING, LegalStatus.IN_FORCE, LegalStatus.IN_GRACE})
GRADES: Final = "ABCD"
GRADE_WEIGHTS: Final = {True: (25, 45, 25, 5), False: (5, 30, 45, 20)}
STAGE_WEIGHTS: Final = (2, 6, 18, 24, 18, 14, 9, 6, 3)
LATE_STAGE: Final = 5
DEALS: Final = tuple(DealType)
DEAL_WEIGHTS: Final = (0, 34, 8, 16, 32, 10)
BESIDE_NO_OPEN_LICENCE: Final = frozenset(DEALS) - {DealType.ORDINARY_LICENCE}
FIRST_OPEN: Final = 48
SHARE_OPEN_AT_FIRST: Final = 0.4  # so that a small register has some dozens too
SHARE_OPEN: Final = 0.03
TO_OPEN: Final = timedelta(days=60)  # from the grant to the announcement of an open licence, at least
SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹喻柏水窦章"
GIVEN: Final = "明华伟芳静磊洋勇艳杰娟涛霞平刚桂英慧建文宇轩子涵欣怡浩然思雨嘉琪一诺梓晨博远清源若溪"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoListing:
    """How a made-up patent is offered: footing, price in fen (None: by agreement), stage 1–9, clusters, since when.

    `declaration` numbers its open licence, where it has one.
    """

    deal_types: tuple[str, ...]
    price_fen: int | None
    stage: int
    clusters: tuple[str, ...]
    keywords: tuple[str, ...]
    listed_on: date
    declaration: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPatent:
    """One made-up patent; `holders` are keys of organisations, the leading one first."""

    application_number: str
    publication_number: str | None
    grant_number: str | None
    kind: PatentKind
    wording: Wording
    inventors: tuple[str, ...]
    holders: tuple[str, ...]
    life: Life
    grade: str
    assessed_on: date
    listing: DemoListing | None


class Numbers:
    """Gives out application and document numbers that no real patent bears, each once."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def application(self, kind: PatentKind, year: int) -> str:
        """Return an application number in its one spelling, with its check digit."""
        series = f"{year}{TYPE_DIGIT[kind]}"
        digits = f"{series}{FIRST_SERIAL + self._next(series)}"
        return f"{digits}.{check_digit(digits)}"

    def document(self, kind: PatentKind) -> str:
        """Return a publication number without its last letter."""
        series = f"CN{TYPE_DIGIT[kind]}"
        return f"{series}9{self._next(series):07d}"

    @property
    def declarations(self) -> int:
        """How many open licences have a number."""
        return self._given[DECLARED]

    def declaration(self) -> int:
        """Return the running number of an open licence."""
        return self._next(DECLARED)

    def _next(self, series: str) -> int:
        self._given[series] += 1
        return self._given[series]


def register(count: int = COUNT, seed: int = SEED) -> Iterator[DemoPatent]:
    """Yield `count` made-up patents, always the same from the same seed, as they stand on REGISTER_DAY."""
    rng = Random(seed)
    everybody = organisations()
    universities = [o for o in everybody if o.kind == "university"]
    companies = _by_topic([o for o in everybody if o.kind == "enterprise"])
    names = {o.key: [_person(rng) for _ in range(150)] for o in universities}
    numbers, titles = Numbers(), set[str]()
    for _ in range(count):
        kind = rng.choices(KINDS, KIND_WEIGHTS)[0]
        university = rng.choice(universities)
        topic = topics()[rng.choice(university.topics or tuple(topics()))]
        wording = word(rng, topic, kind, titles)
        co_owners = companies.get(topic.key, ()) if rng.random() < SHARE_CO_OWNED else ()
        holders = (university.key, rng.choice(co_owners).key) if co_owners else (university.key,)
        inventors = tuple(rng.sample(names[university.key], rng.randrange(2, 7)))
        yield _patent(rng, numbers, kind, topic, wording, holders, inventors)


def _patent(
    rng: Random,
    numbers: Numbers,
    kind: PatentKind,
    topic: Topic,
    wording: Wording,
    holders: tuple[str, ...],
    inventors: tuple[str, ...],
) -> DemoPatent:
    life = live(rng, kind)
    document = numbers.document(kind)
    stage = rng.choices(range(1, 10), STAGE_WEIGHTS)[0]
    known = life.grant_date or life.publication_date or life.filing_date
    return DemoPatent(
        application_number=numbers.application(kind, life.filing_date.year),
        publication_number=f"{document}A" if life.publication_date else None,
        grant_number=f"{document}{GRANT_LETTER[kind]}" if life.grant_date else None,
        kind=kind,
        wording=wording,
        inventors=inventors,
        holders=holders,
        life=life,
        grade=rng.choices(GRADES, GRADE_WEIGHTS[stage >= LATE_STAGE])[0],
        assessed_on=_recent(rng, known),
        listing=_listing(rng, numbers, kind, life, topic, wording, stage) if rng.random() < SHARE_LISTED else None,
    )


def _listing(
    rng: Random, numbers: Numbers, kind: PatentKind, life: Life, topic: Topic, wording: Wording, stage: int
) -> DemoListing | None:
    if life.legal_status not in CAN_BE_HAD:
        return None
    deals = set(rng.choices(DEALS, DEAL_WEIGHTS, k=rng.randrange(1, 4)))
    declaration = None
    if life.legal_status is LegalStatus.IN_FORCE and _opens(rng, numbers, kind, life):
        deals = (deals - BESIDE_NO_OPEN_LICENCE) | {DealType.OPEN_LICENCE}
        declaration = numbers.declaration()
    return DemoListing(
        deal_types=tuple(deal for deal in DEALS if deal in deals),
        price_fen=None if rng.random() < SHARE_WITHOUT_PRICE else _price(rng, stage),
        stage=stage,
        clusters=(topic.cluster,) if topic.cluster else (),
        keywords=wording.keywords,
        listed_on=_recent(rng, life.grant_date or life.publication_date or life.filing_date),
        declaration=declaration,
    )


def _opens(rng: Random, numbers: Numbers, kind: PatentKind, life: Life) -> bool:
    """Whether the holders declare an open licence; utility models and designs would need an evaluation report."""
    drawn = rng.random() < (SHARE_OPEN_AT_FIRST if numbers.declarations < FIRST_OPEN else SHARE_OPEN)
    granted = life.grant_date
    return drawn and kind is PatentKind.INVENTION and granted is not None and granted + TO_OPEN < REGISTER_DAY


def _price(rng: Random, stage: int) -> int:
    """Return a price in fen, whole thousands of yuan, higher for later stages."""
    yuan = rng.lognormvariate(10.6 + stage * 0.18, 0.9)
    return max(5, min(5_000, round(yuan / 1_000))) * 100_000


def _recent(rng: Random, not_before: date) -> date:
    first = max(not_before, date(2024, 1, 1))
    return first + timedelta(days=rng.randrange(max(1, (REGISTER_DAY - first).days)))


def _person(rng: Random) -> str:
    return rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2))))


def _by_topic(companies: Sequence[DemoOrganisation]) -> dict[str, list[DemoOrganisation]]:
    found: dict[str, list[DemoOrganisation]] = {}
    for company in companies:
        for topic in company.topics:
            found.setdefault(topic, []).append(company)
    return found
