"""A licensee gets a certificate: on paper what the JSON says, under a hash that anybody can check."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.canonical import fingerprint
from backend.core.documents.paper import Language
from backend.core.text_rules import clean
from backend.licences.certificates import wording as words
from backend.licences.certificates.content import (
    UNHASHED,
    Certificate,
    CertificateStatus,
    CertifiedEvent,
    CertifiedLicensee,
    CertifiedStep,
    FeeLine,
    certificate_hash,
    check_url,
    known_hashes,
    with_hash,
)
from backend.licences.certificates.pdf import certificate_pdf
from tests.licences.certificates import CHAIN, PATENT, certificate, holders

LANGUAGES: tuple[Language, ...] = ("zh", "en")
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


def pages(pdf: bytes) -> list[str]:
    """Return each page's text without blanks: where a line breaks is no fact."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return ["".join(page.get_textpage().get_text_range().split()) for page in document]
    finally:
        document.close()


def text(pdf: bytes) -> str:
    return "".join(pages(pdf))


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every single fact with where it stands."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, f"{path}.{name}")
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from leaves(part, f"{path}.{at}")
    else:
        yield path, value


def on_paper(path: str, value: Any) -> list[str]:
    """Return how the paper writes a fact of the JSON."""
    name = path.rsplit(".", 1)[-1]
    if name == "amount_fen":
        return [f"¥{value / 100:,.2f}"]
    if name == "verified":
        return [*(words.VERIFIED if value else words.UNVERIFIED)]
    if name in ("status", "step"):
        given = words.STATUS[CertificateStatus(value)] if name == "status" else words.STEPS[CertifiedStep(value)]
        return [*given]
    said = {
        "issued_at": ["2026-04-04 02:22:07 UTC+8"],
        "kind": ["发明", "Invention"],
        "type": [*words.OPEN],
        "exclusive": ["非独占", "neither exclusive"],
        "sub_licensing": [*words.NO],
        "territory": ["中国", "China", "CN"],
        "is_demonstration": [],
    }
    return said.get(name, [str(value)])


@in_both_languages
def test_the_paper_says_all_that_the_json_says(language: Language) -> None:
    document = with_hash(certificate())
    said = text(certificate_pdf(document, language))
    facts = {path: value for path, value in leaves(document.model_dump(mode="json")) if value is not None}
    assert len(facts) > 40
    for path, value in facts.items():
        for written in on_paper(path, value):
            assert "".join(written.split()) in said, path


def changes(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the certificate's JSON again and again, each time with one fact changed."""

    def changed(value: Any, steps: list[str]) -> Any:
        if not steps:
            return not value if isinstance(value, bool) else 7 if isinstance(value, int) else f"{value}7"
        key: Any = int(steps[0]) if isinstance(value, list) else steps[0]
        copy = list(value) if isinstance(value, list) else dict(value)
        copy[key] = changed(copy[key], steps[1:])
        return copy

    for path, _ in leaves(document):
        yield path, changed(document, path.split(".")[1:])


def unchecked(document: dict[str, Any]) -> Certificate:
    """Return a certificate of facts that nothing has looked at, so that each can be changed alone."""
    return Certificate.model_construct(**document)


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning")
def test_the_hash_changes_with_every_fact_and_with_nothing_else() -> None:
    document = certificate().model_dump(mode="json")
    whole = certificate_hash(certificate())
    assert re.fullmatch("[0-9a-f]{64}", whole)
    assert certificate_hash(unchecked(document)) == whole
    still = {path for path, other in changes(document) if certificate_hash(unchecked(other)) == whole}
    assert still == {
        ".issued_at", ".status", ".verification_url",
        ".licensors.0.verified", ".licensors.1.verified", ".licensee.verified",
    }  # fmt: skip


def test_the_hash_of_the_answer_is_the_hash_of_the_certificate() -> None:
    answered = with_hash(certificate())
    assert answered.hash == certificate_hash(certificate()) == certificate_hash(answered)
    assert answered.check_url == f"{certificate().verification_url}?hash={answered.hash}"


def test_a_paper_made_before_the_recordal_stays_known() -> None:
    before = certificate_hash(certificate(chain=CHAIN[:3]))
    hashes = list(known_hashes(certificate()))
    assert hashes[0] == certificate_hash(certificate())
    assert before in hashes
    assert len(set(hashes)) == 3  # effective, filed, confirmed: nothing was certified before
    assert certificate_hash(certificate(chain=CHAIN[:3], territory="HK")) not in hashes


def test_a_paper_of_the_first_form_stays_known_for_licences_of_its_time_alone() -> None:
    found = certificate()
    stated = found.model_dump(mode="json", exclude=UNHASHED | {"contract"})
    stated["licensors"] = [party["name"] for party in stated["licensors"]]
    stated["licensee"] = {"name": found.licensee.name, "country": found.licensee.country}
    first = fingerprint(stated)
    assert first in set(known_hashes(found, first_form=True))
    assert first not in set(known_hashes(found))


@in_both_languages
def test_the_paper_says_of_each_side_by_itself_whether_it_is_verified(language: Language) -> None:
    said = text(certificate_pdf(certificate(), language))
    order = ["重庆示例大学", "12500000MB0000001X", "平台已核验", "SampleInstituteofTechnology", "未经平台核验",
             "东京样本株式会社", "平台已核验"]  # fmt: skip
    at = -1
    for part in order:
        at = said.find(part, at + 1)
        assert at >= 0, part
    assert said.count("12500000MB0000001X") == 1


@in_both_languages
def test_one_certificate_is_always_the_same_bytes_in_threads_too(language: Language) -> None:
    with ThreadPoolExecutor(3) as pool:
        made = set(pool.map(lambda _: certificate_pdf(certificate(), language), range(3)))
    assert len(made) == 1
    assert certificate_pdf(certificate(issued_at=datetime(2026, 4, 4, tzinfo=UTC)), language) not in made


@pytest.mark.parametrize(("language", "is_demonstration"), list(product(LANGUAGES, (True, False))))
def test_a_demonstration_says_so_on_every_page(language: Language, is_demonstration: bool) -> None:
    licensors = holders(*(f"第{n}共有人 Holder {n}" for n in range(60)))
    found = pages(certificate_pdf(certificate(licensors=licensors, is_demonstration=is_demonstration), language))
    assert len(found) > 2
    assert ["演示数据DEMONSTRATION" in page for page in found] == [is_demonstration] * len(found)


def test_holders_flow_over_pages_and_pages_are_numbered() -> None:
    licensors = holders(*(f"第{n}共有人有限责任公司" for n in range(200)))
    found = pages(certificate_pdf(certificate(licensors=licensors), "zh"))
    assert all(party.name in "".join(found) for party in licensors)
    for number, page in enumerate(found, start=1):
        assert f"第{number}页，共{len(found)}页" in page
        assert f"Page{number}of{len(found)}" in page


def test_what_the_typeface_lacks_is_given_by_its_number() -> None:
    licensee = CertifiedLicensee(name="𠮷野家 مر 😀\u202e隐", country="JP", credit_code=None, verified=True)
    said = text(certificate_pdf(certificate(licensee=licensee), "zh"))
    assert "[U+20BB7]野家[U+0645][U+0631][U+1F600][U+202E]隐" in said
    assert "".join(words.UNDRAWN.zh.split()) in said
    assert "".join(words.UNDRAWN.zh.split()) not in text(certificate_pdf(certificate(), "zh"))


@pytest.mark.parametrize("title", ["长" * 1000, "W" * 1000, "，" * 1000, "（" * 1000, "一 " * 500, "é🄫" * 500, " "])
def test_a_long_or_odd_title_is_written_whole_within_the_margins(title: str) -> None:
    pdf = certificate_pdf(certificate(patent=PATENT.model_copy(update={"title": title})), "en")
    said = text(pdf).replace("[U+1F12B]", "🄫")
    assert "".join(title.split()) in re.sub(r"lic_\w{26}Page\d+of\d+·第\d+页，共\d+页", "", said)
    assert rightmost(pdf) <= 190.5


def rightmost(pdf: bytes) -> float:
    """Return how far right any text reaches, in mm."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = 0.0
        for page in document:
            written = page.get_textpage()
            found = max(found, *(written.get_rect(n)[2] for n in range(written.count_rects())))
        return found / 72 * 25.4
    finally:
        document.close()


@settings(max_examples=6, deadline=None)
@given(st.text(max_size=300), st.text(max_size=80))
def test_nothing_that_can_be_said_makes_it_fail(some: str, other: str) -> None:
    some, other = some.encode(errors="ignore").decode(), other.encode(errors="ignore").decode()
    document = certificate(
        licensors=holders(some, other),
        fees=[FeeLine(zh=some, en=other)],
        chain=[CertifiedEvent(step=CertifiedStep.EFFECTIVE, day=date(2026, 3, 6), reference=some)],
        territory=other,
    )
    assert len(pages(certificate_pdf(document, "zh"))) >= 2


def test_what_is_not_known_is_left_open() -> None:
    nothing = PATENT.model_copy(update=dict.fromkeys(set(type(PATENT).model_fields) - {"title"}))
    found = certificate(patent=nothing, ends_on=None, fees=[], licensors=[])
    said = text(certificate_pdf(found, "en"))
    assert "Applicationnumber" in said
    assert "Aslongasthepatent" in said
    assert "None" not in said


@in_both_languages
def test_programs_that_read_aloud_learn_title_author_and_language(language: Language) -> None:
    pdf = certificate_pdf(certificate(), language)
    document = pypdfium2.PdfDocument(pdf)
    try:
        told = document.get_metadata_dict(skip_empty=True)
        sections = [item.get_title() for item in document.get_toc()]
    finally:
        document.close()
    assert words.TITLE.zh in told["Title"]
    assert certificate().licence_id in told["Title"]
    assert told["Author"] == "patentmart"
    assert told["CreationDate"] == "D:20260403182207Z"
    assert f"/Lang ({'en' if language == 'en' else 'zh-CN'})".encode() in pdf
    assert len(sections) == 6


def test_the_address_of_the_check_can_be_followed() -> None:
    document = certificate()
    assert check_url(document).encode() in certificate_pdf(document, "zh")
    assert clean(check_url(document)) == check_url(document)


def test_only_the_free_typeface_is_embedded() -> None:
    pdf = certificate_pdf(certificate(), "zh")
    assert set(re.findall(rb"/BaseFont /([\w+-]+)", pdf)) == {b"MPDFAA+NotoSansSC", b"Courier"}
    assert len(pdf) < 200_000
