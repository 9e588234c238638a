"""Signatures inside a PDF (PAdES) by a key that is elsewhere: room for one, the bytes to sign, and the finished paper.

Each signature adds to the file behind those before it, which stay whole. Synchronous: call it from a thread.
"""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto import cms, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import ExternalSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_signer import PdfTBSDocument
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.registry import SimpleCertificateStore

from backend.contracts.certificates.parsing import USAGES, CertificateChain
from backend.contracts.certificates.trust import context
from backend.contracts.errors import SignatureInvalid

ALGORITHM: Final = "sha256"
ROOM: Final = 2 * 16_384  # hexadecimal digits in the paper for the CMS
LONGEST_SIGNATURE: Final = 1_024
KEY_USAGE: Final = KeyUsageConstraints(key_usage=USAGES, match_all_key_usages=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRoom:
    """A paper with room for a signature, where that is, and the attributes whose bytes are to be signed."""

    paper: bytes
    document_digest: bytes
    region_start: int
    region_end: int
    signed_attributes: bytes
    signature_algorithm: str


def make_room(paper: bytes, chain: CertificateChain, *, field: str, reason: str, name: str) -> SignatureRoom:
    """Return the paper with room for a signature in a field of its own, and what is to be signed for it."""
    signer = ExternalSigner(
        signing_cert=chain.leaf,
        cert_registry=_store(chain),
        signature_value=LONGEST_SIGNATURE,
        embed_roots=False,
    )
    metadata = PdfSignatureMetadata(
        field_name=field, md_algorithm=ALGORITHM, subfilter=SigSeedSubFilter.PADES, reason=reason, name=name
    )
    pdf_signer = PdfSigner(metadata, signer=signer, new_field_spec=SigFieldSpec(field))
    writer = IncrementalPdfFileWriter(io.BytesIO(paper))
    output = io.BytesIO()
    digesting = pdf_signer.async_digest_doc_for_signing(writer, bytes_reserved=ROOM, output=output)
    prepared, _, _ = asyncio.run(digesting)
    attributes = asyncio.run(signer.signed_attrs(prepared.document_digest, ALGORITHM, use_pades=True))
    return SignatureRoom(
        paper=output.getvalue(),
        document_digest=prepared.document_digest,
        region_start=prepared.reserved_region_start,
        region_end=prepared.reserved_region_end,
        signed_attributes=attributes.dump(),
        signature_algorithm=signer.get_signature_mechanism_for_digest(ALGORITHM)["algorithm"].native,
    )


def _store(chain: CertificateChain) -> SimpleCertificateStore:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # it says nothing of what it takes
    for certificate in chain.intermediates:
        store.register(certificate)
    return store


def read_cms(content: bytes, signed_attributes: bytes) -> cms.ContentInfo:
    """Return the CMS; raise SignatureInvalid unless it is one detached signature of exactly these attributes."""
    try:
        found = cms.ContentInfo.load(content, strict=True)
        _ = found.native
        is_signed_data = found["content_type"].native == "signed_data"
        signers = found["content"]["signer_infos"] if is_signed_data else []
        is_detached = is_signed_data and found["content"]["encap_content_info"]["content"].native is None
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise SignatureInvalid(check="form") from None
    if len(signers) != 1 or not is_detached:
        raise SignatureInvalid(check="form")
    if signers[0]["signed_attrs"].untag().dump() != signed_attributes:
        raise SignatureInvalid(check="signed_attributes")
    if signers[0]["unsigned_attrs"].native:
        raise SignatureInvalid(check="unsigned_attributes")
    return found


def fill_room(room: SignatureRoom, signature: cms.ContentInfo) -> bytes:
    """Return the paper with the signature in its place; raise SignatureInvalid where that is too small for it."""
    digest = PreparedByteRangeDigest(room.document_digest, room.region_start, room.region_end)
    output = io.BytesIO(room.paper)
    try:
        asyncio.run(PdfTBSDocument.async_finish_signing(output, digest, signature))
    except (SigningError, ValueError):
        raise SignatureInvalid(check="size") from None
    return output.getvalue()


def check_signatures(
    paper: bytes,
    field: str,
    certificate_sha256: str,
    roots: Sequence[x509.Certificate],
    chain: CertificateChain,
    at: datetime,
) -> None:
    """Raise SignatureInvalid unless the field holds a good signature of the whole paper by that certificate."""
    validation = context(roots, chain.intermediates, at)
    try:
        signature = {
            embedded.field_name: embedded for embedded in PdfFileReader(io.BytesIO(paper)).embedded_signatures
        }[field]
        is_by_certificate = signature.signer_cert.sha256.hex() == certificate_sha256
        status = asyncio.run(async_validate_pdf_signature(signature, validation, key_usage_settings=KEY_USAGE))
    except SignatureValidationError:
        raise SignatureInvalid(check="certificate") from None
    except Exception:  # noqa: BLE001 - whatever a hostile CMS breaks inside the libraries, it is no good signature
        raise SignatureInvalid(check="signature") from None
    if not is_by_certificate:
        raise SignatureInvalid(check="certificate")
    for check, holds in (
        ("digest", status.intact),
        ("signature", status.valid),
        ("chain", status.trusted),
        ("paper", status.bottom_line),
    ):
        if not holds:
            raise SignatureInvalid(check=check)
