"""Rules of webhooks: which URLs are allowed, which events match, retry delays, when one is disabled."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from backend.core.errors import Text
from backend.delivery.webhooks.public_addresses import is_public

# 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h: three days and some hours, as the standard proposes
RETRY_DELAYS: Final = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER: Final = 0.1  # so much later at most, so that what failed together does not come together again
PATIENCE: Final = timedelta(days=3)  # a webhook that only fails for so long is disabled
OLD_SECRET: Final = timedelta(hours=24)  # so long the secret before signs besides
KEPT: Final = timedelta(days=90)
GRACE: Final = 5.0  # seconds for deliveries under way when the process stops
GONE: Final = 410
HOST: Final = re.compile(r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$|^\[[0-9A-Fa-f:.]+\]$")

NOT_HTTPS: Final = Text("地址须以 https:// 开头。", "The address begins with https://.")
NOT_AN_ADDRESS: Final = Text("不是完整的网址。", "It is no complete address.")
NO_SECRETS: Final = Text("网址中不得含用户名、口令或片段。", "The address holds no user, password or fragment.")
NOT_PUBLIC: Final = Text("不得指向内网或本机地址。", "The address must not be private or of this machine.")


def next_try(attempts: int, now: datetime, chance: float) -> datetime | None:
    """Return when a delivery is tried again after so many attempts, or None where that was the last; `chance` < 1."""
    if attempts > len(RETRY_DELAYS):
        return None
    return now + timedelta(seconds=RETRY_DELAYS[attempts - 1] * (1 + JITTER * chance))


def url_flaw(url: str, *, private: bool) -> Text | None:
    """Return what is wrong with a webhook's address, or None; `private` allows http and private addresses."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return NOT_AN_ADDRESS
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        return NOT_HTTPS
    if not host or not HOST.match(f"[{host}]" if ":" in host else host):
        return NOT_AN_ADDRESS
    if parts.username or parts.password or parts.fragment:
        return NO_SECRETS
    literal = re.fullmatch(r"[0-9.]+|.*:.*", host)
    if literal and not private and not is_public(host):
        return NOT_PUBLIC
    return None


def wants(types: Sequence[str], kind: str) -> bool:
    """Whether a webhook for these types is told of events of this kind."""
    return not types or kind in types or kind.partition(".")[0] in types
