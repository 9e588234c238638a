"""The settings of e-mail, which are part of the platform's."""

import re
from typing import Final, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

ADDRESS: Final = re.compile(r"[A-Za-z0-9._-]{1,40}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")  # leaves room for a token
LOCAL: Final = ("127.0.0.1", "::1", "localhost")


class EmailSettings(BaseSettings):
    """Where e-mails are handed over, how many, and how long what was sent is kept."""

    smtp_host: str = Field("", description="Server that e-mails are handed to; empty: everything stays in the inbox.")
    smtp_port: int = Field(587, ge=1, le=65_535, description="Its port.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="`tls` from the first byte (port 465), `none` for a server on this machine."
    )
    smtp_user: str = Field("", description="Whom e-mails are handed over as; empty: without signing in.")
    smtp_password: SecretStr = Field(SecretStr(""), description="The password for it.")
    smtp_timeout_seconds: float = Field(20, ge=1, le=120, description="How long each step of a conversation may take.")
    email_from: str = Field("", description="The address that e-mails are from, such as no-reply@example.com.")
    email_from_name: str = Field("Patentmart", description="The name beside it.")
    email_bounce_address: str = Field(
        "", description="Where e-mails come back to, such as bounces@example.com; each gets a +token of its own."
    )
    email_bounce_token: SecretStr = Field(
        SecretStr(""), description="Who sends it as a bearer may report bounces; without one nobody may."
    )
    inbox_url: str = Field(
        "", description="Where members read their inbox, in links; empty: /v1/inbox at PATENTMART_PUBLIC_URL."
    )
    email_digest_hour: int = Field(8, ge=0, le=23, description="The hour of digests, in China.")
    emails_at_once_per_day: int = Field(
        30, ge=1, description="E-mails at once to a member in a day; what comes then waits for a digest …"
    )
    emails_at_once_per_day_of_organisation: int = Field(
        1_000, ge=1, description="… as it does beyond so many to all members of an organisation."
    )
    account_emails_per_day: int = Field(
        10, ge=1, description="E-mails of one kind, such as invitations, to one address in a day; more are dropped."
    )
    email_soft_bounces: int = Field(3, ge=1, description="So many e-mails that come back for now stop an address …")
    email_soft_bounce_days: int = Field(14, ge=1, description="… within so many days.")
    email_kept_days: int = Field(
        30, ge=7, description="How long is kept to whom an e-mail went and of what it told, once it has ended."
    )

    @model_validator(mode="after")
    def _emails_can_be_sent(self) -> Self:
        for name in ("email_from", "email_bounce_address"):
            if (address := getattr(self, name)) and not ADDRESS.fullmatch(address):
                raise ValueError(f"{name.upper()}: {address!r} is no address of the form name@example.com")
        if not self.email_from_name.isprintable():
            raise ValueError("EMAIL_FROM_NAME is one line of text")
        if self.smtp_host and not self.email_from:
            raise ValueError("EMAIL_FROM is not set: SMTP_HOST needs it")
        if self.smtp_password.get_secret_value() and self.smtp_tls == "none" and self.smtp_host not in LOCAL:
            raise ValueError("SMTP_TLS: a password is not sent unencrypted; set starttls or tls")
        return self

    @property
    def sends_email(self) -> bool:
        """Whether there is a server that e-mails are handed to."""
        return bool(self.smtp_host)
