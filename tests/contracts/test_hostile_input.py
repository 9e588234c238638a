"""Whatever is sent as a certificate or a signature is refused as such, and breaks nothing."""

import base64
import contextlib
import random
from typing import Any

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from backend.contracts.certificates import pades
from backend.contracts.certificates.parsing import CertificateChain, read_chain
from backend.contracts.errors import CertificateUnreadable, PrivateKeySent, SignatureInvalid
from backend.contracts.papers.layout import contract_pdf
from tests.contracts.test_papers import paper_content
from tests.scenarios.signing_authority import AUTHORITY, NOW

SIGNER = AUTHORITY.issue("示例银行股份有限公司")
DER = base64.b64decode(SIGNER.base64)
ROOT = asn1_x509.Certificate.load(AUTHORITY.certificate.public_bytes(serialization.Encoding.DER))


@pytest.fixture(scope="module")
def room() -> tuple[pades.SignatureRoom, CertificateChain]:
    chain = read_chain(SIGNER.pem)
    paper = contract_pdf(paper_content())
    return pades.make_room(paper, chain, field="Side-1", reason="bound_hash", name="示例"), chain


def signed(room: pades.SignatureRoom) -> bytes:
    prepared: dict[str, Any] = {
        "signed_attributes": base64.b64encode(room.signed_attributes).decode(),
        "signature_algorithm": room.signature_algorithm,
    }
    return base64.b64decode(SIGNER.cms(prepared))


def finish(room: pades.SignatureRoom, chain: CertificateChain, content: bytes) -> None:
    paper = pades.fill_room(room, pades.read_cms(content, room.signed_attributes))
    pades.check_signatures(paper, "Side-1", chain.leaf.sha256.hex(), [ROOT], chain, NOW)


def test_a_signature_of_what_was_prepared_is_good(
    room: tuple[pades.SignatureRoom, CertificateChain],
) -> None:
    finish(*room, signed(room[0]))


@pytest.mark.parametrize("seed", range(150))
def test_a_cms_of_which_any_byte_is_another_is_refused_or_the_same_signature(
    room: tuple[pades.SignatureRoom, CertificateChain], seed: int
) -> None:
    chance = random.Random(seed)
    content = bytearray(signed(room[0]))
    for _ in range(chance.randint(1, 3)):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    if chance.random() < 0.2:
        content = content[: chance.randrange(len(content))]
    with contextlib.suppress(SignatureInvalid):
        finish(*room, bytes(content))


@given(st.binary(max_size=300))
def test_bytes_that_are_no_cms_are_refused(content: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        pades.read_cms(content, b"")


@given(st.text(max_size=400) | st.binary(max_size=300).map(lambda raw: base64.b64encode(raw).decode()))
def test_text_that_is_no_certificate_is_refused(text: str) -> None:
    with pytest.raises((CertificateUnreadable, PrivateKeySent)):
        read_chain(text)


@pytest.mark.parametrize("seed", range(150))
def test_a_certificate_of_which_any_byte_is_another_is_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray(DER)
    for _ in range(chance.randint(1, 4)):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    with contextlib.suppress(CertificateUnreadable, PrivateKeySent):
        read_chain(base64.b64encode(bytes(content)).decode())
