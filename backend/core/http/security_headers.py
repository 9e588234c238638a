"""Security headers of every response: nothing is loaded from elsewhere, framed or sniffed."""

import base64
import hashlib
from typing import Final

from backend.core.settings import Settings

CSP: Final = b"content-security-policy"
NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
YEAR: Final = 365 * 24 * 60 * 60
POWERS: Final = (
    "accelerometer", "browsing-topics", "camera", "clipboard-read", "display-capture", "encrypted-media", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get", "screen-wake-lock",
    "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
Header = tuple[bytes, bytes]


def policy(**sources: str) -> str:
    """Return a page's Content-Security-Policy: nothing but these sources, `style_src="'self'"` for one."""
    allowed = "".join(f"; {kind.replace('_', '-')} {source}" for kind, source in sources.items())
    return NOTHING + allowed


def source_of(text: str) -> str:
    """Return the source that allows exactly this inline style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class SecurityHeaders:
    """The headers of one app's answers; an answer that loads something says so by a policy of its own."""

    def __init__(self, settings: Settings) -> None:
        always = [
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"no-referrer"),
            (b"permissions-policy", ", ".join(f"{power}=()" for power in POWERS).encode()),
        ]
        if settings.patentmart_public_url.lower().startswith("https://"):
            always.append((b"strict-transport-security", f"max-age={YEAR}".encode()))
        self._with_own_policy = tuple(always)
        self._with_ours = ((CSP, NOTHING.encode()), *always)

    def beside(self, headers: list[Header]) -> tuple[Header, ...]:
        """Return the headers that go beside those of the answer."""
        own = any(name == CSP for name, _ in headers)
        return self._with_own_policy if own else self._with_ours
