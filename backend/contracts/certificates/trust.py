"""Whether a certificate chains to an authority that the operator trusts; nothing is fetched for it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from asn1crypto import x509
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from backend.contracts.certificates.parsing import CertificateChain
from backend.contracts.errors import CertificateNotTrusted

PEM_FILES: Final = ("*.pem", "*.crt", "*.cer")


def trust_roots(place: Path | None) -> list[x509.Certificate]:
    """Return the roots in the PEM file, or in the files of the folder; none where there is none."""
    if place is None or not place.exists():
        return []
    files = sorted(file for form in PEM_FILES for file in place.glob(form)) if place.is_dir() else [place]
    return [root for file in files for root in load_certs_from_pemder_data(file.read_bytes())]


def context(
    roots: Sequence[x509.Certificate], intermediates: Sequence[x509.Certificate], at: datetime
) -> ValidationContext:
    """Return what certificates are judged by: these roots alone, at this moment, without asking anybody else."""
    return ValidationContext(trust_roots=list(roots), other_certs=list(intermediates), moment=at, allow_fetching=False)


def check_trusted(chain: CertificateChain, roots: Sequence[x509.Certificate], at: datetime) -> None:
    """Raise CertificateNotTrusted where the certificate does not chain to one of the roots."""
    if not roots:
        raise CertificateNotTrusted
    validator = CertificateValidator(chain.leaf, validation_context=context(roots, chain.intermediates, at))
    try:
        asyncio.run(validator.async_validate_path())
    except (PathError, ValidationError, ValueError):
        raise CertificateNotTrusted from None
