"""What is counted of an organisation besides its quotas, by the domains that have it."""

from typing import Final

from backend.accounts.quotas.service import UsageCounter
from backend.delivery.webhooks import usage as delivery_usage
from backend.imports import storage_quota as import_room

COUNTERS: Final[tuple[UsageCounter, ...]] = (delivery_usage.usage, import_room.usage)
