"""How products are found: everybody sees published ones, a bank its own."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.database.columns import table_of
from backend.financing.codes import ProductStatus
from backend.financing.models import FinancingProduct
from backend.financing.products.ranking_rules import Terms
from backend.financing.products.schemas import ProductsQuery

CREATED_AT: Final = col(FinancingProduct.created_at)
PRODUCT_ID: Final[Any] = col(FinancingProduct.id)
TABLE: Final = table_of(FinancingProduct)
TERMS: Final = sa.select(*(TABLE.c[name] for name in Terms._fields)).where(TABLE.c.status == ProductStatus.OFFERED)


def visible_to(caller: Caller | None) -> sa.ColumnElement[bool]:
    """Return which products a caller may know of: published ones, and its own."""
    published = col(FinancingProduct.status) == ProductStatus.OFFERED
    if caller is None:
        return published
    return sa.or_(published, col(FinancingProduct.organisation_id) == caller.organisation_id)


def products(caller: Caller | None, query: ProductsQuery) -> sa.Select[Any]:
    """Return the products that the caller asks for and may know of."""
    statement = sa.select(FinancingProduct).where(visible_to(caller))
    if query.mine:
        organisation_id = caller.organisation_id if caller else ""
        return statement.where(col(FinancingProduct.organisation_id) == organisation_id)
    statement = statement.where(col(FinancingProduct.status) == ProductStatus.OFFERED)
    if query.organisation_id is not None:
        statement = statement.where(col(FinancingProduct.organisation_id) == query.organisation_id)
    return statement


async def product(session: AsyncSession, caller: Caller | None, product_id: str) -> FinancingProduct | None:
    """Return the product, or None where the caller may not know of it."""
    statement = sa.select(FinancingProduct).where(product_id == PRODUCT_ID, visible_to(caller))
    return (await session.scalars(statement)).first()


async def locked(session: AsyncSession, caller: Caller, product_id: str) -> FinancingProduct | None:
    """Return the product, held, or None where the caller may not know of it."""
    statement = sa.select(FinancingProduct).where(product_id == PRODUCT_ID, visible_to(caller)).with_for_update()
    return (await session.scalars(statement, execution_options={"populate_existing": True})).first()


async def published_terms(session: AsyncSession) -> list[Terms]:
    """Return what of every published product bears on its fitting a request."""
    return [Terms(*row) for row in await session.execute(TERMS)]


async def by_id(session: AsyncSession, ids: list[str]) -> dict[str, FinancingProduct]:
    """Return products by their ids."""
    rows = await session.scalars(sa.select(FinancingProduct).where(PRODUCT_ID.in_(ids)))
    return {product.id: product for product in rows}
