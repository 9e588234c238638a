"""`scripts/bench financing`: how long it takes to rank 500 products for a request, through its address."""

import asyncio
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import httpx
from fastapi import FastAPI

from backend.app import create_app
from backend.core.database import schema
from backend.core.ids import new_id
from backend.financing.codes import DocumentKind, ProductStatus
from backend.financing.models import FinancingProduct
from backend.loan_terms.codes import LprTenor
from tests.conftest import settings_for
from tests.machine import postgres_url
from tests.scenarios.financing import draft_request, register_bank
from tests.scenarios.members import Member, register_organisation

PRODUCTS: Final = 500
ASKED: Final = 200
MS: Final = 1000
CLASSES: Final = ("H01M", "A61K", "G06F", "B60L", "C08L", "H04L")
REGIONS: Final = ("500000", "500106", "510000", "110000")


async def add_products(app: FastAPI, bank: Member, number: int = PRODUCTS) -> None:
    """Put so many published products of a bank into the platform."""
    chance, now = random.Random(17), app.state.clock.now()
    async with app.state.database.write() as session:
        session.add_all(_product(chance, bank.organisation_id, now) for _ in range(number))


def _product(chance: random.Random, bank_id: str, now: Any) -> FinancingProduct:
    return FinancingProduct(
        id=new_id("prod"),
        organisation_id=bank_id,
        status=ProductStatus.OFFERED,
        name="示例产品",
        amount_min_fen=chance.choice((1, 100_000_000, 500_000_000)),
        amount_max_fen=chance.choice((200_000_000, 1_000_000_000)) + 500_000_000,
        term_min_months=chance.choice((1, 6, 12)),
        term_max_months=chance.choice((12, 24, 36)),
        rate_tenor=LprTenor.ONE_YEAR,
        rate_bp=chance.randrange(200),
        ltv_bp=chance.choice((None, 3000, 5000)),
        patent_kinds=chance.choice(([], ["invention"], ["utility_model"])),
        ipc=chance.sample(CLASSES, chance.randrange(3)),
        regions=chance.sample(REGIONS, chance.randrange(3)),
        documents=[kind.value for kind in chance.sample(list(DocumentKind), 3)],
        methods=["at_maturity"],
        created_by="usr_00000000000000000000000000",
        created_at=now,
        published_at=now,
    )


async def _measured(folder: Path, url: str) -> float:
    settings = settings_for(folder, url)
    schema.upgrade(settings)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60) as client:
            enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
            await add_products(app, bank.drafter)
            request = await draft_request(client, enterprise)
            place = f"/v1/financing-requests/{request['id']}/products"
            took = []
            for _ in range(ASKED):
                began = time.perf_counter()
                answer = await client.get(place, headers=enterprise.headers)
                took.append(time.perf_counter() - began)
                assert answer.json()["compared"] == PRODUCTS
            return statistics.median(took) * MS


def run() -> dict[str, float]:
    """Return the median of milliseconds on both databases."""
    figures = {"products": float(PRODUCTS)}
    for kind in ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory(prefix="patentmart-bench-") as folder:
            url = "" if kind == "sqlite" else postgres_url("bench_financing")
            figures[f"p50_ms_{kind}"] = asyncio.run(_measured(Path(folder), url))
    return figures
