"""Signatures by certificate: the key signs elsewhere, and what comes back is believed only as far as it is checked."""

import asyncio
import base64
import io
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from fastapi import FastAPI
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from backend.contracts.certificates.parsing import matched_by
from tests.scenarios.contracts import (
    Parties,
    conclude,
    draw_up_contract,
    enter_certificate,
    get_contract,
    get_paper,
    post_signature,
    prepare,
    put_certificate,
    revise,
    sign,
    sign_with_certificate,
)
from tests.scenarios.introductions import moved_clock, sweep_at
from tests.scenarios.members import Member, add_member, register_organisation, sign_in_platform
from tests.scenarios.requests import get
from tests.scenarios.signing_authority import AUTHORITY, NOW, STRANGE_AUTHORITY, Signer

pytestmark = pytest.mark.both_databases


@pytest.fixture
async def owner(client: httpx.AsyncClient) -> Member:
    return await register_organisation(client, "bank", name="示例银行股份有限公司")


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def certificate_for(client: httpx.AsyncClient, who: Member, **said: Any) -> Signer:
    organisation = await get(client, who, f"/v1/organisations/{who.organisation_id}")
    return AUTHORITY.issue(organisation["name"], organisation["credit_code"], **said)


async def test_an_owner_enters_replaces_and_removes_it(client: httpx.AsyncClient, owner: Member) -> None:
    place = f"/v1/organisations/{owner.organisation_id}/certificate"
    assert code_of(await client.get(place, headers=owner.headers)) == (404, "no_certificate")
    first, second = await certificate_for(client, owner), await certificate_for(client, owner)
    entered = await put_certificate(client, owner, first.pem)
    assert entered.status_code == 200, entered.text
    assert entered.json()["matched_by"] == "credit_code"
    assert (await put_certificate(client, owner, second.pem)).status_code == 428
    replaced = await put_certificate(client, owner, second.base64, **{"If-Match": entered.headers["ETag"]})
    assert (replaced.status_code, replaced.json()["version"]) == (200, 2)
    stale = await put_certificate(client, owner, first.pem, **{"If-Match": entered.headers["ETag"]})
    assert stale.status_code == 412
    viewer, editor = [await add_member(client, owner, role) for role in ("viewer", "editor")]
    shown = await client.get(place, headers=viewer.headers)
    assert shown.json()["sha256"] == replaced.json()["sha256"]
    assert (await put_certificate(client, editor, first.pem)).status_code == 403
    staff = await sign_in_platform(client)
    assert code_of(await client.get(place, headers=staff.headers)) == (404, "no_certificate")
    gone = await client.delete(place, headers={**owner.headers, "If-Match": shown.headers["ETag"]})
    assert gone.status_code == 204
    assert code_of(await client.get(place, headers=owner.headers)) == (404, "no_certificate")


async def test_a_private_key_is_refused_in_every_form_and_kept_nowhere(
    client: httpx.AsyncClient, app: FastAPI, settings: Any, owner: Member
) -> None:
    signer = await certificate_for(client, owner)
    numbers = serialization.Encoding.DER, serialization.NoEncryption()
    pkcs8 = signer.key.private_bytes(numbers[0], serialization.PrivateFormat.PKCS8, numbers[1])
    old = signer.key.private_bytes(numbers[0], serialization.PrivateFormat.TraditionalOpenSSL, numbers[1])
    hidden = signer.key.private_bytes(
        numbers[0], serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"secret")
    )
    store = pkcs12.serialize_key_and_certificates(
        b"x", signer.key, signer.certificate, None, serialization.BestAvailableEncryption(b"secret")
    )
    forms = [signer.pem + signer.key_pem, signer.key_pem, signer.key_pem.replace("-----BEGIN", "-----  begin")]
    forms += [base64.b64encode(one).decode() for one in (pkcs8, old, hidden, store)]
    rsa_key = rsa.generate_private_key(65_537, 2_048)
    forms.append(
        base64.b64encode(
            rsa_key.private_bytes(numbers[0], serialization.PrivateFormat.TraditionalOpenSSL, numbers[1])
        ).decode()
    )
    for text in forms:
        answer = await put_certificate(client, owner, text)
        assert code_of(answer) == (422, "private_key_sent"), answer.text
        assert text[40:80] not in answer.text
    if app.state.database.is_sqlite:
        secret = signer.key_pem.splitlines()[1].encode()
        assert _files_with(settings.patentmart_data_dir, secret) == []


def _files_with(folder: Path, secret: bytes) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and secret in file.read_bytes()]


async def test_what_is_not_fit_to_sign_with_is_refused(client: httpx.AsyncClient, owner: Member) -> None:
    organisation = await get(client, owner, f"/v1/organisations/{owner.organisation_id}")
    name, credit_code = organisation["name"], organisation["credit_code"]
    weak = rsa.generate_private_key(65_537, 1_024)  # noqa: S505 - that it is refused is tested
    curve = ec.generate_private_key(ec.SECP192R1())
    day = timedelta(days=1)
    cases = [
        (AUTHORITY.issue(name, credit_code, end=NOW - day), "certificate_unusable", "validity"),
        (AUTHORITY.issue(name, credit_code, begin=NOW + 2 * day), "certificate_unusable", "validity"),
        (AUTHORITY.issue(name, credit_code, is_authority=True), "certificate_unusable", "authority"),
        (AUTHORITY.issue(name, credit_code, signs=False), "certificate_unusable", "key_usage"),
        (AUTHORITY.issue(name, credit_code, key=weak), "certificate_unusable", "key_size"),
        (AUTHORITY.issue(name, credit_code, key=curve), "certificate_unusable", "curve"),
        (STRANGE_AUTHORITY.issue(name, credit_code), "certificate_not_trusted", None),
        (AUTHORITY.issue("另一家公司", "91500106MA00000000"), "certificate_of_another", None),
    ]
    for signer, code, check in cases:
        answer = await put_certificate(client, owner, signer.pem)
        assert (code_of(answer), answer.json().get("check")) == ((422, code), check)
    for text in (
        "nonsense!",
        "QUJD",
        "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n",
        cases[0][0].pem * 6,
    ):
        assert code_of(await put_certificate(client, owner, text)) == (422, "certificate_unreadable")
    assert (await put_certificate(client, owner, AUTHORITY.issue(name).pem)).json()["matched_by"] == "name"


@pytest.mark.parametrize(
    ("common", "found"),
    [
        ("041@甲公司@N91500106MA00000008@1", "credit_code"),
        ("甲公司", "name"),
        ("041@甲公司@Z1@1", "name"),
        ("甲公司分公司", None),
        ("非甲公司", None),
        ("X91500106MA000000089", None),
    ],
)
def test_a_subject_names_an_organisation_by_a_whole_word_alone(common: str, found: str | None) -> None:
    der = AUTHORITY.issue(common).certificate.public_bytes(serialization.Encoding.DER)
    match = matched_by(asn1_x509.Certificate.load(der), "甲公司", "91500106MA00000008")
    assert (match.value if match else None) == found


async def test_two_sides_sign_with_their_certificates_and_both_signatures_stand(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    parties = await draw_up_contract(client)
    unsigned = await get_paper(client, parties.lender, parties)
    signers = [
        await enter_certificate(client, parties.lender, rsa.generate_private_key(65_537, 2_048)),
        await enter_certificate(client, parties.borrower),
    ]
    await sign_with_certificate(client, parties.lender, parties, signers[0])
    once = await get_paper(client, parties.borrower, parties, copy="signed")
    done = await sign_with_certificate(client, parties.borrower, parties, signers[1])
    assert done["status"] == "effective"
    twice = await get_paper(client, parties.borrower, parties, copy="signed")
    assert twice.startswith(once)
    assert once.startswith(unsigned)
    assert await get_paper(client, parties.lender, parties) == unsigned, "the unsigned paper stays beside it"
    used = [one["certificate"] for one in done["present"]["signatures"]]
    assert [one["matched_by"] for one in used] == ["credit_code", "credit_code"]
    await _assert_valid(twice, done["present"]["bound_hash"])
    _assert_openssl_agrees(twice, tmp_path)


async def _assert_valid(paper: bytes, bound_hash: str) -> None:
    root = asn1_x509.Certificate.load(AUTHORITY.certificate.public_bytes(serialization.Encoding.DER))
    signatures = PdfFileReader(io.BytesIO(paper)).embedded_signatures
    assert [one.field_name for one in signatures] == ["Side-1", "Side-2"]
    for one in signatures:
        status = await async_validate_pdf_signature(one, ValidationContext(trust_roots=[root], allow_fetching=False))
        assert (status.bottom_line, status.intact, status.valid, status.trusted) == (True, True, True, True)
        assert one.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
        assert one.sig_object["/Reason"] == f"bound_hash {bound_hash}"


def _assert_openssl_agrees(paper: bytes, folder: Path) -> None:
    (folder / "root.pem").write_bytes(AUTHORITY.pem)
    for one in PdfFileReader(io.BytesIO(paper)).embedded_signatures:
        first, length, second, rest = [int(number) for number in one.byte_range]
        (folder / "content").write_bytes(paper[first : first + length] + paper[second : second + rest])
        (folder / "cms").write_bytes(one.signed_data and _cms_of(paper, length, second))
        command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "cms", "-content", "content",
                   "-CAfile", "root.pem", "-purpose", "any", "-out", "out"]  # fmt: skip
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr


def _cms_of(paper: bytes, begin: int, end: int) -> bytes:
    padded = bytes.fromhex(paper[begin + 1 : end - 1].decode())
    length = int.from_bytes(padded[2:4], "big") + 4
    return padded[:length]


async def test_one_side_may_sign_with_a_certificate_and_the_other_without(client: httpx.AsyncClient) -> None:
    parties = await draw_up_contract(client)
    signer = await enter_certificate(client, parties.lender)
    await sign_with_certificate(client, parties.lender, parties, signer)
    done = await sign(client, parties.borrower, parties)
    assert [one["certificate"] is None for one in done["present"]["signatures"]] == [False, True]


async def test_a_cms_that_is_not_exactly_what_was_prepared_is_refused(client: httpx.AsyncClient) -> None:
    parties = await draw_up_contract(client)
    signer, other = [await enter_certificate(client, who) for who in (parties.lender, parties.borrower)]
    prepared = await prepare(client, parties.lender, parties)
    theirs = await prepare(client, parties.borrower, parties)
    stranger = await certificate_for(client, parties.lender, key=other.key)
    impostor = Signer(other.key, signer.certificate)
    elsewhere = await draw_up_contract(client, parties.lender)
    other_paper = await prepare(client, parties.lender, elsewhere)
    cut = base64.b64encode(base64.b64decode(signer.cms(prepared))[:-5]).decode()
    cases = [
        ("QUJD", "form"),
        ("####", None),
        (cut, "form"),
        (signer.cms(theirs), "signed_attributes"),
        (signer.cms(other_paper), "signed_attributes"),
        (other.cms(prepared), "certificate"),
        (stranger.cms(prepared), "certificate"),
        (impostor.cms(prepared), "digest|signature"),
        (signer.cms(prepared, content=b"something else"), "digest|signature"),
    ]
    for cms, check in cases:
        answer = await post_signature(client, parties.lender, parties, prepared["bound_hash"], cms=cms)
        assert answer.status_code == 422, (check, answer.text)
        if check:
            assert answer.json()["code"] == "signature_invalid"
            assert answer.json()["check"] in check.split("|"), answer.text
    assert (await get_contract(client, parties.lender, parties))["present"]["signatures"] == []
    fine = await post_signature(client, parties.lender, parties, prepared["bound_hash"], cms=signer.cms(prepared))
    assert fine.status_code == 200, fine.text


async def test_what_was_prepared_is_void_once_another_side_has_signed_the_paper_or_it_is_prepared_again(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    parties = await draw_up_contract(client)
    one, other = [await enter_certificate(client, who) for who in (parties.lender, parties.borrower)]
    bare = await post_signature(
        client, parties.lender, parties, (await prepare(client, parties.borrower, parties))["bound_hash"], cms="QUJD"
    )
    assert code_of(bare) == (409, "signature_preparation_missing")
    early = await prepare(client, parties.borrower, parties)
    await sign_with_certificate(client, parties.lender, parties, one)
    late = await post_signature(client, parties.borrower, parties, early["bound_hash"], cms=other.cms(early))
    assert code_of(late) == (409, "signature_preparation_missing")
    async with moved_clock(client, app):
        again = await prepare(client, parties.borrower, parties)
        await sweep_at(client, app, minutes=31)
        over = await post_signature(client, parties.borrower, parties, again["bound_hash"], cms=other.cms(again))
        assert code_of(over) == (409, "signature_preparation_missing")
    assert (await sign_with_certificate(client, parties.borrower, parties, other))["status"] == "effective"


async def test_two_sides_that_sign_with_certificates_at_once_both_do_after_one_of_them_prepares_again(
    client: httpx.AsyncClient,
) -> None:
    parties = await draw_up_contract(client)
    both = [(who, await enter_certificate(client, who)) for who in (parties.lender, parties.borrower)]
    prepared = [await prepare(client, who, parties) for who, _ in both]
    answers = await asyncio.gather(
        *[
            post_signature(client, who, parties, ready["bound_hash"], cms=signer.cms(ready))
            for (who, signer), ready in zip(both, prepared, strict=True)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    late = both[[answer.status_code for answer in answers].index(409)]
    done = await sign_with_certificate(client, late[0], parties, late[1])
    assert done["status"] == "effective"


async def test_a_certificate_that_was_replaced_removed_or_ran_out_signs_nothing_more(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    parties = await draw_up_contract(client)
    lender = parties.lender
    signer = await enter_certificate(client, lender)
    prepared = await prepare(client, lender, parties)
    short = await certificate_for(client, lender, end=NOW + timedelta(days=2))
    assert (await put_certificate(client, lender, short.pem, **{"If-Match": "*"})).status_code == 200
    old = await post_signature(client, lender, parties, prepared["bound_hash"], cms=signer.cms(prepared))
    assert code_of(old) == (409, "signature_preparation_missing")
    async with moved_clock(client, app):
        await sweep_at(client, app, days=3)
        body = {"bound_hash": prepared["bound_hash"]}
        answer = await client.post(f"{parties.path}/signatures/preparation", json=body, headers=lender.headers)
        assert code_of(answer) == (422, "certificate_unusable")
    none = await client.post(f"{parties.path}/signatures/preparation", json=body, headers=parties.borrower.headers)
    assert code_of(none) == (409, "certificate_missing")


async def test_a_revision_voids_what_was_signed_and_prepared_for_the_version_before(client: httpx.AsyncClient) -> None:
    parties: Parties = await draw_up_contract(client)
    signer = await enter_certificate(client, parties.lender)
    prepared = await prepare(client, parties.lender, parties)
    await revise(client, parties, term_months=24)
    answer = await post_signature(client, parties.lender, parties, prepared["bound_hash"], cms=signer.cms(prepared))
    assert code_of(answer) == (412, "bound_hash_stale")
    now = (await get_contract(client, parties.lender, parties))["present"]["bound_hash"]
    mixed = await post_signature(client, parties.lender, parties, now, cms=signer.cms(prepared))
    assert code_of(mixed) == (409, "signature_preparation_missing")
    assert (await conclude(client, parties))["status"] == "effective"
