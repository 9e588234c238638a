"""Fifty entries burden a patent, and the rules decide an act in less than a millisecond."""

import httpx

from backend.core.settings import Settings
from tests.bench.permissions import ledger_in, medians
from tests.rights.burdened import COUNT, burdened
from tests.scenarios.members import register_organisation


async def test_the_rules_take_less_than_a_millisecond_for_an_act(settings: Settings, client: httpx.AsyncClient) -> None:
    if not settings.is_sqlite:
        return
    patent_id = await burdened(client, await register_organisation(client))
    ledger = await ledger_in(settings, patent_id)
    assert len(ledger.entries) == COUNT
    best = min(max(medians(ledger, 40).values()) for _ in range(5))  # other tests run at the same time
    assert best < 1, f"{best:.3f} ms"
