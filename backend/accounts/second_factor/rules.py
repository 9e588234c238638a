"""How codes of a second factor are made and compared (RFC 6238); pure."""

import hmac
import re
import secrets
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Final

import pyotp

from backend.accounts.rules import Slowing

ISSUER: Final = "Patentmart"
STEP_SECONDS: Final = 30
DIGITS: Final = 6
WINDOW: Final = (-1, 0, 1)  # steps: a phone's clock may be half a minute off
ENROLMENT_GOOD_FOR: Final = timedelta(hours=1)
RECOVERY_CODES: Final = 10
LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: none that looks like another
RECOVERY_LENGTH: Final = 16  # 80 random bits
TIME_CODE: Final = re.compile(rf"[0-9]{{{DIGITS}}}")
MISREAD: Final = str.maketrans("oil", "011")
WRONG_CODES: Final = Slowing(5, timedelta(hours=1), timedelta(hours=1))  # of one account, once the password is proved


def new_secret() -> str:
    """Return the secret of an authenticator: 160 random bits in base 32."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, account: str) -> str:
    """Return the otpauth address that an authenticator reads from a QR code."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(name=account, issuer_name=ISSUER)


def plain_code(code: str) -> str:
    """Return a code as it is compared: half width, lower case, without blanks and hyphens."""
    return "".join(unicodedata.normalize("NFKC", code).lower().replace("-", "").split())


def is_time_code(code: str) -> bool:
    """Whether a plain code is one of an authenticator; else it is a recovery code or nothing."""
    return TIME_CODE.fullmatch(code) is not None and code.isascii()


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """Return the latest step around the moment whose code this is, or None; every step is compared."""
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    present = int(at.timestamp()) // STEP_SECONDS
    steps = [present + offset for offset in WINDOW if hmac.compare_digest(totp.generate_otp(present + offset), code)]
    return max(steps, default=None)


def next_code_at(last_step: int) -> datetime:
    """Return the moment from which on the authenticator shows a code that was not used yet: each counts once."""
    return datetime.fromtimestamp((last_step + 1) * STEP_SECONDS, UTC)


def new_recovery_codes() -> list[str]:
    """Return fresh recovery codes, in groups of four as they are written down."""
    codes = ["".join(secrets.choice(LETTERS) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    return ["-".join(code[at : at + 4] for at in range(0, RECOVERY_LENGTH, 4)) for code in codes]


def plain_recovery_code(code: str) -> str:
    """Return a plain code with letters that were misread put right."""
    return code.translate(MISREAD)
