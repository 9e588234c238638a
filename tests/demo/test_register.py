from collections import Counter
from datetime import UTC, datetime
from itertools import islice

import pytest
from stdnum.cn import uscc

from backend.demo.organisations import organisations
from backend.demo.patent_timeline import REGISTER_DAY
from backend.demo.register import COUNT, register
from backend.demo.wording import topics
from backend.patents.codes import LegalStatus, PatentKind
from backend.patents.legal_events.status_rules import Fact, status_at
from backend.patents.legal_events.term_rules import due_days, expiry_of
from backend.patents.numbers.canonical import NumberRole, parse_number
from backend.reference.ipc import split_ipc
from backend.reference.lists import codes


@pytest.fixture(scope="module")
def patents():
    return list(register())


def test_the_register_has_the_size_of_the_mission_and_no_number_or_title_twice(patents):
    assert len(patents) == COUNT == 27_500
    assert len({p.application_number for p in patents}) == COUNT
    assert len({p.wording.title for p in patents}) > 0.99 * COUNT
    grants = [p.grant_number for p in patents if p.grant_number]
    publications = [p.publication_number for p in patents if p.publication_number]
    assert len(grants) == len(set(grants))
    assert len(publications) == len(set(publications))


def test_the_same_seed_gives_the_same_register_and_another_seed_another(patents):
    assert list(islice(register(), 200)) == patents[:200]
    assert list(register(200, seed=2)) != patents[:200]


def test_every_number_is_in_its_one_spelling_with_the_right_check_digit_year_and_kind(patents):
    for patent in patents:
        number = parse_number(patent.application_number)
        assert (number.role, number.canonical) == (NumberRole.APPLICATION, patent.application_number)
        assert number.kind is patent.kind
        assert patent.application_number[:4] == str(patent.life.filing_date.year)
        for document in filter(None, (patent.publication_number, patent.grant_number)):
            assert parse_number(document).canonical == document


def test_the_events_of_a_patent_tell_the_status_it_has(patents):
    now = datetime(2026, 11, 1, tzinfo=UTC)
    for patent in patents:
        life = patent.life
        facts = [Fact(e.kind, e.effective_on, now, by_authority=False) for e in life.events]
        expiry = expiry_of("CN", patent.kind, life.filing_date)
        assert status_at(facts, valid_on=REGISTER_DAY, known_at=now, expiry=expiry).status is life.legal_status
        assert all(e.effective_on <= e.announced_on <= REGISTER_DAY for e in life.events)


def test_a_living_patent_is_paid_until_its_next_annuity(patents):
    for patent in patents:
        life = patent.life
        expiry = expiry_of("CN", patent.kind, life.filing_date)
        if life.legal_status is LegalStatus.IN_FORCE and life.grant_date and expiry:
            due = [day for _, day in due_days(life.filing_date, life.grant_date, expiry)]
            assert life.annuity_paid_through == next((day for day in due if day >= REGISTER_DAY), None)


def test_kinds_years_stages_deals_and_clusters_are_spread(patents):
    kinds = Counter(p.kind for p in patents)
    assert 0.68 < kinds[PatentKind.INVENTION] / COUNT < 0.72
    assert 0.23 < kinds[PatentKind.UTILITY_MODEL] / COUNT < 0.27
    assert {p.life.filing_date.year for p in patents} == set(range(2010, 2026))
    listed = [p.listing for p in patents if p.listing]
    assert len(listed) > 0.9 * COUNT
    assert {x.stage for x in listed} == set(range(1, 10))
    assert {d for x in listed for d in x.deal_types} == set(codes("deal-types"))
    assert {c for x in listed for c in x.clusters} <= set(codes("clusters"))
    assert len({c for x in listed for c in x.clusters}) > 15
    assert {p.grade for p in patents} == set(codes("grades"))
    assert {p.life.legal_status for p in patents} == set(LegalStatus) - {LegalStatus.UNKNOWN, LegalStatus.ENDED_UNKNOWN}
    assert all(x.price_fen is None or 0 < x.price_fen <= 500_000_000 for x in listed)
    assert len({holder for p in patents for holder in p.holders[1:]}) > 10


def test_classes_are_real_symbols_and_designs_have_none(patents):
    subclasses = set(codes("ipc"))
    for patent in patents:
        assert bool(patent.wording.ipc) == (patent.kind is not PatentKind.DESIGN)
        for symbol in patent.wording.ipc:
            assert split_ipc(symbol) == [symbol]
            assert symbol[:4] in subclasses


def test_nothing_is_left_open_in_any_text(patents):
    for patent in patents:
        text = patent.wording
        assert "{" not in text.title + text.title_en + text.abstract + text.first_claim
        assert text.title_en.isascii()
        assert text.title in text.abstract


def test_only_what_can_be_had_is_listed(patents):
    living = {LegalStatus.PENDING, LegalStatus.IN_FORCE, LegalStatus.IN_GRACE}
    assert {p.life.legal_status for p in patents if p.listing} == living
    assert not any("open_licence" in p.listing.deal_types for p in patents if p.listing and not p.grant_number)


def test_every_organisation_shows_that_it_is_made_up_and_has_a_valid_code():
    everybody = organisations()
    assert {o.kind for o in everybody} == set(codes("organisation-kinds"))
    assert sum(o.kind == "university" for o in everybody) == 24
    for organisation in everybody:
        assert "示范" in organisation.name
        assert "Demo" in organisation.name_en
        assert organisation.region in codes("regions")
        assert set(organisation.topics) <= set(topics())
        if organisation.credit_code:
            assert uscc.is_valid(organisation.credit_code)
    assert len({o.credit_code for o in everybody if o.credit_code}) == sum(o.kind != "individual" for o in everybody)


def test_every_sign_in_is_under_a_reserved_name_and_no_two_are_the_same():
    sign_ins = [s for o in organisations() for s in o.sign_ins]
    assert len({s.email for s in sign_ins}) == len(sign_ins)
    assert all(s.email.endswith(".example") and s.role in codes("member-roles") for s in sign_ins)
    assert all(o.sign_ins[0].role == "owner" for o in organisations())
