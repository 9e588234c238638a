"""The paper of a contract: the same bytes for the same content, in Chinese that prevails, with what it binds."""

import copy
import dataclasses
import hashlib
from datetime import UTC, datetime
from typing import Any

import pypdfium2
from hypothesis import given
from hypothesis import strategies as st

from backend.contracts.codes import ContractStatus, VersionKind, VersionStatus
from backend.contracts.papers.content import Amended, PaperContent, PaperSide, bound
from backend.contracts.papers.layout import contract_pdf
from backend.contracts.rules import TRANSITIONS, VERSION_TRANSITIONS, Action, VersionAction, changed_terms, is_complete
from backend.core.canonical import canonical, fingerprint
from backend.core.contract_template import Clause, SideName, SideNames
from backend.core.errors import Text
from tests.sample_contracts.template import TEMPLATE, SampleTerms

NAMES = {"lender": "示例银行股份有限公司", "borrower": "示例电池有限公司"}
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def paper_content(**changes: Any) -> PaperContent:
    terms = SampleTerms(amount_fen=500_000_050, term_months=12)
    sides = [
        PaperSide(
            number=number,
            code=code,
            title=TEMPLATE.sides[code],
            organisation_id=f"org_{number}",
            party_id=f"pty_{number}",
            name=SideName(name, None, "91500106MA00000008"),
        )
        for number, (code, name) in enumerate(NAMES.items(), start=1)
    ]
    names = {side.code: SideNames(side.title, (side.name,)) for side in sides}
    values: dict[str, Any] = {
        "title": TEMPLATE.title,
        "contract_id": "ctr_01h455vb4pex5vsknk084sn02q",
        "number": 1,
        "kind": VersionKind.CONTRACT,
        "template_name": TEMPLATE.name,
        "template_version": TEMPLATE.version,
        "drawn_up_at": datetime(2026, 11, 30, 8, tzinfo=UTC),
        "sides": sides,
        "clauses": TEMPLATE.clauses(terms, names),
        "terms_hash": fingerprint(terms.model_dump()),
        "amended": None,
        "note": None,
        "is_demonstration": False,
    }
    return PaperContent(**(values | changes))


def text_of(paper: bytes) -> str:
    document = pypdfium2.PdfDocument(paper)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def test_equal_content_is_equal_bytes_and_anything_else_is_not() -> None:
    paper = contract_pdf(paper_content())
    assert paper == contract_pdf(paper_content())
    others = [
        contract_pdf(paper_content(**change))
        for change in (
            {"number": 2},
            {"terms_hash": "0" * 64},
            {"drawn_up_at": datetime(2026, 11, 30, 9, tzinfo=UTC)},
            {"note": "说明"},
            {"is_demonstration": True},
        )
    ]
    assert len({hashlib.sha256(one).digest() for one in [paper, *others]}) == 6


def test_it_prints_sides_clauses_the_hash_of_its_terms_and_that_the_chinese_text_prevails() -> None:
    content = paper_content()
    said = "".join(text_of(contract_pdf(content)).split())
    known = ("借款合同（样本）", "91500106MA00000008", "5,000,000.50元", "12个月", "本文件以中文文本为准")
    for words in (*NAMES.values(), *known, content.terms_hash, content.contract_id):
        assert words in said, words
    assert "Theloan" in said
    assert "TheChinesetextofthisdocumentprevails" in said


def test_an_amendment_names_the_version_that_it_changes() -> None:
    amended = Amended(number=1, terms_hash="a" * 64)
    said = "".join(text_of(contract_pdf(paper_content(kind=VersionKind.AMENDMENT, number=2, amended=amended))).split())
    assert "补充协议" in said
    assert "a" * 64 in said


def test_the_longest_text_is_typeset_over_pages_and_no_line_leaves_the_page() -> None:
    long = Text("长" * 30_000, "W" * 29_000)
    content = paper_content(clauses=[Clause(Text("长" * 300, "W" * 300), (long,))])
    document = pypdfium2.PdfDocument(contract_pdf(content))
    try:
        assert 15 < len(document) < 60
        for page in document:
            text = page.get_textpage()
            for index in range(0, text.count_chars(), 97):
                left, bottom, right, top = text.get_charbox(index)
                assert left >= 0
                assert bottom >= 0
                assert right <= 595.5
                assert top <= 842
    finally:
        document.close()


def test_what_a_signature_binds_changes_with_each_part_of_it() -> None:
    content = paper_content()
    one = bound(content, "d" * 64)
    renamed = [content.sides[0], dataclasses.replace(content.sides[1], party_id="pty_9")]
    others = [
        bound(content, "e" * 64),
        bound(paper_content(number=2), "d" * 64),
        bound(paper_content(template_version="2"), "d" * 64),
        bound(paper_content(terms_hash="0" * 64), "d" * 64),
        bound(paper_content(contract_id="ctr_other"), "d" * 64),
        bound(paper_content(amended=Amended(number=1, terms_hash="a" * 64)), "d" * 64),
        bound(paper_content(sides=list(reversed(content.sides))), "d" * 64),
        bound(paper_content(sides=renamed), "d" * 64),
    ]
    assert len({one, *others}) == 1 + len(others)


@given(st.dictionaries(st.text(max_size=8), PLAIN, max_size=6), st.randoms(use_true_random=False))
def test_the_hash_of_terms_is_that_of_what_they_say_whatever_the_order(terms: dict[str, Any], random: Any) -> None:
    names = list(terms)
    random.shuffle(names)
    again = {name: copy.deepcopy(terms[name]) for name in names}
    assert canonical(terms) == canonical(again)
    assert fingerprint(terms) == hashlib.sha256(canonical(again)).hexdigest()


@given(st.dictionaries(st.text(max_size=4), PLAIN, max_size=6), st.dictionaries(st.text(max_size=4), PLAIN, max_size=6))
def test_what_changed_makes_the_new_terms_of_the_old_ones(old: dict[str, Any], new: dict[str, Any]) -> None:
    was, is_now = changed_terms(old, new)
    kept = {name: value for name, value in old.items() if name not in was}
    assert {**kept, **is_now} == new


@given(st.sets(st.text(max_size=3), min_size=1), st.sets(st.text(max_size=3)))
def test_it_is_complete_when_and_only_when_no_side_is_missing(sides: set[str], signed: set[str]) -> None:
    assert is_complete(sides, signed) == (not sides - signed)


def test_what_is_over_stays_over() -> None:
    over = {ContractStatus.REFUSED, ContractStatus.EXPIRED, ContractStatus.TERMINATED}
    assert not [pair for pair in TRANSITIONS if pair[0] in over]
    assert {status for status, action in TRANSITIONS if action is Action.SIGN} == {"drafted", "signing"}
    assert {status for status, _ in VERSION_TRANSITIONS} == {VersionStatus.OPEN}
    assert len(VERSION_TRANSITIONS) == len(VersionAction)
