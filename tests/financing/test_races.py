"""Acceptances and withdrawals at one moment leave one accepted offer, or none; a short form of `scripts/bench race`."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from fastapi import FastAPI

from backend.core.settings import Settings
from tests.bench.race_arena import Arena
from tests.bench.race_financing import FINANCING_RACES
from tests.bench.race_rights import Race
from tests.bench.race_tables import READ, Tables, unlawful_deals
from tests.races import arena_in, faults_of

pytestmark = pytest.mark.both_databases
TIMES = 2


@pytest_asyncio.fixture(scope="module")
async def ring(app: FastAPI) -> AsyncIterator[Arena]:
    async with arena_in(app) as entered:
        yield entered


@pytest.mark.parametrize("race", FINANCING_RACES, ids=lambda race: race.name)
async def test_at_most_one_offer_is_accepted_and_the_rest_is_closed(
    ring: Arena, settings: Settings, race: Race
) -> None:
    assert await faults_of(ring, settings, race, TIMES) == []


def tables(**rows: list[dict[str, Any]]) -> Tables:
    """Return tables with an accepted request whose second bank was refused, or with other rows."""
    found: Tables = {name: [] for name in READ} | {
        "requests": [{"id": "fin_1", "status": "accepted", "accepted_offer_id": "off_1"}],
        "offers": [
            {"id": "off_1", "request_id": "fin_1", "disclosure_id": "dsc_1", "status": "accepted"},
            {"id": "off_2", "request_id": "fin_1", "disclosure_id": "dsc_2", "status": "rejected"},
        ],
        "disclosures": [
            {"id": "dsc_1", "request_id": "fin_1", "status": "kept"},
            {"id": "dsc_2", "request_id": "fin_1", "status": "ended"},
        ],
        "loans": [{"id": "loan_1", "offer_id": "off_1", "status": "agreed"}],
        "events": [{"type": "financing_offer.accepted", "subject": "off_1", "audience": []}],
    }
    return found | rows


def test_who_judges_offers_finds_the_lawful_ones_lawful() -> None:
    assert list(unlawful_deals(tables())) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"offers": [{"id": name, "request_id": "fin_1", "disclosure_id": "dsc_1", "status": "accepted"}
                    for name in ("off_1", "off_2")]},
        {"requests": [{"id": "fin_1", "status": "withdrawn", "accepted_offer_id": "off_1"}]},
        {"requests": [{"id": "fin_1", "status": "accepted", "accepted_offer_id": None}]},
        {"disclosures": [{"id": f"dsc_{n}", "request_id": "fin_1", "status": "standing"} for n in (1, 2)]},
        {"loans": []},
        {"loans": [{"id": f"loan_{n}", "offer_id": "off_1", "status": "agreed"} for n in (1, 2)]},
        {"events": [{"type": f"financing_offer.{end}", "subject": "off_1", "audience": []}
                    for end in ("withdrawn", "accepted")]},
    ],
    ids=["twice", "request withdrawn", "not named", "still disclosed", "no loan", "two loans", "withdrawn before"],
)  # fmt: skip
def test_who_judges_offers_sees_what_cannot_be(wrong: dict[str, list[dict[str, Any]]]) -> None:
    assert list(unlawful_deals(tables(**wrong))) != []
