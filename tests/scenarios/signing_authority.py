"""A certification authority and its signers, who sign what the platform prepared with keys that it never sees."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import algos, cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

NOW = datetime.now(UTC)
YEARS = timedelta(days=3_650)


def _name(common: str, organisation: str, credit_code: str | None = None) -> x509.Name:
    parts = [(NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, common)]
    if credit_code:
        parts.append((NameOID.SERIAL_NUMBER, credit_code))
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


@dataclass(frozen=True)
class Signer:
    """Somebody with a certificate and its private key."""

    key: Any
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def base64(self) -> str:
        return base64.b64encode(_der(self.certificate)).decode()

    @property
    def key_pem(self) -> str:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    def sign_bytes(self, content: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(content, padding.PKCS1v15(), hashes.SHA256())
        return bytes(self.key.sign(content, ec.ECDSA(hashes.SHA256())))

    def cms(self, prepared: dict[str, Any], *, attributes: bytes | None = None, content: bytes | None = None) -> str:
        """Return the CMS signature of the prepared attributes, or of others, in base64."""
        signed = base64.b64decode(prepared["signed_attributes"]) if attributes is None else attributes
        certificate = asn1_x509.Certificate.load(_der(self.certificate))
        sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
        info = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    "issuer_and_serial_number",
                    cms.IssuerAndSerialNumber(
                        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                    ),
                ),
                "digest_algorithm": sha256,
                "signed_attrs": cms.CMSAttributes.load(signed),
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": prepared["signature_algorithm"]}),
                "signature": self.sign_bytes(signed if content is None else content),
            }
        )
        data = cms.SignedData(
            {
                "version": "v1",
                "digest_algorithms": [sha256],
                "encap_content_info": {"content_type": "data"},
                "certificates": [certificate],
                "signer_infos": [info],
            }
        )
        return base64.b64encode(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()).decode()


class Authority:
    """A root that issues certificates."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name(name, name)
        self.certificate = self._issue(self.name, self.key.public_key(), NOW - YEARS, NOW + YEARS, is_authority=True)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def _issue(
        self, subject: x509.Name, key: Any, begin: datetime, end: datetime, *, is_authority: bool, signs: bool = True
    ) -> x509.Certificate:
        usage = x509.KeyUsage(
            digital_signature=signs,
            content_commitment=signs and not is_authority,
            key_encipherment=not signs,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=is_authority,
            crl_sign=is_authority,
            encipher_only=False,
            decipher_only=False,
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .add_extension(usage, critical=True)
        )
        return builder.sign(self.key, hashes.SHA256())

    def issue(
        self,
        organisation: str,
        credit_code: str | None = None,
        *,
        key: Any = None,
        begin: datetime = NOW - timedelta(days=30),
        end: datetime = NOW + YEARS,
        is_authority: bool = False,
        signs: bool = True,
    ) -> Signer:
        """Return a signer with a certificate of its own."""
        own = key or ec.generate_private_key(ec.SECP256R1())
        subject = _name("王示例", organisation, credit_code)
        return Signer(own, self._issue(subject, own.public_key(), begin, end, is_authority=is_authority, signs=signs))


AUTHORITY = Authority("示例电子认证机构")
STRANGE_AUTHORITY = Authority("别的认证机构")
