"""What a signing certificate looks like outside."""

from typing import Annotated, Final

from pydantic import ConfigDict, Field, StringConstraints

from backend.contracts.codes import SubjectMatch
from backend.core.http.schemas import Body, Moment, Version

ASCII_TEXT: Final = r"^[\t\r\n\x20-\x7e]+$"
EXAMPLE: Final = "-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n"


class SigningCertificateIn(Body):
    """The certificate with which an organisation signs, without its private key."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"certificate": EXAMPLE}]})
    certificate: Annotated[str, StringConstraints(min_length=1, max_length=60_000, pattern=ASCII_TEXT)] = Field(
        description="PEM, or DER in base64; in PEM those between it and its root may follow. Never a private key."
    )


class SigningCertificateOut(Version):
    """The certificate with which an organisation signs."""

    organisation_id: str
    subject: str
    issuer: str
    serial_number: str
    sha256: str
    matched_by: SubjectMatch = Field(description="What of its subject names the organisation.")
    not_before: Moment
    not_after: Moment
    entered_at: Moment
