"""How products are drafted, changed, published and withdrawn; nothing else writes their table."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.core.errors import FieldError, Malformed, Text
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.financing import rules
from backend.financing.codes import ProductStatus
from backend.financing.errors import UnknownScheme
from backend.financing.events import (
    DraftProductWithdrawn,
    ProductDrafted,
    ProductPublished,
    ProductUpdated,
    ProductWithdrawn,
    product_event,
)
from backend.financing.models import FinancingProduct
from backend.financing.offers.costs import scheme_on
from backend.financing.products.schemas import ProductIn, ProductPatch
from backend.financing.rules import ProductAction
from backend.financing.terms_schemas import fee_rows

NO_SCHEME: Final = Text("没有该方案，或未生效。", "There is no such scheme in force.")
CROSSED: Final = Text("下限大于上限。", "The lower bound is above the upper one.")
BOUNDS: Final = (("amount_min_fen", "amount_max_fen"), ("term_min_months", "term_max_months"))


async def draft(session: AsyncSession, caller: Caller, body: ProductIn, now: datetime) -> FinancingProduct:
    """Return the draft of a product. Raises UnknownScheme."""
    await _check_schemes(session, body.schemes, now)
    product = FinancingProduct(
        id=new_id("prod"),
        organisation_id=caller.organisation_id,
        status=ProductStatus.DRAFT,
        created_by=caller.user_id,
        created_at=now,
        fees=fee_rows(body.fees),
        **body.model_dump(exclude={"fees"}),
    )
    session.add(product)
    await append(session, product_event(product, ProductDrafted, caller.user_id, public=False), now)
    return product


async def edit(
    session: AsyncSession, product: FinancingProduct, body: ProductPatch, caller: Caller, now: datetime
) -> FinancingProduct:
    """Return the held draft as changed. Raises FinancingNotInState, UnknownScheme, Malformed for crossed bounds."""
    product.status = rules.next_product(product.status, ProductAction.EDIT)
    changed = body.model_fields_set
    if "schemes" in changed:
        await _check_schemes(session, body.schemes, now)
    for name, value in body.model_dump(include=changed - {"fees"}).items():
        setattr(product, name, value)
    if "fees" in changed:
        product.fees = fee_rows(body.fees)
    for low, high in BOUNDS:
        if getattr(product, low) > getattr(product, high):
            raise Malformed(errors=[FieldError(f"/{low}", "bounds_crossed", CROSSED)])
    product.version += 1
    await append(session, product_event(product, ProductUpdated, caller.user_id, public=False), now)
    return product


async def _check_schemes(session: AsyncSession, codes: list[str], now: datetime) -> None:
    errors = [
        FieldError(f"/schemes/{index}", "unknown_scheme", NO_SCHEME)
        for index, code in enumerate(codes)
        if await scheme_on(session, code, china_day(now)) is None
    ]
    if errors:
        raise UnknownScheme(errors=errors)


async def publish(session: AsyncSession, product: FinancingProduct, caller: Caller, now: datetime) -> FinancingProduct:
    """Return the held product, which everybody sees from now on. Raises FinancingNotInState."""
    product.status = rules.next_product(product.status, ProductAction.PUBLISH)
    product.published_at = now
    product.version += 1
    await append(session, product_event(product, ProductPublished, caller.user_id, public=True), now)
    return product


async def withdraw(session: AsyncSession, product: FinancingProduct, caller: Caller, now: datetime) -> FinancingProduct:
    """Return the held product, which nobody else sees any more. Raises FinancingNotInState."""
    was_public = product.status is ProductStatus.OFFERED
    product.status = rules.next_product(product.status, ProductAction.WITHDRAW)
    product.withdrawn_at = now
    product.version += 1
    kind = ProductWithdrawn if was_public else DraftProductWithdrawn
    await append(session, product_event(product, kind, caller.user_id, public=was_public), now)
    return product
