"""Writes an e-mail as a message of RFC 5322, with a text and an HTML part from one layout each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from email_validator import EmailNotValidError, validate_email
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from backend.core.settings import Settings
from backend.delivery.email.messages.content import Content, one_line

LAYOUTS: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
POLICY: Final = policy.SMTP
CONTENT_LANGUAGES: Final[Mapping[str, str]] = {"zh": "zh-CN", "en": "en"}
LONGEST_LINE: Final = 998  # RFC 5322


class AddressUnusable(Exception):
    """No message can be sent to the address."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message with its envelope."""

    sender: str
    recipient: str
    message: bytes


def ascii_address(address: str) -> str:
    """Return the address as it is written in an envelope; raise AddressUnusable where it cannot be."""
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise AddressUnusable from None
    if found.ascii_email is None:
        raise AddressUnusable
    return found.ascii_email


def text_of(content: Content) -> str:
    """Return the text part."""
    return LAYOUTS.get_template("email.txt.j2").render(content=content)


def html_of(content: Content) -> str:
    """Return the HTML part."""
    return LAYOUTS.get_template("email.html.j2").render(content=content, lang=CONTENT_LANGUAGES[content.language])


def message_of(settings: Settings, content: Content, *, to: str, message_id: str, date: datetime) -> bytes:
    """Return the whole message; `to` is an address in ASCII."""
    message = EmailMessage(policy=POLICY)
    name, domain = settings.email_from.rsplit("@", 1)
    message["From"] = Address(one_line(settings.email_from_name), name, domain)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = content.subject
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text_of(content), cte="base64" if content.language == "zh" else "quoted-printable")
    message.add_alternative(html_of(content), subtype="html", cte="base64")
    message["Content-Language"] = CONTENT_LANGUAGES[content.language]
    return _unsubscribing(content) + message.as_bytes()


def _unsubscribing(content: Content) -> bytes:
    """Return the headers of RFC 8058, each on one line: the library would encode an address as long as this."""
    if content.unsubscribe is None:
        return b""
    line = f"List-Unsubscribe: <{content.unsubscribe}>"
    if len(line) > LONGEST_LINE or not line.isascii() or not line.isprintable():
        raise ValueError("the address to unsubscribe at is not fit for a header")
    return f"{line}\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".encode("ascii")
