"""Reading a signing certificate: what is sent, what its subject says, and whether its key is fit to sign with."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from asn1crypto import keys, pem, pkcs12, x509

from backend.contracts.codes import SubjectMatch
from backend.contracts.errors import CertificateUnreadable, CertificateUnusable, PrivateKeySent

MOST_CERTIFICATES: Final = 5
LEAST_RSA_BITS: Final = 2_048
CURVES: Final = frozenset({"secp256r1", "secp384r1", "secp521r1"})
USAGES: Final = frozenset({"digital_signature", "non_repudiation"})
SECRET: Final = re.compile(r"PRIVATE\s+KEY", re.IGNORECASE)
SECRET_FORMS: Final = (
    keys.PrivateKeyInfo,
    keys.EncryptedPrivateKeyInfo,
    keys.RSAPrivateKey,
    keys.ECPrivateKey,
    pkcs12.Pfx,
)
PARTS: Final = re.compile(r"[@|,;:/\s]+")


@dataclass(frozen=True, slots=True)
class CertificateChain:
    """A signing certificate, and those between it and its root."""

    leaf: x509.Certificate
    intermediates: tuple[x509.Certificate, ...]

    @property
    def intermediates_pem(self) -> bytes:
        """Return the intermediates in PEM."""
        return b"".join(pem.armor("CERTIFICATE", certificate.dump()) for certificate in self.intermediates)


def read_chain(text: str) -> CertificateChain:
    """Return what was sent, in PEM or as DER in base64; raise PrivateKeySent, CertificateUnreadable."""
    if SECRET.search(text):
        raise PrivateKeySent
    parts = _pem_parts(text) if "-----" in text else [_from_base64(text)]
    if any(_is_secret(part) for part in parts):
        raise PrivateKeySent
    if not 1 <= len(parts) <= MOST_CERTIFICATES:
        raise CertificateUnreadable
    leaf, *intermediates = [load(part) for part in parts]
    return CertificateChain(leaf, tuple(intermediates))


def _pem_parts(text: str) -> list[bytes]:
    try:
        found = list(pem.unarmor(text.encode(), multiple=True))
    except (ValueError, UnicodeError):
        raise CertificateUnreadable from None
    if any(name != "CERTIFICATE" for name, _, _ in found):
        raise CertificateUnreadable
    return [content for _, _, content in found]


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, binascii.Error):
        raise CertificateUnreadable from None


def _is_secret(content: bytes) -> bool:
    """Whether the bytes are a private key in one of its forms, or a file that keys come in."""
    return any(_reads_as(form, content) for form in SECRET_FORMS)


def _reads_as(form: Any, content: bytes) -> bool:
    try:
        _ = form.load(content, strict=True).native
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return False
    return True


def load(content: bytes) -> x509.Certificate:
    """Return the certificate, read to its last field; raise CertificateUnreadable."""
    try:
        found = x509.Certificate.load(content, strict=True)
        _ = found.native, found.public_key.algorithm, found.key_usage_value, found.subject.human_friendly
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise CertificateUnreadable from None
    return found


def check_usable(certificate: x509.Certificate, now: datetime) -> None:
    """Raise CertificateUnusable where nothing may be signed with it now."""
    failed = _unfit_key(certificate) or _unfit_use(certificate)
    if failed is None and not certificate.not_valid_before <= now <= certificate.not_valid_after:
        failed = "validity"
    if failed:
        raise CertificateUnusable(check=failed)


def _unfit_key(certificate: x509.Certificate) -> str | None:
    key = certificate.public_key
    if key.algorithm == "rsa":
        return None if key.bit_size >= LEAST_RSA_BITS else "key_size"
    if key.algorithm == "ec":
        return None if key.curve[1] in CURVES else "curve"
    return "key_algorithm"


def _unfit_use(certificate: x509.Certificate) -> str | None:
    if certificate.ca:
        return "authority"
    usage = certificate.key_usage_value
    return None if usage is not None and USAGES & set(usage.native) else "key_usage"


def matched_by(certificate: x509.Certificate, name: str, credit_code: str | None) -> SubjectMatch | None:
    """Return by what the certificate's subject names the organisation: its credit code, or its whole name, as a word.

    Authorities write both into different fields, alone or between signs such as `@`.
    """
    values = list(_texts(certificate.subject.native))
    words = {word for value in values for word in (value.strip(), *PARTS.split(value))}
    if credit_code and credit_code.upper() in {word.upper().removeprefix("N") for word in words} | {
        word.upper() for word in words
    }:
        return SubjectMatch.CREDIT_CODE
    return SubjectMatch.NAME if _folded(name) in {_folded(word) for word in words} else None


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []
